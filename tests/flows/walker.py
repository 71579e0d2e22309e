"""What must hold whatever people do: limits of messages, a second tap that changes nothing, and a way to an end."""

from dataclasses import replace
from typing import Any

from app.rehearsal.paper import pressed
from app.rehearsal.player import play
from flows import effects as fx
from flows import incoming as come
from flows.case import ENDED, Case, Status
from flows.context import Decision
from tests.scenarios.play import FOLDER

LIMIT = 4096  # UTF-16 units of one message
PASSING: dict[str, Any] = {"updated_at": None, "version": 0, "screen": "", "last_screen": "", "options": ()}
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


class Walker:
    """A player without a transcript; every effect is measured."""

    def __init__(self, beginning: str) -> None:
        self.player = play(FOLDER / f"{beginning}.txt")
        self.desk, self.paper = self.player.desk, self.player.paper
        record = self.desk.tell

        def measured(case: Case, effect: fx.Effect) -> None:
            fits(effect)
            record(case, effect)

        self.desk.tell = measured

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

    def go_to_an_end(self) -> None:
        """From wherever the case stands, people can bring it to an end."""
        if self.desk.case.status is Status.PAID:
            self._book()
        if self.desk.case.status is Status.BOOKED:
            self._answer()
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

    def _answer(self) -> None:
        self.desk.now += 11 * self.desk.now.resolution * 60_000_000  # a colleague's word is over after ten minutes
        data = pressed(self.paper.staff_buttons, "Write the opinion")
        self.desk.receive(come.StaffPressed("lin", 9001, data))
        self.desk.receive(come.StaffReplied("lin", 9001, self.desk.case.review.prompt, "All is well."))


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
    for button in (button for row in buttons for button in row):
        assert button.words.strip()
        assert len(button.data.encode()) <= 64
        assert bool(button.data) != bool(button.url)


def units(text: str) -> int:
    """UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
