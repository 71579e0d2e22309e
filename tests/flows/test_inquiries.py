"""A colleague is asked: who is next, who may press and reply what, what is shown to whom and when, and that nothing is lost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.rehearsal.clinic import LIN, SATO, WEBER, clinic
from flows import first_read, incoming, inquiries
from flows.case import ENDED, Case, Record, Review, Status
from flows.clinic import Clinic
from flows.context import Context, Decision, Span
from flows.decide import decide
from flows.effects import Answer, EditCard, Noted, Post, Tell, Wake
from flows.inquiry_words import LONGEST
from flows.team import Inquiry, Team
from flows.team_words import WORKING, short_key
from tests.builders import NOON, a_case

HOUSE = clinic((LIN, WEBER, SATO))
PEOPLE = {"lin": 9001, "weber": 9002, "sato": 9003}
HOUR = timedelta(hours=1)
ASKED = Inquiry(1, "oncology", "lin", "offered", "Malignant?", "weber", ("weber",), "key00001", NOON + 12 * HOUR)
ANSWERS = {
    "cat_name": "Miso",
    "problem": "kidney",
    "story": "She drinks a lot.",
    "advised": "Infusions.",
    "medicines": "none",
}


def waiting(one: Inquiry | None = None, lead: str = "", **changes: Any) -> Case:
    inquiries_ = (one,) if one else ()
    case = a_case(status=Status.REVIEW, submitted_at=NOON, answers=ANSWERS, team=Team(lead, inquiries_),
                  review=Review(round=1, key="key", topic=7, card=40))  # fmt: skip
    return replace(case, **changes)


def context(house: Clinic = HOUSE, away: tuple[Span, ...] = (), later: timedelta = timedelta(0)) -> Context:
    return Context(NOON + later, house, "tok00001", away=away)


def press(case: Case, action: str, doctor: str = "lin", key: str = "team", **more: Any) -> Decision:
    return decide(case, incoming.StaffPressed(doctor, PEOPLE[doctor], f"{case.code}.{key}.{action}"), context(**more))


def reply(case: Case, text: str, role: str, doctor: str = "lin", **more: Any) -> Decision:
    return decide(case, incoming.StaffReplied(doctor, PEOPLE[doctor], 50, text, role), context(**more))


def mine(case: Case, action: str, doctor: str = "weber", **more: Any) -> Decision:
    return press(case, f"adv_{action}", doctor, "key00001", **more)


def of(decision: Decision, kind: type) -> list[Any]:
    return [effect for effect in decision.effects if isinstance(effect, kind)]


def one(decision: Decision) -> Inquiry:
    return decision.case.team.inquiries[-1]


def refused(decision: Decision, case: Case) -> str:
    """The word to one person alone; nothing else has happened."""
    assert decision.case is case
    (word,) = decision.effects
    assert isinstance(word, Answer)
    assert word.alert
    return word.text


# --- who asks ---------------------------------------------------------------------------------------------------------
def test_the_disciplines_are_those_of_the_other_doctors_each_once() -> None:
    (menu,) = of(press(waiting(), "ask"), Post)
    assert [button.words for row in menu.buttons for button in row] == ["oncology", "imaging"]


def test_the_lead_asks_and_while_there_is_none_every_doctor() -> None:
    assert (
        refused(press(led := waiting(lead="lin"), "ask", "weber"), led)
        == "Dr. Lin leads this case and asks the colleagues."
    )
    assert of(press(led, "ask"), Post)
    assert of(press(waiting(), "ask", "weber"), Post)


@pytest.mark.parametrize("action", ["ask", f"ask_{short_key('oncology')}", "q1_h48", "q1_open"])
@pytest.mark.parametrize("status", sorted(set(Status) - WORKING))
def test_where_doctors_have_nothing_to_do_nobody_is_asked(status: Status, action: str) -> None:
    case = waiting(ASKED, status=status)
    assert refused(press(case, action), case) == "This card is no longer current."


@pytest.mark.parametrize("action", ["ask_00000000", "q9_h48", "q1_h7", "q1_", "views"])
def test_a_button_that_means_nothing_any_more_is_answered(action: str) -> None:
    case = waiting(ASKED)
    assert refused(press(case, action), case)


def test_a_second_press_on_a_discipline_is_the_same_inquiry() -> None:
    first = press(waiting(), f"ask_{short_key('oncology')}")
    again = press(first.case, f"ask_{short_key('oncology')}")
    assert [one(first).number, one(again).number, len(again.case.team.inquiries)] == [1, 1, 1]
    assert [post.role for post in of(again, Post)] == ["inquiry.1"]


def test_only_who_was_asked_for_the_question_may_give_it_and_it_is_a_short_one() -> None:
    case = press(waiting(), f"ask_{short_key('oncology')}").case
    assert "Only Dr. Lin" in refused(reply(case, "Malignant?", "inquiry.1", "weber"), case)
    for words in ("…", "a" * 601):
        assert "at most 600" in refused(reply(case, words, "inquiry.1"), case)
    asked = reply(case, "Malignant?", "inquiry.1")
    assert one(asked).state == "offered"
    assert "no longer" in refused(reply(asked.case, "Another?", "inquiry.1"), asked.case)
    assert refused(reply(case, "What?", "inquiry.7"), case)


# --- who is asked -----------------------------------------------------------------------------------------------------
def offered(away: tuple[Span, ...] = (), house: Clinic = HOUSE) -> Decision:
    case = press(waiting(), f"ask_{short_key('oncology')}", house=house).case
    return reply(case, "Malignant?", "inquiry.1", away=away, house=house)


def test_a_colleague_is_asked_alone_in_her_language_and_on_her_clock() -> None:
    """Noon UTC and twelve hours: one in the morning in Berlin, eight in Taipei, where the card is read."""
    decision = offered()
    (told,), (timer,) = of(decision, Tell), of(decision, Wake)
    assert (told.doctor, told.about) == ("weber", "tok00001")
    assert "Tue 3 Mar, 01:00 (Berlin time)" in told.text
    assert (timer.kind, timer.at, timer.key) == ("inquiry", NOON + 12 * HOUR, "1.1.accept")
    assert "to accept by Tue 3 Mar, 08:00" in of(decision, EditCard)[0].text
    chinese = offered(away=(("weber", NOON - HOUR, NOON + 24 * HOUR),))
    assert "3月3日(二)09:00（東京時間）" in of(chinese, Tell)[0].text


def test_the_time_to_accept_is_that_of_the_clinic() -> None:
    assert one(offered(house=replace(HOUSE, accept_hours=3))).until == NOON + 3 * HOUR


@pytest.mark.parametrize(
    ("span", "asked"),
    [
        ((-1, 24), "sato"),  # on leave now and for long
        ((-1, 1), "weber"),  # in the theatre: back soon enough to accept
        ((2, 24), "weber"),  # not yet
    ],
)
def test_who_is_on_leave_is_not_asked(span: tuple[int, int], asked: str) -> None:
    assert one(offered(away=(("weber", NOON + span[0] * HOUR, NOON + span[1] * HOUR),))).doctor == asked


def test_no_private_message_holds_a_name_phone_or_note_of_the_owner() -> None:
    private = {"owner_name": "Mei Lin", "address": "Zhongxiao Road"}
    case = waiting(
        replace(ASKED, state="writing", doctor="", tried=()),
        answers=ANSWERS | private,
        phone="+886912345678",
        notes=("I am Mei Lin",),
    )
    decision = reply(case, "Malignant?", "inquiry.1")
    told = decision
    texts = [tell.text for tell in of(told, Tell)]
    for action, words in (("yes", ""), ("", "Yes."), ("sure", ""), ("none", "")):
        key = one(told).key
        told = (
            press(told.case, f"adv_{action}", "weber", key)
            if action
            else reply(told.case, words, "inquiry.1.view", "weber")
        )
        texts += [tell.text for tell in of(told, Tell)]
    assert len(texts) >= 5
    assert [text for text in texts if "Mei" in text or "912345678" in text or "Zhongxiao" in text] == []


def test_a_colleague_who_cannot_is_followed_by_the_next_and_at_the_end_the_group_hears_it() -> None:
    first = mine(waiting(ASKED), "no")
    assert (one(first).doctor, one(first).key, one(first).tried) == ("sato", "tok00001", ("weber", "sato"))
    last = press(first.case, "adv_no", "sato", "tok00001")
    assert (one(last).state, one(last).doctor) == ("nobody", "")
    assert "nobody of oncology" in of(last, Post)[0].text


@pytest.mark.parametrize("state", ["reading", "offered"])
def test_what_cannot_be_delivered_is_not_waited_for(state: str) -> None:
    """Before she accepted the next one is asked; afterwards the group tells her."""
    case = waiting(replace(ASKED, state=state))
    news = decide(case, incoming.Undelivered("tell", "not_begun", "key00001"), context())
    assert one(news).doctor == ("sato" if state == "offered" else "weber")
    assert "Dr. Weber" in of(news, Post)[0].text
    assert not decide(case, incoming.Undelivered("tell", "not_begun", ""), context()).effects


# --- what she presses and replies -------------------------------------------------------------------------------------
def test_buttons_are_hers_alone_and_fit_where_she_stands() -> None:
    case = waiting(ASKED)
    assert refused(mine(case, "yes", "sato"), case) == "這個問題請教的是另一位同事。"
    assert (
        refused(press(case, "adv_yes", "weber", "another1"), case)
        == "This question is no longer open. Thank you all the same."
    )
    for action in ("sure", "none", "nonsense"):
        assert refused(mine(case, action), case) == "Already noted."
    reading = mine(case, "yes")
    assert refused(mine(reading.case, "yes"), reading.case) == "Already noted."


@pytest.mark.parametrize("status", sorted(ENDED))
def test_a_case_that_has_ended_is_not_accepted_any_more(status: Status) -> None:
    case = waiting(ASKED, status=status)
    assert "has ended meanwhile" in refused(mine(case, "yes"), case)
    assert one(mine(case, "no")).state == "ended"


def test_a_reply_counts_from_who_was_asked_alone() -> None:
    case = waiting(replace(ASKED, state="reading"))
    assert refused(reply(case, "Yes.", "inquiry.1.view", "sato"), case) == "這個問題請教的是另一位同事。"
    assert refused(reply(case, "…", "inquiry.1.view", "weber"), case) == "Please reply with a few words."
    assert one(reply(case, "Yes.", "inquiry.1.view", "weber")).view == "Yes."


@pytest.mark.parametrize("status", sorted(Status))
def test_an_answer_is_taken_whatever_became_of_the_case(status: Status) -> None:
    case = waiting(replace(ASKED, state="reading"), status=status)
    viewed = reply(case, "Yes.", "inquiry.1.view", "weber", later=99 * HOUR)
    weighed = mine(viewed.case, "likely")
    done = reply(weighed.case, "An aspirate.", "inquiry.1.test", "weber")
    found = one(done)
    assert (found.state, found.view, found.certainty, found.test) == ("done", "Yes.", "likely", "An aspirate.")
    (post,) = of(done, Post)
    assert all(words in post.text for words in ("Dr. Weber (oncology)", "likely", "Malignant?", "Yes.", "An aspirate."))
    assert (post.doctor, done.case.status) == ("lin", status)
    assert Noted("view", "weber", "1 likely") in done.effects


def test_a_second_thought_stands_beside_the_view() -> None:
    """At every stage: none of her words takes the place of others."""
    for state in ("weighing", "testing", "done"):
        case = waiting(replace(ASKED, state=state, view="Yes.", certainty="sure"))
        after = reply(
            reply(case, "Or no.", "inquiry.1.view", "weber").case, "Look at the liver.", "inquiry.1.view", "weber"
        )
        assert (one(after).view, one(after).added) == ("Yes.", "Or no.\nLook at the liver.")
        assert bool(of(after, Post)) == (state == "done")


def test_an_answer_as_long_as_a_message_reaches_the_topic_whole() -> None:
    words = "獸" * 4096
    case = waiting(replace(ASKED, state="testing", view=words, certainty="sure"))
    posts = [post.text for post in of(mine(case, "none"), Post)]
    assert words in posts
    assert max(len(text.encode("utf-16-le")) // 2 for text in posts) <= 4096


# --- the clock --------------------------------------------------------------------------------------------------------
def due(case: Case, key: str) -> Decision:
    return decide(case, incoming.Due("inquiry", key), context(later=24 * HOUR))


def test_whoever_does_not_accept_in_time_is_told_and_the_next_is_asked() -> None:
    decision = due(waiting(ASKED), "1.1.accept")
    assert one(decision).doctor == "sato"
    assert [tell.doctor for tell in of(decision, Tell)] == ["weber", "sato"]


@pytest.mark.parametrize("key", ["1.2.accept", "1.1.over", "1.1.remind", "9.1.accept", "1.1.strange", ""])
def test_a_timer_that_is_no_longer_meant_says_nothing(key: str) -> None:
    assert not due(case := waiting(ASKED), key).effects
    assert due(case, key).case is case


def test_she_is_reminded_once_then_the_group_is_told() -> None:
    accepted = mine(waiting(ASKED), "yes")
    assert [(wake.at - NOON, wake.key) for wake in of(accepted, Wake)] == [
        (18 * HOUR, "1.1.remind"),
        (24 * HOUR, "1.1.over"),
    ]
    for state, words in (("reading", "your answer by"), ("weighing", "How sure"), ("testing", "which test")):
        case = waiting(replace(ASKED, state=state, view="Yes."))
        (told,) = of(due(case, "1.1.remind"), Tell)
        assert told.text.startswith("A reminder:")
        assert words in told.text
    posts = [post.text for post in of(due(waiting(replace(ASKED, state="weighing", view="Yes.")), "1.1.over"), Post)]
    assert "has not answered in time" in posts[0]
    assert "Yes." in posts[1]  # what she has said so far is not kept back
    assert not due(waiting(replace(ASKED, state="done", view="Yes.")), "1.1.over").effects


def test_when_the_case_ends_everybody_who_was_asked_is_told_once() -> None:
    both = (
        ASKED,
        replace(ASKED, number=2, state="reading", doctor="sato", key="key00002"),
        replace(ASKED, number=3, state="done"),
    )
    case = waiting(team=Team("", both), screen="scr", options=("withdraw",))
    ended = decide(case, incoming.Pressed("scr.0"), context())
    assert ended.case.status is Status.WITHDRAWN
    assert [tell.doctor for tell in of(ended, Tell)] == ["weber", "sato"]
    assert [one.state for one in ended.case.team.inquiries] == ["ended", "reading", "done"]


# --- the blind first read ---------------------------------------------------------------------------------------------
def test_until_her_own_view_is_noted_she_sees_nothing_of_what_others_thought() -> None:
    """And once it is, all of it comes by itself."""
    told = [tell.text for state in (offered(), mine(waiting(ASKED), "yes")) for tell in of(state, Tell)]
    viewed = reply(waiting(replace(ASKED, state="reading")), "Yes.", "inquiry.1.view", "weber")
    told += [tell.text for tell in of(viewed, Tell)]
    hidden = ("She drinks a lot", "Infusions", "Kidney")
    assert [words for words in hidden for text in told if words in text] == []
    shown = of(mine(viewed.case, "sure"), Tell)[0].text
    assert [words for words in hidden if words not in shown] == []


def test_views_of_others_come_with_it() -> None:
    other = replace(ASKED, number=2, state="done", doctor="sato", view="A mass.", certainty="unsure", key="key00002")
    case = waiting(team=Team("", (replace(ASKED, state="weighing", view="Yes."), other)))
    assert "Dr. Sato (oncology) · unsure" in of(mine(case, "sure"), Tell)[0].text


def test_who_leads_the_case_is_never_blind_and_each_stage_is_what_it_says() -> None:
    blind = {state for state in ("writing", "offered", "reading", "weighing", "testing", "done", "nobody", "ended")
             if first_read.blind(waiting(replace(ASKED, state=state)), "weber")}  # fmt: skip
    assert blind == set(inquiries.UNSEEN)
    assert not first_read.blind(waiting(ASKED, lead="weber"), "weber")
    assert not first_read.blind(waiting(replace(ASKED, shown=True)), "weber")
    assert not first_read.blind(waiting(ASKED), "lin")


def test_the_asker_may_show_everything_and_it_reaches_who_is_reading() -> None:
    before = press(waiting(ASKED), "q1_open")
    assert one(before).shown
    assert not of(before, Tell)
    assert "Infusions" in of(mine(before.case, "yes"), Tell)[0].text
    reading = press(waiting(replace(ASKED, state="reading")), "q1_open")
    assert "Infusions" in of(reading, Tell)[0].text
    late = waiting(replace(ASKED, state="testing"))
    assert refused(press(late, "q1_open"), late) == "That can no longer be changed."


def test_reports_are_held_back_whether_a_file_or_the_owner_says_that_they_are_some() -> None:
    def record(number: int, **values: Any) -> Record:
        return Record(f"u{number}", "document", "a", 1, "stored", file="f", **values)

    case = waiting(
        records=(record(1, shows=("histology",)), record(2, items=("tissue_report",)), record(3, shows=("xray:chest",)))
    )
    assert [r.state == first_read.HELD_BACK for r in first_read.blinded(case).records] == [True, True, False]


# --- side by side -----------------------------------------------------------------------------------------------------
def test_views_stand_side_by_side_in_one_message_however_long_they_are() -> None:
    many = tuple(
        replace(ASKED, number=n, state="done", view="獸" * 4000, certainty="likely", key="") for n in range(1, 7)
    )
    (post,) = of(press(waiting(team=Team("", many)), "views"), Post)
    assert len(post.text.encode("utf-16-le")) // 2 <= LONGEST
    assert post.text.count("Dr. Weber (oncology) · likely") == 6


def test_views_can_be_seen_at_every_stage() -> None:
    for status in Status:
        assert of(
            press(waiting(replace(ASKED, state="done", certainty="sure", view="Yes."), status=status), "views"), Post
        )


def test_the_request_for_the_opinion_begins_with_the_views() -> None:
    case = waiting(
        replace(ASKED, state="done", certainty="sure", view="Yes.\nSurely.", test="An aspirate"), status=Status.BOOKED
    )
    (prompt,) = of(press(case, "opinion", key="key"), Post)
    assert prompt.text.startswith(
        "Your colleagues' views, for you to combine:\n· Dr. Weber (oncology, sure): Yes. / Surely. → An aspirate"
    )
    long = tuple(replace(ASKED, number=n, state="done", view="獸" * 4000, certainty="sure") for n in range(1, 7))
    (prompt,) = of(press(replace(case, team=Team("", long)), "opinion", key="key"), Post)
    assert len(prompt.text.encode("utf-16-le")) // 2 <= 4096
