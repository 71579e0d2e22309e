"""The judge of the rehearsals is judged: what it calls a duplicate, and what it lets pass."""

from typing import Any, cast

from tests.crash.duplicates import repeats
from tests.crash.truth import Truth
from tests.crash.world import GROUP
from tests.sandbox_process import Sandbox

LATE = "Already decided: Go, by Dr. Lin"
TOPIC = 7


def found(*records: dict[str, Any], kills: tuple[int, ...] = ()) -> list[int]:
    """The numbers of the kills that the duplicates of a log are put down to."""
    truth = Truth(cast(Sandbox, None))
    truth.records = [{**record, "n": number} for number, record in enumerate(records, 1)]
    return [repeat.kill for repeat in repeats(truth, kills, {})]


def posted(text: str) -> dict[str, Any]:
    return {"kind": "message", "bot": "staff", "chat": GROUP, "thread_id": TOPIC, "text": text}


def replied() -> dict[str, Any]:
    message = {"chat": {"id": GROUP}, "message_thread_id": TOPIC, "reply_to_message": {"text": "Please reply"}}
    return {"kind": "update", "update": {"message": message}}


def test_the_same_words_again_are_a_duplicate_of_the_kill_that_hid_the_first() -> None:
    log = (posted("Case K7M2QX waits."), posted("Case K7M2QX waits."))
    assert found(*log, kills=(1,)) == [0]
    assert found(*log) == [-1]


def test_two_late_replies_get_two_answers_and_a_third_answer_is_a_duplicate() -> None:
    assert found(replied(), replied(), posted(LATE), posted(LATE)) == []
    assert found(replied(), posted(LATE), posted(LATE)) == [-1]
