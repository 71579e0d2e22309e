"""How what happens is written into a transcript, for people who do not program."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from app.rehearsal.script import Impossible
from flows import effects as fx
from flows.prompts import asks


def entry(who: str, text: str) -> list[str]:
    """Somebody's words; the lines after the first are indented."""
    first, *others = text.split("\n")
    return [f"{who}: {first}".rstrip(), *(f"     {line}".rstrip() for line in others)]


def rows(buttons: fx.Buttons) -> list[str]:
    """Buttons, one line a row."""
    return ["     [" + " | ".join(words_of(button) for button in row) + "]" for row in buttons]


def words_of(button: fx.Button) -> str:
    """A button as it is read: its words, and where it leads when it opens a page."""
    return f"{button.words} → {button.url}" if button.url else button.words


def clock(at: datetime, zone: tzinfo) -> str:
    """A time as a line tells it."""
    return at.astimezone(zone).strftime("%a %d %b %Y, %H:%M")


@dataclass
class Paper:
    """The transcript that is being written, and the cards and buttons seen so far."""

    zone: tzinfo
    lines: list[str] = field(default_factory=list)
    card: tuple[str, ...] = ()
    owner_buttons: list[fx.Button] = field(default_factory=list)
    staff_buttons: list[fx.Button] = field(default_factory=list)
    asked: dict[str, str] = field(
        default_factory=dict
    )  # the role of the newest prompt, by doctor's key; "" in the group
    closed: set[str] = field(default_factory=set)  # kinds of effects that are not delivered, as ``Desk.failing``

    def write(self, effect: fx.Effect, stopped: bool = False) -> None:
        """One effect, as far as a person notices it."""
        match effect:
            case fx.Say():
                self._say(effect)
            case fx.Redraw(text=text, buttons=buttons):
                self.lines += [*entry("bot, in place", text), *self.rows(buttons)]
                self.owner_buttons += _flat(buttons)
            case fx.Farewell(text=text):
                self.lines += entry("bot", text)
            case fx.SendCopy(part=part, parts=parts, files=files):
                self.lines.append(f"document: ZIP {part} of {parts}, with {len(files)} original files")
            case fx.Erase():
                self.lines.append("(everything of this person is deleted)")
            case fx.Unpost(words=words):
                self.lines += entry("topic deleted, or card changed", words)
            case fx.SayCalendar(caption=caption, method=method, sequence=number, starts_at=at, room=room):
                self.lines += entry("bot", caption)
                self.lines += entry("calendar", f"{method} {number}, {clock(at, self.zone)} {room}".rstrip())
            case fx.SayLetter(caption=caption, pages=pages):
                self.lines += entry("letter", f"{caption} (PDF, {len(pages)} pages)")
            case fx.Text(number=number, body=body):
                who = "sms to owner" if not stopped else "sms held back after STOP"
                self.lines += entry(who, body)
            case fx.Tell():
                self._alone(effect)
            case fx.Moved() | fx.Noted():
                self._history(effect)
            case fx.Enter() | fx.OpenCheckout() | fx.CloseCheckout():
                self._money(effect)
            case fx.Answer(text=text):
                self.lines += entry("notice", text)
            case fx.Post() | fx.EditCard():
                self._staff(effect)
            case fx.PostFile(caption=caption):
                self.lines += entry("pdf to staff", caption)
            case fx.OpenTopic(name=name):
                self.lines += entry("staff topic", name)

    def _money(self, effect: fx.Effect) -> None:
        match effect:
            case fx.Enter(kind=kind, amount=amount, currency=currency):
                self.lines.append(f"ledger: {kind} {currency} {amount / 100:,.2f}")
            case fx.OpenCheckout(rail="telegram", product=product, amount=amount, currency=currency):
                self.lines.append(f"invoice: {product}, {currency} {amount / 100:,.2f}")
            case fx.CloseCheckout(session=name):
                self.lines.append(f"payment link closed: {name[-1]}")

    def rows(self, buttons: fx.Buttons) -> list[str]:
        """The owner's buttons."""
        return rows(buttons)

    def _say(self, effect: fx.Say) -> None:
        self.lines += [*entry("bot", effect.text), *self.rows(effect.buttons)]
        if effect.contact:
            self.lines.append(f"     (button below the text field: {effect.contact})")
        self.owner_buttons += _flat(effect.buttons)

    def _alone(self, effect: fx.Tell) -> None:
        if f"tell {effect.doctor}" in self.closed:
            self.lines.append(f"(the bot may not write to {effect.doctor} alone)")
            return
        self.lines += [*entry(f"alone to {effect.doctor}", effect.text), *rows(effect.buttons)]
        self.staff_buttons += _flat(effect.buttons)
        if asks(effect.role):
            self.asked[effect.doctor] = effect.role

    def _history(self, effect: fx.Moved | fx.Noted) -> None:
        if isinstance(effect, fx.Noted):
            self.lines.append(f"history: {effect.what} {effect.detail} ({effect.actor})")
        else:
            went = f"{effect.came_from} → {effect.went_to}"
            self.lines.append(f"status: {went} ({effect.trigger}, {effect.actor})")

    def _staff(self, effect: fx.Post | fx.EditCard) -> None:
        if isinstance(effect, fx.Post) and effect.role != "card":
            self.asked |= {"": effect.role} if asks(effect.role) else {}
            text = f"@{effect.doctor} {effect.text}" if effect.doctor else effect.text
            self.lines += [*entry("staff bot", text), *rows(effect.buttons)]
            self.staff_buttons += _flat(effect.buttons)
            if effect.sheet:
                self.lines += [
                    f"     ({one.number}) {' · '.join(filter(None, (one.day, one.label, one.mark)))}"
                    for one in effect.sheet
                ]
            return
        now = tuple(effect.text.split("\n"))
        if isinstance(effect, fx.Post):
            self.lines += entry("card", effect.text)
        else:
            fresh = [line for line in now if line not in self.card] or ["as before"]
            self.lines += entry("card changed", "\n".join(fresh))
        self.lines += rows(effect.buttons)
        self.card = now
        self.staff_buttons += _flat(effect.buttons)


def _flat(buttons: fx.Buttons) -> Iterable[fx.Button]:
    return (button for row in buttons for button in row)


def pressed(seen: list[fx.Button], words: str) -> str:
    """The data of the newest button with these words. Raises Impossible when nobody was ever shown one."""
    found = [button.data for button in seen if words == button.words] or [b.data for b in seen if words in b.words]
    if not found:
        raise Impossible(f"no button says “{words}”")
    if not found[-1]:
        raise Impossible(f"“{words}” opens a page and tells us nothing; a payment is made with: pay")
    return found[-1]
