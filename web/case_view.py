"""The case page as HTML: the case file (``flows.case_file``) in the reader's language, for a phone first."""

import html
from collections.abc import Iterable, Sequence
from itertools import groupby

from flows import by_hand, call_briefing, call_words, card, first_read, opinion, opinion_form, reasons, vet_copy
from flows.card import DECISIONS, STANDING
from flows.case import Case, Record, Status
from flows.case_file import CaseFile, Entry, Told
from flows.clinic import Clinic
from flows.records_by_date import KINDS
from flows.summary import cat_name, instant
from flows.team_words import name
from flows.wording import LANGUAGES, mark, say
from storage.case_pages import Remark
from web.pages import Html, piece
from web.views import HEADING as VIEWS
from web.views import views

NAMES = {"en": "English", "zh_Hant": "繁體中文"}  # each in its own language
TAGS = {"en": "en", "zh_Hant": "zh-Hant"}
SPLIT = (": ", "：")
LABEL_CHARS = 40
NO_DAY = mark("Without a date")
EAGER = 8  # thumbnails that are on the first screen


def case_body(
    case: Case, clinic: Clinic, language: str, file: CaseFile, remarks: Sequence[Remark], reader: str
) -> Html:
    """Everything below <body>, for this doctor (her key in clinic.toml)."""
    other = next(one for one in LANGUAGES if one != language)
    words = file.headings
    colleagues = views(case, clinic, language, reader)
    sections = {
        "views": say(language, VIEWS) if colleagues else "",
        "summary": words["summary"],
        "timeline": words["timeline"] if file.events else "",
        "checklist": words["checklist"],
        "remarks": say(language, "Remarks"),
        "records": words["index"],
    }
    return piece(
        "case.html", base=f"/case/{case.id}", title=file.title, made=file.made, cat=cat_name(case, language)[:60],
        standing=say(language, STANDING[case.status]), light=file.light, verdict=file.verdict.partition(" ")[2],
        other=NAMES[other], other_tag=TAGS[other], other_link=f"/case/{case.id}?language={other}",
        skip=say(language, "To the summary"), sign_out=say(language, "Sign out"), contents=say(language, "On this page"),
        jumps=_all(_tag("a", name, href=f"#{place}") for place, name in sections.items() if name),
        views=colleagues, h_summary=words["summary"], summary=_all(map(_told, file.summary)),
        decided=_decided(case, clinic, language, reader),
        timeline=_timeline(file), h_checklist=words["checklist"], checklist=_all(_tag("li", line) for line in map(_parted, file.checklist)),
        full=_full(file, case, language), h_remarks=sections["remarks"], remarks=_remarks(remarks, clinic, language),
        remarks_hint=say(language, "Only the doctors of this clinic read these. A copy goes to the owner with everything else if she asks for all her data."),
        remark_label=say(language, "A remark for your colleagues"), remark_button=say(language, "Keep it"),
        h_records=words["index"], count=str(len(file.index)), records=_records(case, file, language), confidential=words["confidential"],
    )  # fmt: skip


def _all(parts: Iterable[Html]) -> Html:
    return Html("".join(parts))


def _tag(name: str, inner: str, /, **attributes: str) -> Html:
    """One element; what is no Html yet is escaped."""
    given = "".join(f' {key.rstrip("_")}="{html.escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{given}>{inner if isinstance(inner, Html) else html.escape(inner)}</{name}>")


def _parted(line: str) -> Html:
    """ "Label: words" with the label set off."""
    for sign in SPLIT:
        label, found, rest = line.partition(sign)
        if found and rest and len(label) <= LABEL_CHARS:
            return Html(_tag("b", label) + " " + _tag("span", rest))
    return _tag("span", line)


def _told(told: Told) -> Html:
    return _tag("p", _parted(told.words), class_=f"line {told.tone}".rstrip())


def _section(name: str, heading: str, inner: str) -> Html:
    return Html(
        f'<section id="{name}" aria-labelledby="h-{name}">{_tag("h2", heading, id=f"h-{name}")}{inner}</section>'
    )


def _timeline(file: CaseFile) -> Html:
    if not file.events:
        return Html("")
    about = file.headings["about"]
    rows = (
        _tag("li", Html(_tag("time", f"{about} {event.shown}" if event.about else event.shown, datetime=event.day) + _tag("span", event.words)),
             class_="about" if event.about else "sure")
        for event in file.events
    )  # fmt: skip
    return _section("timeline", file.headings["timeline"], f"<ol class='time'>{_all(rows)}</ol>")


def _decided(case: Case, clinic: Clinic, language: str, reader: str) -> Html:
    """The decision, the call, and what the owner wrote since."""
    review, lines = case.review, list[str]()
    if review.decision in DECISIONS and review.decided_at:
        doctor = clinic.doctor(review.decided_by)
        lines.append(say(language, "{decision} by {doctor}, {at}: {reason}", decision=say(language, DECISIONS[review.decision]),
                         doctor=doctor.name if doctor else review.decided_by, at=instant(review.decided_at, clinic.zone, language), reason=reasons.on_one_line(review, language, 500)))  # fmt: skip
    if case.call:
        doctor = clinic.doctor(case.call.doctor)
        lines.append(say(language, "Call: {at} with {doctor}", at=instant(case.call.starts_at, clinic.zone, language),
                         doctor=doctor.name if doctor else case.call.doctor))  # fmt: skip
    if where := call_briefing.where_words(case, reader, language):
        lines.append(where)
    lines += call_words.lines(case, clinic, language, 4096)
    if case.payment.account not in ("", by_hand.ASKED):
        lines.append(say(language, "Account for paying back: {account}", account=case.payment.account))
    if review.pending:
        lines += card.pending(review.pending, clinic, language)
    elif case.status is Status.REVIEW and review.asked and review.asked_at:
        lines.append(say(language, "{doctor} has been writing the reason since {at}.", doctor=name(clinic, review.asked_doctor, language),
                         at=instant(review.asked_at, clinic.zone, language)))  # fmt: skip
    lines += [*opinion.standing(case, clinic, language), *vet_copy.lines(case, clinic.zone, language)]
    lines += [say(language, "Note from the owner: {note}", note=note) for note in case.notes]
    told = [_tag("p", _parted(line), class_="line") for line in lines]
    if vet_copy.wanted(case):
        paper = f"/case/{case.id}/opinion.pdf?for=vet"
        told.append(
            _tag("p", _tag("a", say(language, "The page for the vet (PDF)"), href=paper, class_="quiet"), class_="line")
        )
    if opinion_form.writable(case) and not first_read.blind(case, reader):
        way = _tag("a", say(language, "Write the opinion"), href=f"/case/{case.id}/opinion", class_="quiet")
        told.append(_tag("p", way, class_="line"))
    return _section("since", say(language, "Since then"), _all(told)) if told else Html("")


def _full(file: CaseFile, case: Case, language: str) -> Html:
    """Long answers, folded up."""
    if not file.full:
        return Html("")
    told = (
        _tag("details", Html(_tag("summary", name) + _all(_tag("p", line) for line in lines if line.strip())))
        for name, lines in file.full
    )
    return _section("full", file.headings["full"], _all(told))


def _remarks(remarks: Sequence[Remark], clinic: Clinic, language: str) -> Html:
    def shown(one: Remark) -> Html:
        doctor = clinic.doctor(one.doctor)
        head = f"{doctor.name if doctor else one.doctor} · {instant(one.at, clinic.zone, language)}"
        return _tag(
            "li", Html(_tag("b", head) + _all(_tag("p", line) for line in one.text.splitlines() if line.strip()))
        )

    return Html(f"<ul class='remarks'>{_all(map(shown, remarks))}</ul>") if remarks else Html("")


def _records(case: Case, file: CaseFile, language: str) -> Html:
    """Tiles under the day of the test."""
    if not file.index:
        return _tag("p", file.headings["none"], class_="hint")
    parts, shown = list[str](), 0
    for day, entries in groupby(file.index, key=lambda entry: entry.day):
        tiles = list[Html]()
        for entry in entries:
            tiles.append(_tile(case, entry, language, shown < EAGER))
            shown += 1
        parts.append(_tag("h3", day or say(language, NO_DAY)) + f'<ul class="tiles">{_all(tiles)}</ul>')
    return Html("".join(parts))


def _tile(case: Case, entry: Entry, language: str, at_once: bool) -> Html:
    record = case.records[entry.number - 1]
    link = f"/case/{case.id}/files/{entry.number}"
    loading = "eager" if at_once else "lazy"
    picture = (
        Html(f'<img src="{link}/thumb" alt="" loading="{loading}" decoding="async">') if record.thumb else Html("")
    )
    found = piece(
        "tile.html", link=link, picture=picture, shape="" if record.thumb else "none", badge=badge(record, language),
        number=str(entry.number), kind=entry.kind, minded=_tag("em", entry.minded) if entry.minded else Html(""),
    )  # fmt: skip
    return Html(found.replace("<li>", f'<li id="record-{entry.number}">', 1).rstrip())


def badge(record: Record, language: str) -> str:
    """The sort of file in two words, with the number of its images or pages."""
    facts = record.facts
    if count := facts.get("images"):
        return say(language, "{n} images", n=int(count))
    if (count := facts.get("pages")) and int(count) > 1:
        return say(language, "{n} pages", n=int(count))
    if seconds := facts.get("seconds"):
        return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
    known = str(facts.get("is", ""))
    return "" if known in ("jpeg", "png", "webp", "heic") else say(language, KINDS.get(known, KINDS["document"]))
