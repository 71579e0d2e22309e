"""The words people read: the catalogue is complete, says nothing it must not say, and fits where it is shown.

The sentences are taken from the source afresh, and the translations from the .po file, so neither ``make words`` nor a compiled
catalogue can hide a gap.
"""

import ast
import gettext
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from flows import (
    about,
    after_call,
    arrivals,
    booking,
    call_clock,
    emergency,
    fee,
    heard,
    intake,
    lapsed,
    new_number,
    reminders,
    review,
    sorting,
    standing,
    texted,
    typed,
    waiting,
    wording,
)
from flows import texts as texts_
from flows.asking import ask
from flows.case import Call, Case, Payment, Record, Review, Status
from flows.clinic import Clinic, Doctor, EmergencyContact, Hours, SmsCountry
from flows.consents import SCREENS, VET_SCREEN
from flows.context import Context, Decision
from flows.effects import Answer, Button, EditCard, Effect, Post, Say, SayCalendar, Text
from flows.gate import GROUPS
from flows.incoming import CheckoutOpened, CheckoutSeen, StaffPressed, StaffReplied
from flows.medicines import DETAILS
from flows.places import PLACES
from flows.problems import PROBLEMS, every_item
from flows.red_flags import RED
from flows.route import path

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "flows" / "locale"
SAYING = (
    "flows",
    "desk",
    "storage",
    "records",
    "bot",
    "payments",
    "web",
    "scheduler",
    "app",
)  # the sandbox speaks apart
KEYWORDS = {"say": (2,), "mark": None}
SAME_IN_BOTH: frozenset[str] = frozenset()  # sentences that are rightly the same in Chinese

TEXT_UNITS = 4096  # one Telegram message
NOTICE_CHARS = 200  # the short notice that answers a press
LABEL_CHARS = 40  # a button that a narrow telephone still shows whole
TOO_LONG_IN_ENGLISH = frozenset(
    {
        "I am a vet seeking a colleague's view",
        "What could it be? Which test would tell?",
        "Is the treatment right? Any others?",
        "What lies ahead? And quality of life?",
    }
)  # shorter words are proposed; each stands alone in its row, so a narrow telephone only wraps or clips it

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_DOUBLE = frozenset("^{}\\[~]|€\f")  # these are sent as two characters
SMS_PURPOSES = ("booked", "again", "remind", "noted", *(f"remind_{hours}" for hours in reminders.HOURS_BEFORE))
ASKING = [purpose for purpose in SMS_PURPOSES if purpose not in ("booked", "noted")]
# Whatever could tell a stranger what this is about, and whatever could be pressed (pitfalls 61, 64).
MEDICAL = re.compile(
    r"tumou?r|cancer|kidney|heart|lymphoma|biops|x-?ray|ultrasound|blood|drug|medicine|illness|disease|diagnos|opinion|fee\b|paid|"
    r"腫瘤|癌|腎|心臟|淋巴|切片|X光|超音波|血|藥|病|診斷|意見|費用|付款", re.IGNORECASE)  # fmt: skip
LINK = re.compile(r"https?:|\bwww\.|\bt\.me|line\.me|wa\.me|\.(com|tw|hk|org|net)\b", re.IGNORECASE)

# What no sentence may say. The second part holds what may stand beside a match: there the thing is denied.
FORBIDDEN = {
    "en": (
        r"\bdiagnosed?\b", r"\bwe diagnose", r"\bnot an? emergency\b", r"\bno emergency\b", r"\bpromis(e|es|ed|ing)\b",
        r"\bguarantee", r"\bprescrib(e|es|ed)\b", r"\bprescription\b", r"\bcures?\b", r"\bnothing to worry\b", r"\bharmless\b",
        r"\bcan wait\b", r"\bwill (recover|be fine|get better)\b",
    ),
    "zh_Hant": (
        "診斷為", "確診", "不是急診", "不算急診", "不屬於急診", "非急診", "不緊急", "沒有危險", "不用擔心", "不必擔心", "保證", "承諾", "一定會好",
        "痊癒", "治癒", "根治", "處方開立", "開立處方", "開處方", "可以等到",
    ),
}  # fmt: skip
DENIED = {"en": ("brings no prescription",), "zh_Hant": ("不開處方",)}
MAINLAND = re.compile(
    r"视|讯|医|猫|药|请|視頻|短信|信息|軟件|硬件|屏幕|默認|鏈接|網絡|質量|賬|打印|激活|二維碼|用戶|點擊|菜單"
)

CAT = "Maximiliana Wilhelmina von Katzenhausen"[:40]
DOCTORS = ("Dr. Chan Siu-Ming Alexander", "Dr. Wong Tsz-Ching Angelina")  # beside a clock on a button: 35 characters
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CALL_AT = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
ESSAY = ("wordsandwords " * 300)[:3000]
LANGUAGE = pytest.mark.parametrize("language", wording.LANGUAGES)


# --- the catalogue ----------------------------------------------------------------------------------------------------
@cache
def sentences() -> frozenset[str]:
    """Every sentence in the source, found the way ``make words`` finds them."""
    found = (row for folder in SAYING for row in extract_from_dir(ROOT / folder, keywords=KEYWORDS))
    return frozenset(message for _, _, message, _, _ in found if isinstance(message, str))


@cache
def catalogue() -> Catalog:
    """The Chinese catalogue as it is written."""
    with (LOCALE / "zh_Hant" / "LC_MESSAGES" / "second_look.po").open("rb") as file:
        return read_po(file, locale="zh_Hant")


def pairs() -> list[tuple[str, str]]:
    """Each English sentence of the catalogue with its Chinese one."""
    return [(str(m.id), str(m.string)) for m in catalogue() if m.id]


def places(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.fixture(autouse=True)
def _words_of_the_po_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """``say`` speaks from the .po file, so a compiled catalogue that lags behind changes nothing here."""
    file = io.BytesIO()
    write_mo(file, catalogue())
    file.seek(0)
    spoken = {"en": gettext.NullTranslations(), "zh_Hant": gettext.GNUTranslations(file)}
    monkeypatch.setattr(wording, "_catalogue", spoken.__getitem__)


def test_every_sentence_in_the_source_has_a_chinese_one() -> None:
    """Nobody who chose Chinese is spoken to in English."""
    known = {english: chinese for english, chinese in pairs()}
    assert len(sentences()) > 200
    assert [sentence for sentence in sorted(sentences()) if not known.get(sentence, "").strip()] == []


def test_no_sentence_hides_in_an_f_string() -> None:
    """Python 3.11 shows an f-string to ``make words`` as one piece, so a sentence within it would never be translated."""
    found = [
        f"{path.name}:{call.lineno}"
        for path in sorted((ROOT / "flows").glob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("say", "mark")
        if any(isinstance(given, ast.Constant) and " " in str(given.value) for given in call.args)
    ]
    assert found == []


def test_no_chinese_sentence_is_a_guess() -> None:
    """A fuzzy entry is one that no person has confirmed."""
    assert [m.id for m in catalogue() if m.id and m.fuzzy] == []


def test_the_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    """A sentence that left the source left the catalogue too."""
    assert catalogue().obsolete == {}
    assert sorted({english for english, _ in pairs()} - sentences()) == []


def test_the_header_says_which_language_and_charset() -> None:
    """``gettext`` decodes by the header."""
    head = dict(catalogue().mime_headers)
    assert (head["Language"], head["Content-Type"]) == ("zh_Hant", "text/plain; charset=utf-8")


def test_both_languages_take_the_same_values() -> None:
    """A missing value would be a gap, a foreign one a crash."""
    assert [english for english, chinese in pairs() if places(chinese) != places(english)] == []


def test_no_chinese_sentence_is_still_english() -> None:
    """A copied sentence is not a translated one."""
    assert [english for english, chinese in pairs() if english == chinese and english not in SAME_IN_BOTH] == []


def test_white_space_at_the_ends_and_paragraphs_are_kept() -> None:
    """Sentences are put together from parts, and a message keeps its paragraphs."""
    assert [words for pair in pairs() for words in pair if words != words.strip()] == []
    assert [english for english, chinese in pairs() if chinese.count("\n") != english.count("\n")] == []
    assert [chinese for _, chinese in pairs() if "  " in chinese] == []


def test_chinese_is_punctuated_and_spelt_as_in_taiwan() -> None:
    """Full-width signs after Chinese words, corner brackets, and the words that people in Taiwan use."""
    half_width = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?!\w)|[“”‘’\"']")
    assert [chinese for _, chinese in pairs() if half_width.search(chinese)] == []
    assert [chinese for _, chinese in pairs() if "你" in chinese or MAINLAND.search(chinese)] == []


# --- what is never said -----------------------------------------------------------------------------------------------
def forbidden(language: str, sentence: str) -> list[str]:
    """The rules of FORBIDDEN that a sentence breaks outside its denials."""
    for denial in DENIED[language]:
        sentence = sentence.replace(denial, "")
    return [rule for rule in FORBIDDEN[language] if re.search(rule, sentence, re.IGNORECASE)]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Your cat was diagnosed with FIP."),
        ("en", "This is not an emergency."),
        ("en", "We promise an answer."),
        ("en", "It brings no prescription, and here is your prescription."),
        ("zh_Hant", "貓咪診斷為腎臟病。"),
        ("zh_Hant", "這不是急診。"),
        ("zh_Hant", "我們保證回覆。"),
        ("zh_Hant", "我們可以開立處方。"),
    ],
)
def test_the_rules_catch_what_they_are_for(language: str, sentence: str) -> None:
    """A rule that catches nothing guards nothing."""
    assert forbidden(language, sentence)


def test_nothing_sounds_like_a_diagnosis_a_promise_or_a_prescription() -> None:
    """Nor does any sentence say that something is not an emergency."""
    assert [english for english, _ in pairs() if forbidden("en", english)] == []
    assert [chinese for _, chinese in pairs() if forbidden("zh_Hant", chinese)] == []


@LANGUAGE
def test_the_denials_are_still_said(language: str) -> None:
    """An exception that no sentence needs any more would hide the next mistake."""
    said = "\n".join(point.sentence(language) for screen in SCREENS for point in screen.points)
    assert all(denial in said for denial in DENIED[language])


# --- text messages ----------------------------------------------------------------------------------------------------
def a_clinic(language: str, name: str = "Example Cat Hospital") -> Clinic:
    """A clinic whose two doctors have long names and work every day; its group reads ``language``."""
    week = tuple(Hours(day, time(9), time(18)) for day in range(7))
    doctors = tuple(
        Doctor(key, DOCTORS[number - 1], number, ("oncology",), ("en",), "Asia/Kuala_Lumpur", week)
        for number, key in enumerate(("first", "second"), 1)
    )
    contact = EmergencyContact("24-hour animal hospital of the whole county", "+886 2 0000 0000", "open day and night")
    other = next(known for known in wording.LANGUAGES if known != language)
    return Clinic(
        name=name, sms_name="Kaohsiung Feline Hospice", country="MY", zone="Asia/Kuala_Lumpur", languages=(language, other), currency="TWD",
        fee=123_456_789, call_minutes=30, lead_hours=12, doctors=doctors, emergency=(contact,) * 5,
        sms=(SmsCountry("MY", "+60", two_way=True, links=False),), review_hours=24,
    )  # fmt: skip


def a_case(language: str, **changes: object) -> Case:
    """A case in which everything is as long as it can be."""
    answers = {
        "reason": "treatment_doubt", "cat_name": CAT, "cat_age": "unknown", "cat_sex": "female",
        "place": "America/Los_Angeles", "problem": ESSAY, "since": ESSAY, "story": ESSAY, "medicines": ESSAY, "question": ESSAY,
    }  # fmt: skip
    case = Case(
        id="0123456789abcdef01234567", code="WWWWWW", chat=1, created_at=NOW, updated_at=NOW, language=language,
        answers=answers, zone="Asia/Kuala_Lumpur", phone="+60123456789012", sms=True,
    )  # fmt: skip
    return replace(case, **changes)  # type: ignore[arg-type]


def a_call(doctor: str = "first") -> Call:
    """A call on a day with two digits in a month with two."""
    return Call(doctor, CALL_AT, CALL_AT + timedelta(minutes=30), 1)


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram and UCS-2 count."""
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("two_way", [True, False])
@pytest.mark.parametrize("purpose", SMS_PURPOSES)
@pytest.mark.parametrize("name", ["Kaohsiung Feline Hospice", "高" * 24])
def test_a_chinese_text_message_fits_two_segments(purpose: str, two_way: bool, name: str) -> None:
    """134 UTF-16 units with the longest names."""
    case = a_case("zh_Hant", status=Status.BOOKED, call=a_call())
    body = texts_.call_body(case, a_clinic("zh_Hant", name), purpose, two_way=two_way)
    assert name in body
    assert "11月25日(三)14:30" in body
    assert "吉隆坡" in body
    assert units(body) <= 134


@pytest.mark.parametrize("two_way", [True, False])
@pytest.mark.parametrize("purpose", SMS_PURPOSES)
def test_an_english_text_message_fits_two_segments(purpose: str, two_way: bool) -> None:
    """306 characters of GSM-7 with the longest names, and no character that would halve the room."""
    case = a_case("en", status=Status.BOOKED, call=a_call())
    body = texts_.call_body(case, a_clinic("en", "Kaohsiung Feline Hospice"), purpose, two_way=two_way)
    assert body.startswith("Kaohsiung Feline Hospice: ")
    assert "Wed 25 Nov, 14:30 Kuala Lumpur" in body
    assert set(body) <= GSM_7 | GSM_7_DOUBLE
    assert len(body) + sum(sign in GSM_7_DOUBLE for sign in body) <= 306


@LANGUAGE
@pytest.mark.parametrize("purpose", SMS_PURPOSES)
def test_a_text_message_offers_digits_only_where_answers_arrive(purpose: str, language: str) -> None:
    """Where the way back is closed, or nothing is asked, no digit is explained."""
    case, clinic = a_case(language, call=a_call()), a_clinic(language)
    offer = wording.say(language, "Reply 1 = I will be there, 2 = move, 3 = ring me.")
    assert offer not in texts_.call_body(case, clinic, purpose, two_way=False)
    assert (offer in texts_.call_body(case, clinic, purpose, two_way=True)) == (purpose in ASKING)


def every_text(language: str) -> list[str]:
    """All texts that can leave, with the longest names, to every sort of country, for every standing of the owner."""
    call = a_call()
    cases = [
        a_case(language, status=Status.BOOKED, call=replace(call, confirmed=sure), blocked=gone)
        for sure in (True, False)
        for gone in (True, False)
    ]
    clinics = [replace(a_clinic(language, name), phone=phone) for name in ("高" * 24, "Kaohsiung Feline Hospice") for phone in ("", "+886 2 2345 6789 000")]  # fmt: skip
    found = [
        texts_.call_body(case, clinic, purpose, two_way=two_way)
        for case in cases
        for clinic in clinics
        for purpose in SMS_PURPOSES
        for two_way in (True, False)
    ]
    loose = [texts_.help_body(clinic, language) for clinic in clinics]
    loose += [texts_.new_time_body(cases[0], clinic, how) for clinic in clinics for how in ("not_reached", "another_time")]  # fmt: skip
    return [*found, *loose, *(texts_.which_body(cases[0], clinic) for clinic in clinics)]


@LANGUAGE
def test_every_text_message_passes_the_linter(language: str) -> None:
    """At most two segments in the alphabet it needs, no medical word, no link, no cat, no owner's words, nothing left open."""
    found = every_text(language)
    assert len(set(found)) >= 9
    for body in found:
        plain = set(body) <= GSM_7 | GSM_7_DOUBLE
        assert plain == (language == "en"), body
        length = len(body) + sum(sign in GSM_7_DOUBLE for sign in body) if plain else units(body)
        assert length <= (306 if plain else 134), (length, body)
        assert not MEDICAL.search(body), body
        assert not LINK.search(body), body
        assert CAT not in body
        assert ESSAY[:5] not in body
        assert not re.search(r"[{}]|  ", body), body
        assert body == body.strip()


@LANGUAGE
def test_what_is_sent_by_text_is_what_the_linter_reads(language: str) -> None:
    """Every text that the decisions make for the usual clinic is one of those above, so none slips past the linter."""
    made = {effect.body for effect in told(language) if isinstance(effect, Text)}
    name = "Example Cat Hospital" if language == "zh_Hant" else "Kaohsiung Feline Hospice"
    read = {body.replace("Kaohsiung Feline Hospice", name) for body in every_text(language)}
    assert len(made) >= 3
    assert made <= read


@LANGUAGE
@pytest.mark.parametrize("purpose", SMS_PURPOSES)
def test_a_text_message_tells_neither_the_cat_nor_the_illness(purpose: str, language: str) -> None:
    """A text lies open on a locked screen."""
    body = texts_.call_body(a_case(language, call=a_call()), a_clinic(language), purpose, two_way=True)
    assert CAT not in body
    assert "words" not in body


# --- Telegram ---------------------------------------------------------------------------------------------------------
def _intake(case: Case, context: Context) -> Iterator[Decision]:
    for problem in PROBLEMS:
        for vet in (False, True):
            ill = replace(case, vet=vet, answers={**case.answers, "problem": problem})
            within = ("medicine:more", *(f"medicine:{detail}" for detail in DETAILS), "sms", "change")
            points = tuple(
                f"point:{screen.id}.{n}" for screen in (*SCREENS, VET_SCREEN) for n in range(len(screen.points))
            )
            for step in (*path(ill), *within, *points, *(f"emergency:{group}" for group in GROUPS)):
                asking = ask(replace(ill, step=step), context, step)
                yield asking
                yield typed.typed(asking.case, context, "…")
    yield from _answers(case, context)


def _answers(case: Case, context: Context) -> Iterator[Decision]:
    records = tuple(Record(str(n), "document", "x" * 60, 1, "refused", problem="too_big") for n in range(20))
    yield intake.answer(replace(case, step="summary"), context, "change")
    yield intake.answer(replace(case, step="summary"), context, "submit")
    yield intake.answer(replace(case, step="consent:terms"), context, "refuse")
    for number in range(len(VET_SCREEN.points)):
        yield intake.answer(replace(case, step=f"point:colleague.{number}"), context, "no")
    for zone in (*(place.zone for place in PLACES), "Europe/Berlin"):
        yield intake.answer(replace(case, step="place"), context, zone)
    yield intake.answer(replace(case, step="checklist"), context, "letter")
    yield intake.answer(replace(case, step="quality"), context, "let_go")
    yield heard.with_signs(
        case, Decision(case), "He is not breathing and cannot stand, blood everywhere, no food", context
    )
    yield about.told(case, context)
    yield standing.options(replace(case, consent_at=NOW), context)
    yield from (standing.nudge(case, context, key) for key in "01")
    yield typed.contact(replace(case, step="phone"), context, "+1", own=False)
    yield arrivals.settled(replace(case, step="records", records=records), context)
    shown, message = emergency.advice(case, context, heard=tuple(sign.id for sign in RED[:6]))
    yield Decision(shown, (message, emergency.staff_alarm(case, context, 0)))


def _records(case: Case, context: Context) -> Iterator[Decision]:
    """A hundred files that tell of everything at once, in each state of the case; then each button about them."""
    study = {
        "modality": "CT",
        "patient": CAT,
        "species": "Canine",
        "sex": "M",
        "born": "2001-01-01",
        "date": "2031-01-01",
        "series": [{"missing": 5}],
    }
    inside = [{"name": "x" * 200, "problem": "unknown_kind"}] * 12
    facts = {
        "is": "zip",
        "studies": [study],
        "refused": inside,
        "refused_more": 9999,
        "flaws": ["blurred", "dark", "glare", "cut"],
    }
    plain = {
        "kind": "document",
        "name": "x" * 200,
        "size": 1,
        "state": "stored",
        "facts": facts,
        "day": "2025-12-31",
        "missing": 5,
    }
    sorts: tuple[dict[str, object], ...] = (
        {"differs": ("species", "name", "sex", "born", "future"), "whose": "asked"}, {"quality": "asked"}, {"problem": "locked"}, {"same": "0"},
        {"shows": ("renal", "cbc", "upc", "urinalysis", "t4", "xray:belly")}, {"checked": "owner", "items": tuple(every_item())[:12]},
    )  # fmt: skip
    files = tuple(Record(f"{n}", **(plain | sorts[n % len(sorts)])) for n in range(100))  # type: ignore[arg-type]
    ill = replace(case, records=files, answers={**case.answers, "problem": "nerves"}, consent_at=NOW)
    for status in Status:
        yield arrivals.settled(replace(ill, status=status, step="records"), context)
    for step in ("records", "checklist"):
        yield ask(ill, context, step)
    for value in (
        "sort",
        "sort:5",
        "item:5:t4",
        "item:5:-",
        "picture:best",
        "picture:promised",
        "whose:mine",
        "whose:not",
        "whose:unsure",
    ):
        pressed = sorting.pressed(replace(ill, step="records"), context, value)
        assert pressed is not None
        yield pressed
    yield review.new_round(replace(ill, status=Status.REVIEW, review=Review(1)), context)


def _standing(case: Case, context: Context) -> Iterator[Decision]:
    for status in Status:
        there = replace(case, status=status, call=a_call() if status is Status.BOOKED else None)
        yield standing.status(there, context)
        yield standing.help_(there, context)
        yield standing.ask_withdraw(there, context)
        yield standing.noted(there, context, ESSAY)
        yield standing.withdraw(there, context)
        yield lapsed.lapse(there, context)
        yield lapsed.close(there, context)


def _doctors(case: Case, context: Context) -> Iterator[Decision]:
    case = replace(case, notes=(ESSAY,) * 3)
    decided_before = Review(1, decision="need_more", decided_by="first", decided_at=NOW, reason=ESSAY)
    yield review.new_round(replace(case, status=Status.REVIEW, review=decided_before), context)
    waited = replace(case, status=Status.REVIEW, review=Review(1))
    yield from (waiting.due(waited, context, f"1.{number}") for number in (1, 2))
    for action, status in review.NEEDS.items():
        asked = Review(1, "key", card=5, prompt=7, asked=action, asked_by=1, asked_doctor="first", asked_at=NOW)
        there = replace(case, status=status, review=asked, call=a_call() if status is Status.BOOKED else None)
        yield review.pressed(there, context, StaffPressed("second", 2, f"WWWWWW.key.{action}"))
        yield review.pressed(
            replace(there, review=Review(1, "key")), context, StaffPressed("first", 1, f"W.key.{action}")
        )
        yield review.replied(there, context, StaffReplied("second", 2, 7, ESSAY))
        yield review.replied(there, context, StaffReplied("first", 1, 7, "…"))
        decided = review.replied(there, context, StaffReplied("first", 1, 7, ESSAY))
        yield decided
        yield review.pressed(decided.case, context, StaffPressed("second", 2, f"WWWWWW.key.{action}"))


def _money(case: Case, context: Context) -> Iterator[Decision]:
    payment = Payment(context.clinic.fee, "TWD", 1, "s", "https://pay.example/s", "open")
    open_ = replace(case, status=Status.ACCEPTED, payment=payment)
    yield fee.opened(
        replace(open_, payment=replace(payment, state="opening")),
        context,
        CheckoutOpened(1, "s", "https://pay.example/s", NOW),
    )
    yield fee.renew(open_, context)
    yield fee.renew(replace(open_, payment=replace(payment, state="expired")), context)
    yield fee.seen(open_, context, CheckoutSeen("s", "expired", 0, ""))
    yield fee.seen(open_, context, CheckoutSeen("s", "paid", 5, "TWD"))
    yield fee.seen(open_, context, CheckoutSeen("s", "paid", payment.amount, "TWD"))


def _around_the_call(booked: Case, context: Context) -> Iterator[Decision]:
    """Before a call and after it, by telephone and online."""
    call = a_call()
    for there in (replace(call, asked="key"), replace(call, asked="key", room="https://meet.example.org/call-1")):
        case = replace(booked, call=there)
        yield reminders.due(case, context, "2:1")
        yield booking.standing(case, context)
        for what in ("before", "after"):
            yield call_clock.due(case, context, f"{what}:1")
            yield call_clock.undelivered(case, context, f"call.{what}.1")
        yield after_call.over(case, context, "1")
        for how in after_call.BUTTONS:
            press = StaffPressed("first", 1, f"WWWWWW.key.call_{how}")
            said = after_call.pressed(case, context, press)
            assert said is not None
            yield said
            yield after_call.pressed(said.case, context, press) or said
            yield after_call.noted(said.case, context, StaffReplied("first", 1, 7, ESSAY, "call.note"))
        yield after_call.pressed(case, context, StaffPressed("second", 2, "WWWWWW.key.call_held")) or Decision(case)
        yield call_clock.undelivered(case, context, "call.note.1")
        for phone in ("+886 922 333 444", case.phone):
            yield new_number.taken(case, context, phone) or Decision(case)
        yield booking.standing(replace(case, phone=""), context)
        yield booking.chosen(
            replace(case, call=None, offer=there, status=Status.PAID, step="confirm"),
            replace(context, room=there.room),
            "days",
        )


def _calls(case: Case, context: Context) -> Iterator[Decision]:
    paid = replace(case, status=Status.PAID)
    day = CALL_AT.date().isoformat()
    yield booking.chosen(paid, context, f"day:{day}")
    yield booking.chosen(paid, context, "day:2027-12-31")
    yield booking.chosen(paid, context, f"at:first:{CALL_AT.isoformat()}")
    yield booking.refused(paid, context, hold=True)
    yield booking.choose_day(paid, replace(context, clinic=replace(context.clinic, doctors=())))
    yield booking.chosen(replace(paid, offer=a_call(), step="confirm"), context, "book")
    booked = replace(case, status=Status.BOOKED, call=a_call(), revision=1)
    yield booking.chosen(booked, context, "cancel")
    yield booking.chosen(booked, context, "cancel_yes")
    yield reminders.due(booked, context, "72:1")
    yield from _around_the_call(booked, context)
    for word in ("stop", "start", "help", "1", "2", "3", ESSAY):
        yield texted.texted(booked, context, word, unclear=False)
    yield texted.texted(booked, context, "2", unclear=True)
    yield texted.texted(replace(booked, blocked=True), context, "2", unclear=False)
    for problem in ("bad_number", "no_answer", "phone_away"):
        for there in (booked, replace(booked, blocked=True), replace(booked, way="text")):
            yield reminders.text_failed(there, context, problem)
    for purpose in ("booked", "remind_24", "noted"):
        yield reminders.text_failed(booked, context, "no_answer", purpose)
    yield reminders.due(booked, context, "20:1")
    yield reminders.due(replace(booked, blocked=True, sms=False), context, "24:1")
    for there in (
        booked,
        replace(booked, sms=False),
        replace(booked, vouched=True),
        replace(booked, vouched=True, way="here"),
    ):
        yield texts_.ask(there, context)
    for way in ("", "here", "text"):
        yield texts_.choose(booked, way)


@cache
def told(language: str) -> tuple[Effect, ...]:
    """What the talk says from the first question to the last, in one language, with the longest names and answers."""
    case, context = a_case(language), Context(NOW, a_clinic(language), "abcdefgh")
    parts = (_intake, _records, _standing, _doctors, _money, _calls)
    return tuple(effect for part in parts for decision in part(case, context) for effect in decision.effects)


def texts(language: str) -> list[str]:
    """What is said in messages to the owner and to the group, the edited cards included."""
    return [effect.text for effect in told(language) if isinstance(effect, Say | Post | EditCard)]


def buttons(language: str) -> set[str]:
    """The words on all buttons, those that share a number included."""
    shown = [e for e in told(language) if isinstance(e, Say | Post | EditCard)]
    words = {button.words for e in shown for row in e.buttons for button in row if isinstance(button, Button)}
    return words | {e.contact for e in shown if isinstance(e, Say) and e.contact}


@LANGUAGE
def test_every_message_fits_one_telegram_message(language: str) -> None:
    """Longest cat, doctor, place, answers, reason and opinion; and a card is edited as a whole, so it must never be cut."""
    assert {"card", "prompt", "note", "alarm"} <= {effect.role for effect in told(language) if isinstance(effect, Post)}
    assert any(isinstance(effect, EditCard) for effect in told(language))
    assert len(texts(language)) > 80
    assert [text[:80] for text in texts(language) if not 0 < units(text) <= TEXT_UNITS] == []


@LANGUAGE
def test_every_button_is_read_at_a_glance(language: str) -> None:
    """At most 40 characters, and never none."""
    assert len(buttons(language)) > 60
    allowed = TOO_LONG_IN_ENGLISH if language == "en" else frozenset()
    assert [words for words in buttons(language) if not 0 < len(words) <= LABEL_CHARS and words not in allowed] == []


@LANGUAGE
def test_every_notice_fits_the_bubble_that_answers_a_press(language: str) -> None:
    """Telegram cuts what is longer than 200 characters."""
    notices = [effect.text for effect in told(language) if isinstance(effect, Answer)]
    assert notices
    assert [text for text in notices if not 0 < len(text) <= NOTICE_CHARS] == []


@LANGUAGE
def test_no_message_shows_an_empty_place(language: str) -> None:
    """Every value was put in: no brace is left standing."""
    calendars = [words for e in told(language) if isinstance(e, SayCalendar) for words in (e.caption, e.summary)]
    assert [text for text in (*texts(language), *buttons(language), *calendars) if re.search(r"[{}]", text)] == []


@LANGUAGE
def test_no_two_buttons_of_one_question_read_the_same(language: str) -> None:
    """Typing a button's words means that button, so they must tell it apart."""
    for effect in told(language):
        if isinstance(effect, Say):
            words = [button.words.casefold() for row in effect.buttons for button in row]
            assert len(words) == len(set(words))


def test_chinese_messages_hold_no_english_sentence() -> None:
    """What slips past the catalogue shows itself as several English words in a row."""
    own = re.compile(
        "|".join(map(re.escape, (ESSAY[:14].strip(), CAT, *DOCTORS, "Example Cat Hospital", "hospital of")))
    )
    run = re.compile(r"(?:[a-z']+ ){3}[a-z']+")
    greeting = "Which language shall we use?"  # the first question is asked in both
    contact = "24-hour animal hospital of the whole county"
    found = [
        t
        for t in texts("zh_Hant")
        if greeting not in t and run.search(own.sub("", t.replace(contact, "").replace("open day and night", "")))
    ]
    assert found == []


def test_a_date_reads_as_in_taiwan() -> None:
    """Month, day, weekday, clock: the order is the translation's own."""
    text = booking.standing(
        a_case("zh_Hant", status=Status.BOOKED, call=a_call()), Context(NOW, a_clinic("zh_Hant"), "abcdefgh")
    )
    assert "11月25日(三)14:30" in next(e.text for e in text.effects if isinstance(e, Say))
