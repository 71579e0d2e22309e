"""/about: what a second opinion is, when it helps, why complete records, what it costs, who the doctors are."""

from flows import consultations
from flows.case import Case
from flows.context import Context, Decision
from flows.effects import Say
from flows.wording import LANGUAGES, mark, say

_TONGUES = {"en": mark("English"), "zh_Hant": mark("Chinese")}


def told(case: Case, context: Context) -> Decision:
    """One message; the open question stays open."""
    language, clinic = case.language, context.clinic
    text = say(
        language,
        "A second opinion is another look at your cat's illness, at a later moment and from documents. It helps when no diagnosis was found, "
        "when you are unsure about a treatment, or when your vet wants a colleague's view. It does not judge the first opinion and need not be better than it.\n\n"
        "Complete records matter most: with the original X-ray, CT or MRI images, the laboratory's own pages and detailed notes, "
        "less has to be guessed and fewer tests have to be repeated.\n\n"
        "A doctor first decides whether we can give a good recommendation. Only after a yes the fee is asked: for the reading of all records, the call and the written opinion. "
        "Then you choose a time and a doctor rings you.\n\n{prices}\n\nOur doctors:\n{doctors}",
        prices=consultations.prices(case, clinic),
        doctors="\n".join(_doctor(context, number, language) for number in range(len(clinic.doctors))),
    )
    return Decision(case, (Say(text),))


def _doctor(context: Context, number: int, language: str) -> str:
    doctor = context.clinic.doctors[number]
    spoken = ", ".join(say(language, _TONGUES[tongue]) for tongue in doctor.languages if tongue in LANGUAGES)
    return f"• {doctor.name}: {', '.join(doctor.disciplines) or '–'}" + (f" ({spoken})" if spoken else "")
