"""What must hold whatever people do: limits of messages, a second tap that changes nothing, nothing lost, a way on and to an end."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from app.rehearsal.clinic import clinic
from app.rehearsal.player import Player, play
from app.rehearsal.script import Script
from flows import effects as fx
from flows import incoming as come
from flows import second_reader
from flows.case import ENDED, Case, Status
from flows.context import Decision
from flows.rails import CHOICE
from tests.flows.invariants import nothing_is_lost, there_is_a_way_on, typing_is_kept
from tests.flows.onward import onward
from tests.scenarios.play import FOLDER

LIMIT = 4096  # UTF-16 units of one message
PASSING: dict[str, Any] = {"updated_at": None, "version": 0, "screen": "", "last_screen": "", "options": ()}
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


class Walker:
    """A player without a transcript; every effect is measured."""

    def __init__(self, beginning: str) -> None:
        self.player = deepcopy(_played(beginning))
        self.desk, self.paper = self.player.desk, self.player.paper
        record, decided = self.desk.tell, self.desk._decide

        def measured(case: Case, effect: fx.Effect) -> None:
            fits(effect)
            record(case, effect)

        def checked(case_id: str, incoming: come.Incoming) -> Decision:
            before = self.desk.cases[case_id]
            decision = decided(case_id, incoming)
            if decision.case.id == case_id in self.desk.cases:
                nothing_is_lost(before, decision.case, incoming)
                typing_is_kept(before, decision.case, incoming)
            return decision

        self.desk.tell, self.desk._decide = measured, checked  # type: ignore[method-assign]

    def is_well(self) -> None:
        """There is a way on in every case of the chat."""
        for case in self.desk.cases.values():
            there_is_a_way_on(case, self.desk.clinic, self.desk.now)

    def owner_data(self) -> list[str]:
        """What every button carries that the owner was ever shown, the newest last."""
        return [button.data for button in self.paper.owner_buttons if button.data]

    def press(self, data: str) -> Decision:
        """A button of the owner's, old or new."""
        return self.desk.receive(come.Pressed(data))

    def tap_twice(self, data: str) -> None:
        """The second tap does nothing that the first has not done."""
        self.press(data)
        once = [lasting(case) for case in self.desk.cases.values()]
        second = self.press(data)
        assert [lasting(case) for case in self.desk.cases.values()] == once
        again = fx.Moved | fx.Book | fx.OpenCheckout | fx.Enter | fx.Text | fx.Erase | fx.SendCopy
        assert not [e for e in second.effects if isinstance(e, again)]

    def newest_data(self) -> list[str]:
        """What the buttons of the screen that is open carry."""
        case = self.desk.case
        return [f"{case.screen}.{number}" for number in range(len(case.options))]

    def go_on(self) -> None:
        """One step of somebody who only wants to get on: the owner, or whoever it is that she waits for."""
        case = self.desk.case
        match case.status:
            case Status.INTAKE:
                self.desk.receive(come.Asked("status"))
                self.desk.receive(onward(self.desk.case))
            case Status.EMERGENCY:
                self._press_newest(self.desk.receive(come.Asked("status")), "false_alarm")
            case Status.MORE_NEEDED:
                self._press_newest(self.desk.receive(come.Asked("status")), "supplied")
            case Status.REVIEW if case.review.pending:
                self.desk.now = max(self.desk.now, case.review.pending.until)
                self.desk.receive(come.Due("undo", ""))
            case Status.REVIEW:
                self._reply("go", "We can help.")
            case Status.ACCEPTED:
                self._pay()
            case Status.PAID:
                self._book()
            case Status.BOOKED:
                self._write()
            case Status.ANSWERED:
                self.desk.receive(come.Due("close", ""))

    def go_all_the_way(self) -> None:
        """From wherever the case stands to the opinion and the end of the questions, and not by giving up."""
        for _ in range(120):
            if self.desk.case.status in ENDED:
                return
            if self.desk.case.payment.state == "wrong_amount" and self.desk.case.status is Status.ACCEPTED:
                return  # the clinic settles it with her by hand
            self.go_on()
        raise AssertionError(f"never ends: {self.desk.case.status} {self.desk.case.step}")

    def _reply(self, action: str, words: str) -> None:
        self.desk.now += timedelta(minutes=11)  # a colleague's word is over after ten minutes
        case = self.desk.case
        self.desk.receive(come.StaffPressed("lin", 9001, f"{case.code}.{case.review.key}.{action}"))
        self.desk.receive(come.StaffReplied("lin", 9001, self.desk.case.review.prompt, words))

    def _write(self) -> None:
        """The opinion, once the call has begun."""
        call = self.desk.case.call
        assert call is not None
        self.desk.now = max(self.desk.now, call.starts_at)
        self._reply("opinion", "All is well.")
        if self.desk.case.status is Status.BOOKED:
            self._release()

    def _release(self) -> None:
        """A colleague has read it, where the clinic wants that."""
        data = [button.data for button in self.paper.staff_buttons if button.data.endswith(f".{second_reader.RELEASE}")]
        self.desk.receive(come.StaffPressed("weber", 9002, data[-1]))

    def _pay(self) -> None:
        self.desk.failing.clear()
        if self.desk.case.payment.state == "expired":
            self._press_newest(self.desk.receive(come.Asked("status")), "new_link")
        if self.desk.case.payment.state == "choosing":
            self._press_newest(self.desk.receive(come.Asked("status")), CHOICE)
        payment = self.desk.case.payment
        session = self.desk.provider.sessions[payment.session]
        if session.state not in ("open", "unpaid"):  # the provider knows more than the case: it is asked again
            self.desk.receive(self.desk.provider.seen(payment.session, self.desk.now))
            return
        session.state, session.amount = "paid", payment.amount
        self.desk.receive(self.desk.provider.seen(payment.session, self.desk.now))

    def go_to_an_end(self) -> None:
        """From wherever the case stands, people can bring it to an end."""
        if self.desk.case.status is Status.PAID:
            self._book()
        if self.desk.case.status is Status.BOOKED:
            self._write()
        if self.desk.case.status is Status.ANSWERED:
            self.desk.receive(come.Due("close", ""))
        if self.desk.case.status not in ENDED:
            self._press_newest(self.desk.receive(come.Asked("cancel")), "withdraw")
        assert self.desk.case.status in ENDED

    def _book(self) -> None:
        """From the question that is open: a time may be offered already."""
        self.desk.receive(come.Asked("status"))
        for _ in range(4):
            case = self.desk.case
            kinds = ("book", "at:", "day:")
            numbers = [i for kind in kinds for i, value in enumerate(case.options) if value.startswith(kind)]
            if case.status is Status.PAID:
                self.press(f"{case.screen}.{numbers[0]}")

    def _press_newest(self, decision: Decision | None, kind: str) -> None:
        assert decision is not None
        case = self.desk.case
        number = next(i for i, value in enumerate(case.options) if value.startswith(kind))
        self.press(f"{case.screen}.{number}")


@lru_cache(maxsize=128)
def _played(beginning: str) -> Player:
    """A transcript to its end; "" is somebody who has not said a word yet. Only ever used by copy."""
    if beginning:
        return play(FOLDER / f"{beginning}.txt")
    return Player(Script({"now": "2026-11-23 10:00 Asia/Taipei"}, (), ()), clinic())


def lasting(case: Case) -> Case:
    """The case without what every new screen changes."""
    return replace(
        case, **{name: value for name, value in PASSING.items() if name != "updated_at"}, updated_at=case.created_at
    )


def fits(effect: fx.Effect) -> None:
    """The limits of Telegram and of text messages."""
    match effect:
        case (
            fx.Say(text=text, buttons=buttons)
            | fx.Farewell(text=text, buttons=buttons)
            | fx.Post(text=text, buttons=buttons)
        ):
            assert text.strip()
            assert len(text) <= 2 * LIMIT  # a doctor's whole message may stand in it; ``bot.pieces`` makes two of it
            _fit(buttons)
        case fx.EditCard(text=text, buttons=buttons):
            assert text.strip()
            assert units(text) <= LIMIT  # an edited message cannot be cut
            _fit(buttons)
        case fx.Text(body=body):
            assert len(body) <= (306 if set(body) <= GSM else 134), body
        case fx.OpenTopic(name=name):
            assert 0 < units(name) <= 128
        case fx.SayCalendar(starts_at=starts, ends_at=ends):
            assert starts < ends


def _fit(buttons: fx.Buttons) -> None:
    assert sum(map(len, buttons)) <= 100
    assert all(0 < len(row) <= 8 for row in buttons)
    for button in (button for row in buttons for button in row):
        assert button.words.strip()
        assert len(button.data.encode()) <= 64
        assert bool(button.data) != bool(button.url)


def units(text: str) -> int:
    """UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
