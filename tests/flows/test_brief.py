"""The one-minute summary on written cases: what presses comes first, nothing is lost, nobody is named."""

from dataclasses import replace
from datetime import UTC, datetime

from app.rehearsal.clinic import clinic
from flows.brief import brief
from flows.card import card_text
from flows.case import Case, Record, Status
from flows.clinic import Clinic
from flows.route import branch
from tests.builders import a_case

KIDNEY = {
    "reason": "no_diagnosis", "cat_name": "Mimi", "cat_age": "12 y", "cat_sex": "female_neutered", "place": "Asia/Taipei", "problem": "kidney",
    "since": "weeks", "story": "She drinks a lot.\nCreatinine was high twice.", "medicines": "Kidney food\t2\tmonths\tbetter\nAmlodipine 0.6 mg",
    "advised": "more_tests", "due": "week", "quality": "mixed", "question": "what_is_it\nShould she get fluids at home?",
}  # fmt: skip


def a_brief(language: str = "en", **changes: object) -> list[str]:
    """The summary of an owner's case about a cat's kidneys; ``changes`` are fields of the case."""
    return brief(a_kidney_case(**changes), language)


def a_kidney_case(**changes: object) -> Case:
    """An owner's case, filled in."""
    plain = {"answers": KIDNEY, "zone": "Asia/Taipei", "phone": "+886912345678", "status": Status.REVIEW}
    return a_case(**(plain | changes))


def test_a_kidney_case_reads_in_the_order_in_which_a_doctor_asks() -> None:
    """Urgency, patient, why and what is asked, the illness, what is done and given, what is to be decided, the records."""
    assert a_brief() == [
        "⏳ Decision due: Within a week",
        "Patient: Mimi · 12 years · Female, neutered · TW (advice together with the home vet)",
        "Reason: No diagnosis after the tests",
        "Questions: What could it be? Which test would tell? / Should she get fluids at home?",
        "Main problem: Kidneys",
        "First signs: A few weeks ago",
        "The illness: She drinks a lot. / Creatinine was high twice.",
        "Medicines: Kidney food (twice a day, a few months, better); Amlodipine 0.6 mg",
        "Advised so far: More tests",
        "Decision due: Within a week",
        "Quality of life: Good and bad days",
        *a_brief()[11:],
    ]
    assert a_brief()[11].startswith("Records: none yet, 🔴")


def test_the_same_case_in_chinese_is_chinese() -> None:
    """Only what the owner wrote stays as she wrote it."""
    lines = "\n".join(a_brief("zh_Hant"))
    for words in ("患貓：Mimi", "腎臟", "做過檢查，還找不到原因", "一天兩次", "一週內"):
        assert words in lines


def test_a_reported_emergency_stands_first_with_its_signs() -> None:
    """Also when it was called a misunderstanding: a doctor weighs that herself. Amber signs follow."""
    lines = a_brief(red=("R2",), amber=("A1", "A14"))
    assert lines[0].startswith("🔴 Emergency sign reported")
    assert "Open mouth" in lines[0]
    assert lines[1].startswith("🟠 Should see a vet today: Has eaten nothing")


def test_what_is_there_and_what_is_not_is_told_item_by_item() -> None:
    """Have, will get and never done are three different things to a doctor."""
    answers = KIDNEY | {"check:blood_pressure": "never"}
    stored = (Record("u", "document", "lab.pdf", 1, "stored"),)
    lines = a_brief(answers=answers, records=stored)
    assert any(line.startswith("✗ never done: ") and "ressure" in line for line in lines)
    assert any(line.startswith("… will get it: ") for line in lines)
    assert any(line.startswith("Records: 1 file") for line in lines)


def test_a_vets_case_shows_who_asks_and_what() -> None:
    """Clinic and registration for the doctors to check, findings, one question."""
    answers = {
        "vet_clinic": "Bay Cats", "vet_registration": "HK 01234", "discipline": "any", "cat_age": "9 y", "cat_sex": "male_neutered",
        "problem": "heart", "findings": "Gallop, left atrium enlarged.", "question": "Clopidogrel now or after the next echo?",
    }  # fmt: skip
    lines = brief(a_case(vet=True, answers=answers, zone="Asia/Hong_Kong"), "en")
    assert lines[0] == "Patient: 9 years · Male, neutered · HK"
    for line in (
        "Findings: Gallop, left atrium enlarged.",
        "Questions: Clopidogrel now or after the next echo?",
        "Clinic: Bay Cats",
        "Registration: HK 01234",
        "Discipline: whoever fits best",
    ):
        assert line in lines


def test_nobody_is_named_and_the_longest_case_is_one_message() -> None:
    """The group is no place for an owner's number; a card that is edited cannot be cut."""
    assert "+886912345678" not in "\n".join(a_brief())
    essay = "wordsandwords " * 300
    told = ("since", "story", "medicines", "advised", "due", "quality", "question", *branch(a_kidney_case()))
    long = KIDNEY | dict.fromkeys(told, essay) | {"cat_name": "W" * 40}
    house: Clinic = clinic()
    case = a_kidney_case(answers=long, notes=(essay,) * 3, red=("R1", "R2"), amber=("A1", "A14"))
    decided = replace(
        case.review, decision="go", decided_by="lin", decided_at=datetime(2026, 1, 1, tzinfo=UTC), reason=essay
    )
    for language in ("en", "zh_Hant"):
        text = card_text(replace(case, review=decided), house, language)
        assert len(text.encode("utf-16-le")) // 2 <= 4096
