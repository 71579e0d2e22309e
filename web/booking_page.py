"""The call on a page: every free time by day, one tap to keep it, one to book, move or cancel. It needs no script.

A form is sent back to the page it stands on, becomes one decision, and leads to the page again: a second sending of the same form
finds that the call has changed meanwhile and changes nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from desk.case_links import CALLS
from desk.desk import Desk
from desk.receive import ByCase, seen
from flows import booking_page, consultations, emergency, rooms
from flows.booking import owner_zone
from flows.case import Call, Case
from flows.context import Context
from flows.incoming import OnPage
from flows.summary import cat_name, instant, zone_words
from flows.wording import mark, say
from web.pages import SAFE_HEADERS, Html, page, piece, static

# Telegram's page in a computer's browser shows Mini Apps in a frame; nobody else may.
POLICY = SAFE_HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors https://web.telegram.org")  # fmt: skip
FORM_BYTES = 1000
NEWS = {
    "taken": mark("Sorry, that time has just been taken. Please choose another."),
    "changed": mark("Nothing was changed: the call is no longer as that page showed it. This is how it stands now."),
    "booked": mark("Done: your call is booked."),
    "cancelled": mark("The call is cancelled, and so are its reminders."),
}
RINGS = mark("The doctor will ring you; please have your questions and, if you can, your vet's papers at hand.")
ONLINE = mark("Your call is online. At that time please open this room; the doctor meets you there.")
EXPIRED = mark(
    "This link has run out, so that nobody else can use it. Write /status in the chat and you get a new one."
)
Seen = tuple[Case, Context]


def add_booking_page(app: FastAPI, desk: Desk) -> None:
    """The page, what its forms do, and its style."""

    @app.get("/call/{link}")
    async def show(link: str, request: Request) -> Response:
        """In the language of the case, whatever the browser prefers."""
        found = await _opened(desk, link)
        return found if isinstance(found, Response) else _page(*found, request.query_params)

    @app.post("/call/{link}")
    async def act(link: str, request: Request) -> Response:
        """One form. Whatever it says, the page afterwards shows how things stand."""
        press = _press(await _form(request))
        found = await _opened(desk, link)
        if isinstance(found, Response):
            return found
        case = found[0]
        await desk.react(ByCase(case.id), press)
        after, _ = await _seen(desk, case.id)
        return RedirectResponse(f"/call/{link}?news={_news(press, case, after)}", 303)

    @app.get("/call.css")
    async def style() -> Response:
        """The page's own style, beside the one of all pages."""
        return Response(static("call.css"), media_type="text/css")


# --- what comes in ----------------------------------------------------------------------------------------------------
async def _opened(desk: Desk, link: str) -> Seen | Response:
    """The case behind a link, or the page that says why there is none."""
    case_id = CALLS.was_ours(desk.links, link)
    if case_id is None:
        raise HTTPException(404)
    case, context = await _seen(desk, case_id)
    if CALLS.case_of(desk.links, link, desk.clock()) is None:
        return _note(case, say(case.language, EXPIRED), 410)
    refused = booking_page.closed(case, context)
    return _note(case, refused, 403) if refused else (case, context)


async def _seen(desk: Desk, case_id: str) -> Seen:
    found = await desk.store.read(lambda conn: seen(conn, case_id, desk.moment()))
    if found is None:
        raise HTTPException(404)
    return found


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form of ours. A form on somebody else's page could not know the link; a browser that tells of one is believed."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)
    if int(request.headers.get("content-length", "0")) > FORM_BYTES:
        raise HTTPException(413)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES:
            raise HTTPException(413)
    return dict(parse_qsl(body.decode("latin-1"), max_num_fields=8))


def _press(form: Mapping[str, str]) -> OnPage:
    """A form as it is decided on; HTTPException 400 for one that none of our pages holds."""
    starts, _, doctor = form.get("time", "").partition(" ")
    try:
        at = datetime.fromisoformat(starts) if starts else None
        revision = int(form["revision"])
        if at is not None and at.utcoffset() is None:
            raise ValueError(starts)
    except (KeyError, ValueError, OverflowError) as error:
        raise HTTPException(400) from error
    return OnPage(form.get("action", ""), revision, doctor, at)


def _news(press: OnPage, before: Case, after: Case) -> str:
    """What became of it, as a word of NEWS; "" where the page says it by itself."""
    if press.action == "cancel" and before.call and not after.call:
        return "cancelled"
    booking = press.action.startswith(rooms.BOOK)
    if booking and after.call != before.call:
        return "booked"
    if press.action == "hold" and press.revision == before.revision:
        kept = after.offer and (after.offer.doctor, after.offer.starts_at) == (press.doctor, press.starts_at)
        return "" if kept else "taken"
    return "taken" if booking and before.offer and not after.offer else "changed"


# --- what is shown ----------------------------------------------------------------------------------------------------
def _note(case: Case, words: str, status: int) -> Response:
    heading = say(case.language, "Case {code}", code=case.code)
    return page(case.language, heading, "note.html", status, heading=heading, words=words)


def _page(case: Case, context: Context, asked: Mapping[str, str]) -> Response:
    language = case.language
    heading = say(language, "Call about {cat}", cat=cat_name(case, language)[:60])
    news = NEWS.get(asked.get("news", ""))
    answer = page(
        language, heading, "call.html", 200, heading=heading, body=_body(case, context, asked),
        news=piece("news.html", words=say(language, news)) if news else Html(),
        end=emergency.reminder(language),
    )  # fmt: skip
    answer.headers.update({**SAFE_HEADERS, "Content-Security-Policy": POLICY})
    return answer


def _body(case: Case, context: Context, asked: Mapping[str, str]) -> Html:
    if asked.get("cancel") and case.call:
        return _ask_cancel(case)
    if case.offer and case.step == "confirm" and not asked.get("again"):
        return _ask_yes(case, context, case.offer)
    if case.call and not asked.get("again"):
        return _booked(case, context, case.call)
    return _times(case, context)


def _times(case: Case, context: Context) -> Html:
    language, zone = case.language, owner_zone(case, context)
    days = booking_page.days(case, context)
    if not days:
        words = mark("All times in the coming days are taken. We will look for one ourselves and write to you in the chat.")  # fmt: skip
        return piece("paragraph.html", words=say(language, words))
    lead = say(language, "Please choose a time. All are in {zone} time and take {minutes} minutes.", zone=zone_words(zone, language), minutes=consultations.of(case, context.clinic).minutes)  # fmt: skip
    if case.call:
        lead = say(language, "Your call now: {at}. It stays until you book another time.", at=instant(case.call.starts_at, zone, language)) + " " + lead  # fmt: skip
    shown = Html("".join(_day(day, language, first=day is days[0]) for day in days))
    return piece("call_times.html", lead=lead, revision=str(case.revision), days=shown)


def _day(day: booking_page.Day, language: str, *, first: bool) -> Html:
    """Closed but for the first one: three weeks of times are too long for a thumb."""
    times = [
        piece("call_time.html", value=time.value, clock=time.clock, doctor=time.doctor, theirs=time.theirs)
        for time in day.times
    ]
    count = say(language, "{n} times", n=len(times)) if len(times) > 1 else say(language, "1 time")
    state = Html(" open" if first else "")
    return piece("call_day.html", day=day.words, count=count, state=state, times=Html("".join(times)))


def _ask_yes(case: Case, context: Context, offer: Call) -> Html:
    language = case.language
    yes = {way: rooms.yes_words(case, context, way) for way in rooms.ways(case, context)}
    return piece(
        "call_ask.html", **_when(case, context, offer), revision=str(case.revision),
        words=say(language, "It is kept for you for ten minutes. Shall we book it?"),
        yes=_yes(yes), no=say(language, "‹ Another time"), back="?again=1",
    )  # fmt: skip


def _yes(ways: Mapping[str, str]) -> Html:
    """A button for each way, by what it sends back."""
    return Html("".join(piece("call_yes.html", action=action, words=words) for action, words in ways.items()))


def _ask_cancel(case: Case) -> Html:
    language = case.language
    return piece(
        "call_ask.html", at="", who="", revision=str(case.revision),
        words=say(language, "Cancel the call? Your payment stays valid, and you can choose another time whenever you like."),
        yes=_yes({"cancel": say(language, "Yes, cancel it")}), no=say(language, "No, keep it"), back="?",
    )  # fmt: skip


def _booked(case: Case, context: Context, call: Call) -> Html:
    language = case.language
    return piece(
        "call_booked.html", **_when(case, context, call),
        words=say(language, ONLINE if call.room else RINGS),
        room=piece("call_room.html", address=call.room) if call.room else Html(),
        move=say(language, "Move the call"), cancel=say(language, "Cancel the call"),
    )  # fmt: skip


def _when(case: Case, context: Context, call: Call) -> dict[str, str]:
    language, zone = case.language, owner_zone(case, context)
    doctor = context.clinic.doctor(call.doctor)
    who = say(language, "{zone} time, with {doctor}", zone=zone_words(zone, language), doctor=doctor.name if doctor else call.doctor)  # fmt: skip
    return {"at": instant(call.starts_at, zone, language), "who": who}
