"""A second pair of eyes: the opinion is kept as a draft, a colleague reads it, and only her press releases it to the owner.

Whoever changed the draft last cannot release it. Every change takes the buttons back under which it was given, so that what goes out is
what was read, to the letter. A clinic without a second reader (``Clinic.second_reader``) releases at once.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from flows import call_words, case_page, handover, opinion
from flows.card import card_again
from flows.case import Case, Status, changed
from flows.context import Context, Decision
from flows.decided import answered
from flows.effects import Answer, Button, Buttons, Effect, Forget, Noted, Post, Tell, Wake
from flows.incoming import StaffPressed
from flows.opinion_draft import BACK, GIVEN, RELEASED, WRITING, OpinionDraft
from flows.prompts import asked_of, settled
from flows.rounds import clinic_time, doctor_name, staff_language
from flows.wording import mark, say

RELEASE, SEND_BACK = "release", "send_back"
KIND: Final = "reader"  # the timer
REMIND_AFTER = timedelta(hours=12)
TAKEN_FOR = timedelta(minutes=10)
SHOWN = 3200  # UTF-16 units of a draft that is shown whole below the request; a longer one is read on the case page
WRITABLE = frozenset({Status.PAID, Status.BOOKED})  # the stages in which a draft can be kept


def saved(case: Case, context: Context, doctor: str, text: str) -> Case:
    """The draft with another text, and a version more; the same text again changes nothing."""
    if text == case.draft.text:
        return case
    draft = OpinionDraft(text, case.draft.version + 1, WRITING, doctor, context.now, words=case.draft.words)
    return changed(case, draft=draft)


def written(case: Case, context: Context, doctor: str, text: str) -> Decision:
    """The doctor's reply in the group. Sections of an earlier draft stay where she wrote nothing; one that was changed meanwhile is kept."""
    asked, draft = case.review.asked_at, case.draft
    if draft.saved_at and asked and draft.saved_at > asked:
        words = mark(
            "Case {code}: {doctor} has changed the draft since you were asked ({at}). Nothing is lost: your words stand above. Please put them in on the case page."
        )
        return Decision(
            case, (_note(case, context, words, doctor=draft.author, at=clinic_time(draft.saved_at, context)),)
        )
    language = staff_language(context)
    whole = opinion.headed({**opinion.read(draft.text), **opinion.read(text)}, language) if draft.text else text
    return given(saved(settled(case), context, doctor, whole), context, doctor)


def asked_for(action: str) -> str:
    """What an open prompt is about: sending back belongs to the opinion and fits where that does."""
    return "opinion" if action == SEND_BACK else action


def given(case: Case, context: Context, doctor: str) -> Decision:
    """The draft goes to a colleague, or to the owner where the clinic wants no second reader."""
    draft = case.draft
    if not context.clinic.second_reader:
        released = replace(draft, state=RELEASED, key="", reader=doctor, read_at=context.now)
        return answered(changed(case, draft=released), context, doctor, draft.text)
    waiting = changed(case, draft=replace(draft, state=GIVEN, key=context.token, reader="", read_at=None, words=""))
    again = Wake(KIND, context.now + REMIND_AFTER, context.token)
    line = Noted("opinion_given", doctor, str(draft.version))
    return Decision(waiting, (line, Forget(KIND), again, _request(waiting, context), *card_again(waiting, context)))


def _request(case: Case, context: Context) -> Post:
    language, draft = staff_language(context), case.draft
    text = say(
        language,
        "Case {code}: {doctor} has written the opinion. A second pair of eyes, please: read all of it, then release it to the owner or send it back.",
        code=case.code, doctor=doctor_name(context, draft.author),
    )  # fmt: skip
    whole = opinion.headed(opinion.complete(changed(case, opinion=draft.text), language), language)
    if len(whole.encode("utf-16-le")) // 2 > SHOWN:
        whole = say(language, "It is too long to stand here. Please read it on the case page.")
    return Post(f"{text}\n\n{whole}", "note", case.review.topic, _buttons(case, language))


def _buttons(case: Case, language: str) -> Buttons:
    def button(words: str, action: str) -> Button:
        return Button(words, data=f"{case.code}.{case.draft.key}.{action}")

    decide = (button(say(language, "Release to the owner"), RELEASE), button(say(language, "Send back"), SEND_BACK))
    return (decide, (case_page.button(case, language),))


def pressed(case: Case, context: Context, press: StaffPressed) -> Decision | None:
    """One of the reader's two buttons; None for every other press."""
    _, key, action = [*press.data.split("."), "", ""][:3]
    if action not in (RELEASE, SEND_BACK):
        return None
    hindered = _hindered(case, context, press, key)
    if hindered:
        return Decision(case, (Answer(hindered, alert=True),))
    return _release(case, context, press.doctor) if action == RELEASE else _ask_why(case, context, press)


def _hindered(case: Case, context: Context, press: StaffPressed, key: str) -> str:
    """Why this press changes nothing; "" when it does."""
    language, draft, review = staff_language(context), case.draft, case.review
    names = {"doctor": doctor_name(context, draft.reader or draft.author)}
    if draft.state == RELEASED and draft.read_at:
        return say(language, "{doctor} has released it already, {at}.", at=clinic_time(draft.read_at, context), **names)
    if not call_words.opinion_fits(case):
        return say(language, "This card is no longer current.")
    if draft.state == BACK and draft.read_at:
        return say(
            language, "{doctor} has sent it back already, {at}.", at=clinic_time(draft.read_at, context), **names
        )
    if draft.state != GIVEN or key != draft.key:
        return say(language, "The draft was changed after this message. It has to be given to read once more.")
    if press.doctor == draft.author:
        return say(language, "You wrote it last; a colleague has to read it.")
    if (
        review.asked == SEND_BACK
        and review.asked_by != press.person
        and review.asked_at
        and context.now - review.asked_at < TAKEN_FOR
    ):
        return say(
            language, "{doctor} has been writing the reason since {at}.",
            doctor=doctor_name(context, review.asked_doctor), at=clinic_time(review.asked_at, context),
        )  # fmt: skip
    return handover.too_early(case, context, language)


def _release(case: Case, context: Context, reader: str) -> Decision:
    draft = case.draft
    read = replace(draft, state=RELEASED, key="", reader=reader, read_at=context.now)
    told = answered(changed(settled(case), draft=read), context, draft.author, draft.text, reader)
    words = mark("Case {code}: {doctor} has read the opinion and released it to the owner.")
    done = Answer(say(staff_language(context), "Done."))
    return Decision(told.case, (*told.effects, Forget(KIND), _note(case, context, words, doctor=reader), done))


def _ask_why(case: Case, context: Context, press: StaffPressed) -> Decision:
    language = staff_language(context)
    words = say(
        language,
        "Case {code}: please reply to this message with what should change. Only colleagues read it.",
        code=case.code,
    )
    prompt = Post(words, "prompt", case.review.topic, mention=press.person)
    return Decision(
        asked_of(case, context, press, SEND_BACK), (prompt, Answer(say(language, "Please reply to the message below.")))
    )


def sent_back(case: Case, context: Context, doctor: str, words: str) -> Decision:
    """The reader's sentence: the author has the draft again, and is told in the topic and alone."""
    draft = case.draft
    if draft.state != GIVEN or doctor == draft.author:
        kept = mark(
            "Case {code}: the draft was changed meanwhile, so nothing was sent back. Please look at it once more."
        )
        return Decision(settled(case), (_note(case, context, kept),))
    back = replace(draft, state=BACK, key="", reader=doctor, read_at=context.now, words=words)
    after = changed(settled(case), draft=back)
    line = Noted("opinion_back", doctor, str(draft.version))
    return Decision(after, (line, Forget(KIND), *_told(after, context, doctor), *card_again(after, context)))


def _told(case: Case, context: Context, doctor: str) -> tuple[Effect, ...]:
    text = say(
        staff_language(context),
        "Case {code}: {doctor} sends the opinion back: {words}\nThe draft is kept. Change it on the case page, or with “Write the opinion” on the card.",
        code=case.code, doctor=doctor_name(context, doctor), words=case.draft.words,
    )  # fmt: skip
    author = case.draft.author
    return (Post(text, "note", case.review.topic, doctor=author), Tell(author, text))


def due(case: Case, context: Context, key: str) -> Decision:
    """Half a day after it was given nobody has read it: the group is reminded, and again every half day. The owner waits."""
    draft = case.draft
    if draft.state != GIVEN or key != draft.key or not call_words.opinion_fits(case):
        return Decision(case)
    words = mark(
        "Case {code}: the opinion by {doctor} still waits for a second pair of eyes. The owner is waiting for it."
    )
    text = say(staff_language(context), words, code=case.code, doctor=doctor_name(context, draft.author))
    again = Wake(KIND, context.now + REMIND_AFTER, key)
    return Decision(case, (Post(text, "alarm", case.review.topic, _buttons(case, staff_language(context))), again))


def _note(case: Case, context: Context, sentence: str, doctor: str = "", **values: str) -> Post:
    text = say(staff_language(context), sentence, code=case.code, doctor=doctor_name(context, doctor), **values)
    return Post(text, "note", case.review.topic)
