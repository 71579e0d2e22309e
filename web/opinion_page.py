"""The form of the opinion: fixed sections, kept as a draft at each save, without a script. Whoever may not see it is answered as by the case page."""

from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from starlette.responses import RedirectResponse

from desk.case_pages import Visitor
from desk.opinion_pages import OpinionPages, Sheet
from flows import opinion, opinion_form
from flows.card import STANDING
from flows.incoming import Drafted
from flows.opinion_draft import BACK, GIVEN, RELEASED
from flows.summary import cat_name, instant
from flows.team_words import name as doctor_name
from flows.wording import listed, mark, say
from web.case_pages import Door
from web.pages import Html, framed, piece

FORM_BYTES = 600_000  # eight sections of Chinese, each sign as nine characters
SAVED = mark("Saved as a draft, {at}. Nobody but the doctors reads it.")
TOO_LONG = mark("This is longer than {n} characters, so it was not saved. Your words are below; please shorten them.")
NOT_NOW = mark(
    "The opinion can be written from the payment until the owner has it; nothing was saved. Your words are below."
)
CONFLICT = mark(
    "{doctor} has saved another version meanwhile, {at}. Nothing is lost: your words are in the fields, and what was saved stands below where it differs. Put together what you need, then save."
)
EMPTY = mark("Saved, but not given away yet. Still empty or without an answer: {what}.")


def add_opinion_page(app: FastAPI, door: Door) -> None:
    """Below the case page, behind the same door."""
    desk = OpinionDesk(door)
    app.add_api_route("/case/{case_id}/opinion", desk.shown, methods=["GET"])
    app.add_api_route("/case/{case_id}/opinion", desk.sent, methods=["POST"])
    app.add_api_route("/case/{case_id}/opinion.pdf", desk.paper, methods=["GET"])


class OpinionDesk:
    """The form, its answers, and its paper."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._pages = OpinionPages(door.pages)

    async def shown(self, request: Request, case_id: str) -> Response:
        """The draft as it is."""

        async def show(visitor: Visitor) -> Response | None:
            sheet = await self._pages.open(visitor, case_id)
            if sheet is None:
                return None
            language = self._door.language(request, visitor)
            return _page(sheet, language, opinion_form.shown(sheet.case), _standing(sheet, language))

        return await self._door.visited(request, show)

    async def sent(self, request: Request, case_id: str) -> Response:
        """Saved, and given away where that was wished; whatever hinders it is said above the very words that were sent."""

        async def show(visitor: Visitor) -> Response | None:
            fields = await _fields(request)
            if not self._door.own(request) or fields is None:
                return None
            wish, sections = fields.get("wish", "save"), {name: fields.get(name, "") for name in opinion.HEADINGS}
            form = Drafted(
                visitor.doctor.key, visitor.doctor.telegram, _number(fields.get("version", "")), sections, wish
            )
            found = await self._pages.save(visitor, case_id, form)
            if found is None:
                return None
            sheet, kept = found
            language = self._door.language(request, visitor)
            if not kept:
                return _page(sheet, language, sections, _why_not(sheet, sections, language), 409)
            if wish == "paper":
                return RedirectResponse(f"/case/{case_id}/opinion.pdf", 303)
            hindered = (
                _still(sheet, language) if wish != "save" and sheet.case.draft.state not in (GIVEN, RELEASED) else ""
            )
            if hindered:
                return _page(sheet, language, opinion_form.shown(sheet.case), _news(hindered, "amber"), once_more=True)
            return RedirectResponse(f"/case/{case_id}/opinion", 303)

        return await self._door.visited(request, show)

    async def paper(self, request: Request, case_id: str) -> Response:
        """As the owner would get it now; with ``for=vet`` what her vet would."""
        vet = request.query_params.get("for") == "vet"

        async def show(visitor: Visitor) -> Response | None:
            try:
                made = await self._pages.paper(visitor, case_id, vet)
            except ValueError:
                return Response(status_code=422)
            name = f'inline; filename="{case_id}-{"for-the-vet" if vet else "opinion"}.pdf"'
            return (
                None
                if made is None
                else Response(made, media_type="application/pdf", headers={"Content-Disposition": name})
            )

        return await self._door.visited(request, show)


async def _fields(request: Request) -> dict[str, str] | None:
    """None for a body that is larger than any opinion."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES:
            return None
    found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=32)
    return {name: values[0] for name, values in found.items()}


def _number(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) < 9 else -1


def _news(words: str, tone: str = "") -> Html:
    return piece("opinion_news.html", words=words, tone=tone) if words else Html()


def _standing(sheet: Sheet, language: str) -> Html:
    """How the draft stands; a reader's sentence belongs to it."""
    case, clinic = sheet.case, sheet.context.clinic
    draft = case.draft
    lines = opinion.standing(case, clinic, language)
    if draft.state == BACK:
        lines.append(draft.words)
    elif lines and draft.state not in (GIVEN, RELEASED) and draft.saved_at:
        lines = [say(language, SAVED, at=instant(draft.saved_at, clinic.zone, language))]
    return _news("\n".join(lines), "amber" if draft.state == BACK else "")


def _why_not(sheet: Sheet, sections: opinion_form.Sections, language: str) -> Html:
    case, clinic = sheet.case, sheet.context.clinic
    if not opinion_form.writable(case):
        return _news(say(language, NOT_NOW), "amber")
    if len(opinion_form.text_of(case, sections, language)) > opinion_form.LONGEST or not case.draft.saved_at:
        return _news(say(language, TOO_LONG, n=opinion_form.LONGEST), "amber")
    at = instant(case.draft.saved_at, clinic.zone, language)
    return _news(say(language, CONFLICT, doctor=doctor_name(clinic, case.draft.author, language), at=at), "amber")


def _still(sheet: Sheet, language: str) -> str:
    """Why a draft that was to be given away was only saved."""
    case = sheet.case
    empty = opinion_form.lacking(case, opinion_form.shown(case))
    what = listed([say(language, opinion.HEADINGS[name]) for name in empty], language)
    return opinion_form.hindered(case, sheet.context, language) or say(language, EMPTY, what=what)


def _page(
    sheet: Sheet, language: str, sections: opinion_form.Sections, news: Html, status: int = 200, once_more: bool = False
) -> Response:
    case, clinic = sheet.case, sheet.context.clinic
    title = say(language, "Opinion · {code}", code=case.code)
    saved = opinion_form.shown(case)
    fields = {
        name: _field(sheet, language, name, sections[name], saved[name] if status == 409 else sections[name])
        for name in saved
    }
    give = (
        say(language, "Give it to a colleague to read")
        if clinic.second_reader
        else say(language, "Release to the owner")
    )
    body = piece(
        "opinion.html", base=f"/case/{case.id}", title=title, cat=cat_name(case, language)[:60], standing=say(language, STANDING[case.status]),
        back=say(language, "To the case"), news=news, version=str(case.draft.version), for_owner=say(language, "For the owner, in plain words"),
        owner_hint=say(language, "She reads this without you. Short sentences, no abbreviations; the options as her own vet can offer them."),
        owner_fields=Html("".join(words for name, words in fields.items() if name != opinion.FOR_THE_VET)),
        for_vet=say(language, "For the vet"), vet_hint=say(language, "On a page of its own. The owner gets it too, and can pass it on."),
        vet_fields=fields[opinion.FOR_THE_VET], sent_hint=say(language, "Every save keeps a draft. The fixed words about emergencies are added to each page."),
        save=say(language, "Save the draft"), paper=say(language, "Save and see it as PDF"),
        give=say(language, "Give it all the same") if once_more else give, give_wish=opinion_form.GIVE_AS_IS if once_more else opinion_form.GIVE,
    )  # fmt: skip
    answer = framed(language, title, body, "opinion")
    answer.status_code = status
    return answer


def _field(sheet: Sheet, language: str, name: str, words: str, saved: str) -> Html:
    """One section; beside it what a colleague saved meanwhile, where that is something else."""
    beside = Html()
    if saved.strip() and not opinion_form.same(saved, words):
        who = doctor_name(sheet.context.clinic, sheet.case.draft.author, language)
        beside = piece("opinion_beside.html", who=say(language, "Saved by {doctor}:", doctor=who), words=saved)
    rows = str(min(14, max(3, words.count("\n") + len(words) // 60 + 1)))
    return piece(
        "opinion_field.html",
        name=name,
        heading=say(language, opinion.HEADINGS[name]),
        rows=rows,
        words=words,
        beside=beside,
    )
