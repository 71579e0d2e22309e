"""What must hold after every single thing that happens: nothing given is lost, and there is always a way on."""

from datetime import datetime

from flows import effects as fx
from flows import incoming as come
from flows.case import ENDED, Case, Record, Status
from flows.clinic import Clinic
from flows.context import Context, Decision
from flows.decide import decide
from flows.reading import plain
from flows.route import station
from flows.steps import STEPS

TELEGRAM = 4096  # characters of one message
LISTS = {"question": "\n", "medicines": "\n"}  # answers that are collected, and what stands between
READ = {
    "place",
    "problem",
    "discipline",
    "phone",
    "medicines",
    "medicine",
    "ask",
}  # questions that take typing beside STEPS


def nothing_is_lost(before: Case, after: Case, incoming: come.Incoming) -> None:
    """What was given stays until its own question is answered anew."""
    replaced = _replaced(before, incoming)
    for step, value in before.answers.items():
        now = after.answers.get(step)
        if (
            step in LISTS and now is not None and isinstance(incoming, come.Said) and not before.vet
        ):  # a vet has one question
            gone = [one for one in _lines(value) if one not in _lines(now)]
            assert not gone or value in ("none", "unknown"), f"{gone} left {step}"
        elif step not in replaced:
            assert now == value, f"{step} was {value!r} and is {now!r} after {incoming} at {before.step}"
    assert after.agreed[: len(before.agreed)] == before.agreed
    assert {record.unique for record in before.records} <= {record.unique for record in after.records}
    stored = {record.unique for record in before.records if record.state == "stored"}
    assert stored <= {record.unique for record in after.records if record.state == "stored"}
    if not isinstance(incoming, come.Pressed | come.Said):  # only she herself takes back what she said of a file
        kept = {record.unique: _said_of(record) for record in after.records}
        assert [one for one in before.records if any(_said_of(one)) and kept[one.unique] != _said_of(one)] == []
    assert before.notes[-49:] == after.notes[: len(before.notes)][-49:] or before.notes[-49:] == after.notes[:-1]
    assert set(before.red) <= set(after.red)
    assert after.opinion == before.opinion or not before.opinion
    assert (
        after.language == before.language
        or _chosen(before, incoming).startswith(("language:", "en", "zh"))
        or not before.language
    )
    ringing = before.status in (Status.PAID, Status.BOOKED) and isinstance(incoming, come.Said)
    if not (_answering(before, incoming) or ringing):
        assert (after.phone, after.zone) == (before.phone, before.zone)


def _said_of(record: Record) -> tuple[object, ...]:
    """The owner's word on a file: what it is, whose it is, that there is no better picture."""
    return (
        record.items,
        record.checked,
        record.whose in ("mine", "unsure", "not") and record.whose,
        record.quality == "best",
    )


def _lines(value: str) -> list[str]:
    return [line.split("\t")[0] for line in value.split("\n")]


def _answering(case: Case, incoming: come.Incoming) -> bool:
    people = come.Said | come.Pressed | come.SharedContact | come.Attached
    return case.status is Status.INTAKE and isinstance(incoming, people)


def _replaced(case: Case, incoming: come.Incoming) -> set[str]:
    """The answers that this may change: those of the question that is open, and of what it is reached by."""
    if not _answering(case, incoming):
        return set()
    head, value = case.step.partition(":")[0], _chosen(case, incoming)
    own = {case.step, station(case, case.step)}
    return own | ({value} if head == "checklist" else set())


def _chosen(case: Case, incoming: come.Incoming) -> str:
    if not isinstance(incoming, come.Pressed):
        return ""
    index = incoming.data.rpartition(".")[2]
    there = incoming.data.startswith(f"{case.screen}.") and index.isdecimal() and int(index) < len(case.options)
    return case.options[int(index)] if there else ""


def typing_is_kept(before: Case, after: Case, incoming: come.Incoming) -> None:
    """Whoever types an answer in words and is led on by it finds all of her words in the case."""
    free = STEPS.get(before.step)
    head = before.step.partition(":")[0]
    step = "medicines" if head == "medicine" else before.step
    if not isinstance(incoming, come.Said) or before.status is not Status.INTAKE or after.step == before.step:
        return
    words = plain(incoming.text, TELEGRAM)
    if (
        not (head in ("ask", "medicines", "medicine") or (free and free.told))
        or after.id != before.id
        or after.status not in (Status.INTAKE, Status.EMERGENCY)
    ):
        return
    kept = after.answers.get(step, "").replace("\t", " ").replace(" / ", " ")
    as_button = len(words) <= 30
    assert as_button or " ".join(words.split()).replace(" / ", " ") in " ".join(kept.split()), (
        f"{len(words)} characters became {len(kept)}"
    )


def there_is_a_way_on(case: Case, clinic: Clinic, now: datetime) -> None:
    """Whoever asks where things stand sees a button, or a question that can be answered in words."""
    if case.status in ENDED or not case.language:
        return
    context = Context(now, clinic, "wayon123", (), (), True)
    shown = decide(case, come.Asked("status"), context)
    said = [effect for effect in shown.effects if isinstance(effect, fx.Say)]
    assert said, f"silence in {case.status}"
    buttons = [button for one in said for row in one.buttons for button in row]
    if case.status is Status.INTAKE:
        _question_stands(shown, buttons)
    elif case.status is Status.BOOKED and case.call and now >= case.call.starts_at:
        return  # the doctor's turn: the opinion comes, and what is written meanwhile is kept
    elif case.status in (Status.EMERGENCY, Status.MORE_NEEDED, Status.PAID, Status.BOOKED):
        assert buttons, f"no button in {case.status}"
    elif case.status is Status.ACCEPTED and case.payment.state in ("open", "expired"):
        assert buttons, f"no button with a payment that is {case.payment.state}"


def _question_stands(shown: Decision, buttons: list[fx.Button]) -> None:
    onward = [value for value in shown.case.options if value not in ("!back", "gate")]
    assert onward or takes_words(shown.case), f"no way on from {shown.case.step}: {shown.case.options}"
    assert sum(not button.url for button in buttons) == len(shown.case.options)  # one with an address answers nothing


def takes_words(case: Case) -> bool:
    """Whether the open question can be answered by typing."""
    step = case.step
    return STEPS[step].read is not None if step in STEPS else step.partition(":")[0] in READ
