"""The peer's twelve questions, with the check of each typed answer and the buttons of the others."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date


def _mail(text: str) -> str | None:
    return text if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) else None


def _phone(text: str) -> str | None:
    return text if re.fullmatch(r"\+\d{7,15}", text) else None


def _age(text: str) -> str | None:
    return text if text.isdigit() and 0 <= int(text) < 60 else None


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _words(text: str) -> str | None:
    text = text.strip()
    return text if 0 < len(text) <= 500 else None


@dataclass(frozen=True, slots=True)
class Question:
    """``buttons`` are offered, or ``check`` gives the kept value of what was typed, None if it will not do."""

    key: str
    ask: str
    check: Callable[[str], str | None] = _words
    buttons: tuple[str, ...] = ()


QUESTIONS = (
    Question("name", "Q1: What is your full name?"),
    Question("mail", "Q2: What is your e-mail address?", _mail),
    Question("phone", "Q3: What is your phone number?", _phone),
    Question("city", "Q4: Which city do you live in?"),
    Question("species", "Q5: What kind of animal is it?", buttons=("Dog", "Cat", "Rabbit", "Other")),
    Question("pet", "Q6: What is the animal's name?"),
    Question("age", "Q7: How old is it, in years?", _age),
    Question("sex", "Q8: Is it male or female?", buttons=("Male", "Female")),
    Question("spayed", "Q9: Is it neutered?", buttons=("Yes", "No", "Not sure")),
    Question("date", "Q10: Which day suits you (YYYY-MM-DD)?", _day),
    Question("notes", "Q11: What should the vet know?"),
    Question("consent", "Q12: Do you agree that we keep these answers?", buttons=("I agree", "I do not agree")),
)
BAD = "Sorry, I cannot read that. "


def summary(answers: Mapping[str, str]) -> str:
    """Every answer, one a line."""
    return "Summary\n" + "\n".join(f"{question.key}: {answers[question.key]}" for question in QUESTIONS)
