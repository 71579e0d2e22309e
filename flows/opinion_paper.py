"""The opinion on paper: the owner's part in her language, and a page for her vet in each."""

from flows import call_words, emergency, opinion
from flows.case import Case
from flows.context import Context
from flows.summary import cat_name, instant
from flows.wording import LANGUAGES, mark, say


def pages(case: Case, context: Context) -> tuple[str, ...]:
    """The owner's part in her language; then the page for her vet in every language, where the doctor wrote one."""
    sections = opinion.complete(case, case.language)
    apart = (opinion.FOR_THE_VET, opinion.URGENT)
    plain = {name: words for name, words in sections.items() if name not in apart}
    urgent = sections.get(opinion.URGENT, "")
    owners = _page(case, context, case.language, opinion.headed(plain, case.language), urgent)
    return (owners, *for_the_vet(case, context)) if opinion.FOR_THE_VET in sections else (owners,)


def for_the_vet(case: Case, context: Context) -> tuple[str, ...]:
    """What a copy to the owner's vet holds: the vet's page in every language, or the owner's where the doctor wrote none."""
    vets = opinion.complete(case, case.language).get(opinion.FOR_THE_VET)
    if vets is None:
        return pages(case, context)
    body = {opinion.FOR_THE_VET: vets}
    return tuple(_page(case, context, language, opinion.headed(body, language)) for language in LANGUAGES)


def caption(case: Case) -> str:
    """What stands below the paper."""
    vets = opinion.FOR_THE_VET in opinion.read(case.opinion)
    words = mark("The opinion on paper, with a page for your vet") if vets else mark("The opinion on paper")
    return say(case.language, words)


def _page(case: Case, context: Context, language: str, body: str, urgent: str = "") -> str:
    return say(
        language,
        "{clinic}\nSecond opinion on {cat}\nCase {code} · {doctor} · {at}\n\n{opinion}\n\nWhen to seek help at once\n{emergency}",
        clinic=context.clinic.name, cat=cat_name(case, language), code=case.code, doctor=doctor_words(case, context, language),
        at=instant(context.now, context.clinic.zone, language), opinion=body, emergency="\n".join(filter(None, (urgent, emergency.reminder(language)))),
    )  # fmt: skip


def doctor_words(case: Case, context: Context, language: str) -> str:
    """Whose opinion it is: the doctor of the call, or of the last one that was tried."""
    last = case.call or call_words.newest(case)
    doctor = context.clinic.doctor(last.doctor) if last else None
    return doctor.name if doctor else say(language, "a colleague")
