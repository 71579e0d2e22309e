"""A ready letter to the home vet that asks for exactly the records that are still missing, originals as DICOM."""

from flows import records_list, worth
from flows.case import Case, Record
from flows.context import Context
from flows.days import day_words
from flows.effects import Effect, Say, SayLetter
from flows.records_by_date import kind_words
from flows.summary import answer_words, cat_name
from flows.wording import LANGUAGES, mark, say


def said(case: Case, context: Context) -> tuple[Effect, ...]:
    """The letter as a message to copy, in her language, and as a PDF in both."""
    head = say(case.language, "A letter for your vet, ready to send. The same as a PDF follows.")
    pages = tuple(text(case, context, language) for language in LANGUAGES)
    return (
        Say(head),
        Say(text(case, context, case.language or "en")),
        SayLetter(say(case.language, "Letter to your vet"), pages),
    )


def wanted(case: Case, language: str) -> tuple[str, ...]:
    """What is missing, as a vet reads it."""
    return tuple(item.letter(language) for item in records_list.missing(case))


def _incomplete(case: Case, language: str) -> tuple[str, ...]:
    """Series of which images are missing: the whole of them is asked for."""
    found = [one for one in case.records if worth.counts(one) and one.missing]
    return tuple(_whole_series(case, one, language) for one in found)


def _whole_series(case: Case, record: Record, language: str) -> str:
    what = kind_words(case, record, language)
    if record.day and record.dated:
        what = say(language, "{name} ({note})", name=what, note=day_words(record.day, language))
    sentence = mark("The whole series of {what} as DICOM; {n} images are missing in the owner's copy")
    return say(language, sentence, what=what, n=record.missing)


def text(case: Case, context: Context, language: str) -> str:
    """The whole letter. It names nobody but the cat and the clinic that asks, and says nothing about the colleague's work."""
    lines = "\n".join(f"• {line}" for line in (*_incomplete(case, language), *wanted(case, language)))
    return say(
        language,
        "Dear colleagues,\n\n"
        "{cat} ({age}, {sex}) is in your care. The owner would like a second opinion from {clinic}, as an addition to your work and not in its place. "
        "Could you please give the owner copies of these records?\n\n{items}\n\n"
        "X-ray, CT and MRI as original DICOM files, please, with the written report; laboratory results as the laboratory's own pages with dates and reference ranges. "
        "Anything that was never done need not be done for us: please just say so.\n\n"
        "The opinion will go to you as well if the owner agrees. Thank you for your care and your help.\n\n{clinic}\nReference: {code}",
        cat=cat_name(case, language),
        age=answer_words(case, "cat_age", language) or "–",
        sex=answer_words(case, "cat_sex", language).lower() or "–",
        clinic=context.clinic.name,
        items=lines,
        code=case.code,
    )
