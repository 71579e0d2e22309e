"""An owner who only wants to get on: the button, or the words, that lead on from any question of the intake."""

from flows import incoming as come
from flows.case import Case

BEST = ("submit", "gate:none", "agree", "yes", "on", "none", "enough", "skip", "no_sms", "done", "!keep")
NOT_ONWARD = ("!", "gate", "red:", "amber:", "opt:", "check:", "letter", "vet", "single", "refuse", "peer", "change")
WORDS = {
    "cat_name": "Mimi",
    "story": "She has been losing weight for two months, the blood tests said little.",
    "findings": "Weight loss, ALT 180 twice, ultrasound without findings.",
    "question": "Which test would you do next?",
    "vet_clinic": "Clinic Ximen",
    "vet_registration": "Taipei 01234",
}


def onward(case: Case) -> come.Incoming:
    """What leads on from the open question of this case in intake."""
    back = ("gate",) if case.step.startswith("emergency:") else ()
    for value in (*back, *BEST, *(value for value in case.options if not value.startswith(NOT_ONWARD))):
        if value in case.options:
            return come.Pressed(f"{case.screen}.{case.options.index(value)}")
    assert case.step in WORDS, f"no way on from {case.step}: {case.options}"
    return come.Said(WORDS[case.step])
