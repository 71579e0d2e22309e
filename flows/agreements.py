"""Consent: short screens, each point answerable, what was said kept with version and time, and taken back whenever she wishes."""

from flows.case import Agreed, Case, changed
from flows.consents import OPTIONS, SCREENS, VERSION, VET_SCREEN, Point, Screen, text
from flows.context import Context
from flows.screens import Choice, Rows
from flows.wording import say

ALL = {screen.id: screen for screen in (*SCREENS, VET_SCREEN)}


def screen_of(step: str) -> Screen:
    """The screen of "consent:<id>" or "point:<id>.<number>"."""
    return ALL[step.partition(":")[2].partition(".")[0]]


def agreed(case: Case, point: str) -> bool:
    """What was said last to this point; nothing said is no."""
    return bool(_last(case, point))


def _last(case: Case, point: str) -> bool | None:
    return next((a.yes for a in reversed(case.agreed) if a.point == point), None)


def with_answer(case: Case, context: Context, points: tuple[Point, ...], yes: bool) -> Case:
    """The case with this answer to these points; the earlier ones are kept, because they were true in their time."""
    said = tuple(Agreed(point.id, yes, VERSION, context.now) for point in points if _last(case, point.id) is not yes)
    after = changed(case, agreed=(*case.agreed, *said))
    return changed(after, consent_at=context.now) if yes and _complete(after) else after


def _complete(case: Case) -> bool:
    """Whether everything was agreed to without which nothing may be kept."""
    screens = (VET_SCREEN,) if case.vet else SCREENS
    return all(agreed(case, point.id) for screen in screens for point in screen.points)


def whole(case: Case, context: Context, step: str) -> tuple[str, Rows]:
    """One screen with all its points."""
    language = case.language
    names = {"cat": case.answers.get("cat_name") or say(language, "your cat"), "clinic": context.clinic.name}
    rows = [
        [Choice("agree", say(language, "I agree to all of this"))],
        [Choice("single", say(language, "Point by point")), Choice("refuse", say(language, "I do not agree"))],
    ]
    return text(screen_of(step), language, **names), rows


def single(case: Case, context: Context, step: str) -> tuple[str, Rows]:
    """One point alone: "point:<screen>.<number>"."""
    language = case.language
    point, number, count = place(step)
    words = point.sentence(language).format(
        cat=case.answers.get("cat_name") or say(language, "your cat"), clinic=context.clinic.name
    )
    rows = [[Choice("yes", say(language, "Yes")), Choice("no", say(language, "No"))]]
    return say(language, "Point {n} of {total}", n=number + 1, total=count) + f"\n\n{words}", rows


def place(step: str) -> tuple[Point, int, int]:
    """The point of "point:<screen>.<number>", its number from 0, and how many there are."""
    points = screen_of(step).points
    number = int(step.rpartition(".")[2])
    return points[number], number, len(points)


def earlier(step: str) -> str:
    """The point before this one; before the first, the whole screen."""
    head, _, number = step.partition(":")[2].rpartition(".")
    return f"point:{head}.{int(number) - 1}" if int(number) else f"consent:{head}"


def why(case: Case, point: Point, context: Context) -> str:
    """Why we cannot go on without this one, and that nobody has to."""
    reason = point.why(case.language).format(
        cat=case.answers.get("cat_name") or say(case.language, "your cat"), clinic=context.clinic.name
    )
    free = say(case.language, "We cannot go on without it. If you would rather stop here, /cancel ends the case.")
    return f"{reason}\n\n{free}"


def options(case: Case) -> tuple[str, Rows]:
    """The separate yes or no to what is not needed for the opinion; each button switches one."""
    language = case.language
    cat = case.answers.get("cat_name") or say(language, "your cat")
    lines = "\n".join(f"{_mark(case, point)} {point.sentence(language).format(cat=cat)}" for point in _asked(case))
    text_ = say(
        language,
        "Two things are up to you. Press what you allow; you can change it at any time with /consent.\n\n{points}",
        points=lines,
    )
    rows = [[Choice(f"opt:{point.id}", f"{_mark(case, point)} {_short(point, language)}")] for point in _asked(case)]
    return text_, rows


def _asked(case: Case) -> tuple[Point, ...]:
    """Text messages are asked about together with the number they would go to."""
    return tuple(point for point in OPTIONS if point.id != "sms")


def option(point: str) -> tuple[Point, ...]:
    """The optional point with this id."""
    return tuple(found for found in OPTIONS if found.id == point)


def _mark(case: Case, point: Point) -> str:
    return "☑" if agreed(case, point.id) else "☐"


def _short(point: Point, language: str) -> str:
    sentences = {
        "home_vet": say(language, "You may contact my vet"),
        "teaching": say(language, "Use for teaching, without names"),
    }
    return sentences[point.id]
