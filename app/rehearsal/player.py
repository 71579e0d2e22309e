"""Plays a transcript over the decisions and writes it out again with the answers of today."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.rehearsal.books import Session
from app.rehearsal.desk import Desk
from app.rehearsal.files import KINDS, Sent, facts_of, told_in
from app.rehearsal.house import house_of
from app.rehearsal.paper import Paper, clock, pressed
from app.rehearsal.reached import Heard, Pressed
from app.rehearsal.script import Impossible, Script, Turn, meant, number, read, size, span
from flows import duty, invoices, screens
from flows import effects as fx
from flows import incoming as come
from flows.case import Case
from flows.clinic import Clinic, Doctor
from flows.leave import overlaps, told, understood

PAUSE = timedelta(seconds=5)  # between two turns
A_MESSAGE = 7  # buttons are pressed under some message; which one, a transcript does not tell


def with_beginning(path: Path) -> tuple[Script, tuple[Turn, ...]]:
    """A transcript, and the turns of those that it begins after (header ``begins after``); its clock is the first one's."""
    script = read(path.read_text(encoding="utf-8"))
    earlier = script.header.get("begins after")
    if not earlier:
        return script, ()
    before, turns = with_beginning(path.parent / f"{earlier}.txt")
    return replace(script, header=before.header | script.header), (*turns, *before.turns)


class Player:
    """One transcript in play, and what it reached: ``moves`` of the status, ``presses`` of the owner, signs ``heard``."""

    def __init__(self, script: Script, house: Clinic, beginning: tuple[Turn, ...] = ()) -> None:
        self.script, self.beginning = script, beginning
        self.paper = Paper(script.zone)
        self.desk = Desk(house, script.begins, self._seen, before_ring=self._rings, failing=self.paper.closed)
        self.moves: list[fx.Moved] = []
        self.effects: list[fx.Effect] = []
        self.files = self.albums = 0
        self.before_staff = ""  # the case of the card that a doctor pressed last
        self.presses: list[Pressed] = []
        self.heard: list[Heard] = []

    def play(self) -> str:
        """The whole transcript with its answers."""
        for turn in self.beginning:
            self._take(turn)
        self.paper.lines = list(self.script.head)
        for turn in self.script.turns:
            self.turn(turn)
        return written(self)

    def turn(self, turn: Turn) -> None:
        """One turn with its answers. Raises Impossible, and writes nothing, when nobody could do that now."""
        start = len(self.paper.lines)
        self.paper.lines += ["", *turn.line.split("\n")]
        before = len(self.paper.lines)
        try:
            self._take(turn)
        except Impossible:
            del self.paper.lines[start:]
            raise
        if len(self.paper.lines) == before:
            self.paper.lines.append("(nothing)")

    def _take(self, turn: Turn) -> None:
        _DO[turn.who.split()[0]](self, turn)
        self.desk.wait(PAUSE)
        self._drop_silent_rings()

    def _seen(self, case: Case, effect: fx.Effect) -> None:
        self.effects.append(effect)
        if isinstance(effect, fx.Moved):
            self.moves.append(effect)
        self.paper.write(effect, self.desk.stopped)

    def _rings(self, at: datetime, kind: str) -> None:
        self._drop_silent_rings()
        if kind != "album":
            self.paper.lines.append(f"clock: {clock(at, self.paper.zone)}")

    def _drop_silent_rings(self) -> None:
        if self.paper.lines and self.paper.lines[-1].startswith("clock: "):
            self.paper.lines.pop()

    # --- what people do -----------------------------------------------------------------------------------------------
    def owner(self, turn: Turn) -> None:
        """Types, presses, commands, or sends what cannot be read."""
        what = turn.what
        if what.startswith("[") and what.endswith("]"):
            data = pressed(self.paper.owner_buttons, what[1:-1])
            case = self.desk.case
            self.presses.append(Pressed(case.language, case.vet, case.step, screens.pressed(case, data) or ""))
            self.desk.receive(come.Pressed(data, A_MESSAGE))
        elif what.startswith("/"):
            self.desk.receive(come.Asked(what[1:]))
        elif what in ("(voice)", "(video)"):
            self._attach(what[1:-1], "", 90_000, "")
        elif what in ("(sticker)", "(location)"):
            self.desk.receive(come.SentOther(what[1:-1]))
        elif what in ("(blocks the bot)", "(comes back)"):
            self.desk.receive(come.Blocked("blocks" in what))
        else:
            before = self.desk.case
            self.desk.receive(come.Said(meant(what)))
            after = self.desk.case
            signs = (set(after.alarm) - set(before.alarm)) | (set(after.amber) - set(before.amber))
            self.heard += [Heard(after.language, before.status, before.step, sign) for sign in sorted(signs)]

    def file(self, turn: Turn) -> None:
        """``photo lab.jpg 2 MB``, a document where no kind is named; ``again`` is the same once more, ``fails`` cannot be fetched.

        What the file is stands behind it in braces (``app.rehearsal.files``).
        """
        line, facts = told_in(turn.what)
        words = line.split()
        kind = words.pop(0) if words and words[0] in KINDS else "document"
        name, how = (words or [""])[0], words[1:]
        sent = facts_of(facts, 1, kind, name)
        self._attach(kind, name, size(line), "", fails="fails" in how, again="again" in how, sent=sent)

    def album(self, turn: Turn) -> None:
        """``3 photos``, perhaps ``, one fails``; what one of them is: ``{2 flaws: blurred}``."""
        self.albums += 1
        line, facts = told_in(turn.what)
        for place in range(number(line)):
            fails = "one fails" in line and place == 1
            sent = facts_of(facts, place + 1, "photo", "")
            self._attach("photo", "", 300_000, f"album{self.albums}", fails=fails, sent=sent)

    def _attach(
        self, kind: str, name: str, bytes_: int, album: str, fails: bool = False, again: bool = False, sent: Sent | None = None
    ) -> None:  # fmt: skip
        self.files += not again
        unique, sent = f"unique{self.files}", sent or Sent()
        self.desk.sent[unique] = sent
        if fails:
            self.desk.failing_files.add(unique)
        else:
            self.desk.failing_files.discard(unique)
        self.desk.receive(come.Attached(kind, f"file{self.files}", unique, name, bytes_, sent.caption, album))

    def contact(self, turn: Turn) -> None:
        """``own +886…`` or ``other +886…``."""
        whose, _, phone = turn.what.partition(" ")
        self.desk.receive(come.SharedContact(phone, whose == "own"))

    def sms(self, turn: Turn) -> None:
        """The owner answers a text message."""
        self.desk.receive(come.Texted(turn.what), self.desk.nearest_call())

    def staff(self, turn: Turn) -> None:
        """A doctor presses a button of the card or replies to the newest prompt; ``staff Lin alone:`` in the private chat with the bot."""
        who, alone, _ = turn.who.removeprefix("staff").strip().partition(" alone")
        doctor = self._doctor(who)
        if turn.what.startswith("/away "):
            return self._leave(doctor, turn.what.removeprefix("/away "))
        if turn.what.startswith("/oncall "):
            return self._duty(doctor, turn.what.removeprefix("/oncall "))
        if turn.what.startswith("["):
            data = pressed(self.paper.staff_buttons, turn.what[1:-1])
            self.before_staff = self.desk.by_code(data.partition(".")[0])
            self.desk.receive(come.StaffPressed(doctor.key, doctor.telegram, data), self.before_staff)
        else:
            words = meant(turn.what.removeprefix("reply: "))
            case_id = self.before_staff or self.desk.current
            prompt, role = (
                self.desk.cases[case_id].review.prompt,
                self.paper.asked.get(doctor.key if alone else "", "prompt"),
            )
            self.desk.receive(come.StaffReplied(doctor.key, doctor.telegram, prompt, words, role), case_id)

    def _leave(self, doctor: Doctor, typed: str) -> None:
        """``/away 2026-11-25 2026-11-27``: what ``desk.leave`` does."""
        meant = understood(typed, doctor, self.desk.now)
        if meant is None:
            raise Impossible("A leave is written “/away 2026-12-24 2026-12-31”.")
        hit = [key for key in self.desk.calendar.leave(meant, self.desk.now) if key in self.desk.cases]
        codes = [case.code for key in hit if (case := self.desk.cases[key]).call and overlaps(case.call, meant)]
        self.paper.write(fx.Post(told(self.desk.clinic, meant, codes), "note"))
        for key in hit:
            self.desk.receive(come.Due("away", ""), key)

    def _duty(self, doctor: Doctor, typed: str) -> None:
        """``/oncall 2026-11-25``: what ``desk.duty`` does; ``/oncall back`` gives back what was taken last."""
        meant = self.desk.calendar.duty.pop() if typed == "back" else understood(typed, doctor, self.desk.now)
        if meant is None:
            raise Impossible("A duty is written “/oncall 2026-12-24 2026-12-26”.")
        if typed != "back":
            self.desk.calendar.duty.append(meant)
        self.paper.write(fx.Post(duty.told(self.desk.clinic, meant, back=typed == "back"), "note"))

    def _doctor(self, name: str) -> Doctor:
        """By name, by its last word or by key; the clinic's first doctor where none is named."""
        doctors = self.desk.clinic.doctors
        found = [d for d in doctors if not name or name in (d.name, d.name.rpartition(" ")[2], d.key)]
        if not found:
            raise Impossible(f"There is no doctor called {name}; there are {', '.join(d.name for d in doctors)}.")
        return found[0]

    # --- what the world does ------------------------------------------------------------------------------------------
    def pay(self, turn: Turn) -> None:
        """``paid``, ``wrong 200000``, ``expired``, each for the newest link or, at the end, ``link 1``."""
        sessions = list(self.desk.provider.sessions.values())
        link = re.search(r" ?link (\d+)", turn.what)
        place = int(link[1]) if link else len(sessions)
        if not 0 < place <= len(sessions):
            raise Impossible("There is no such payment link yet.")
        session = sessions[place - 1]
        state, *amount = turn.what.replace(link[0] if link else "", "").split() or ["paid"]
        if state in ("refund", "dispute"):
            return self._settle(session, state, amount[0] if amount else "")
        if state not in ("paid", "wrong", "expired", "unpaid", "failed", "open"):
            raise Impossible("A payment is “paid”, “wrong 200000”, “unpaid”, “failed” or “expired”.")
        session.state = "paid" if state == "wrong" else state
        session.amount = number(amount[0]) if amount else session.amount
        self.desk.receive(self.desk.provider.seen(session.name, self.desk.now), self._case_of(session.name))

    def _settle(self, session: Session, what: str, state: str) -> None:
        """``refund done``, ``refund failed``, ``dispute open`` (of the whole payment), ``dispute won``, ``dispute lost``."""
        known = {"refund": ("done", "failed"), "dispute": ("open", "won", "lost")}[what]
        if state not in known or session.state != "paid" or (what == "refund" and not session.refunds):
            raise Impossible(f"After a payment a {what} is {' or '.join(known)}; a refund once it was confirmed.")
        if what == "refund":
            name = list(session.refunds)[-1]
            session.refunds[name] = replace(session.refunds[name], state=state)
        else:
            session.disputes["d1"] = come.DisputeSeen("d1", state, session.amount, session.currency)
        self.desk.receive(self.desk.provider.seen(session.name, self.desk.now), self._case_of(session.name))

    def _case_of(self, session: str) -> str:
        if code := invoices.code_of(session):
            return self.desk.by_code(code)
        return next(key for key in self.desk.cases if key.startswith(session.split("_")[1]))

    def wait(self, turn: Turn) -> None:
        """``2 days``, ``10 minutes`` or ``until 2026-11-25 10:00`` on the reader's clock."""
        if not turn.what.startswith("until "):
            return self.desk.wait(span(turn.what))
        try:
            at = datetime.fromisoformat(turn.what.removeprefix("until ")).replace(tzinfo=self.script.zone)
        except ValueError:
            raise Impossible("A time is written “until 2026-11-25 10:00”.") from None
        if at < self.desk.now:
            raise Impossible("That time is over.")
        self.desk.wait(at.astimezone(UTC) - self.desk.now)

    def somebody(self, turn: Turn) -> None:
        """``books 2026-11-25 10:00 Lin``, and ``at the same moment`` when our screen did not know it yet; ``cancels`` gives it back."""
        found = re.match(r"(books|cancels) (\S+ \d\d:\d\d) (\S+)", turn.what)
        if found is None:
            raise Impossible("It is written “books 2026-11-25 10:00 Lin”, or “cancels …”.")
        who = self._doctor(found[3])
        starts = datetime.fromisoformat(found[2]).replace(tzinfo=ZoneInfo(who.zone)).astimezone(UTC)
        taken = (who.key, starts, starts + timedelta(minutes=30))
        if found[1] == "cancels":
            if not self.desk.calendar.free(taken):
                raise Impossible("Nobody else has that time.")
            for case_id, news in self.desk.waiting(who.key):
                self.desk.receive(news, case_id)
        elif "same moment" in turn.what:
            self.desk.calendar.unseen.append(taken)
        else:
            self.desk.calendar.occupy(taken, self.desk.now)

    def world(self, turn: Turn) -> None:
        """``text fails``, ``open_checkout works`` or ``tell weber fails``: what cannot be delivered from now on."""
        kind, _, how = turn.what.rpartition(" ")
        (self.desk.failing.add if how == "fails" else self.desk.failing.discard)(kind)


_DO: dict[str, Callable[[Player, Turn], None]] = {
    name: getattr(Player, name)
    for name in ("owner", "file", "album", "contact", "sms", "staff", "pay", "wait", "somebody", "world")
}


def play(path: Path) -> Player:
    """Plays a transcript; its text is in ``paper``."""
    script, beginning = with_beginning(path)
    player = Player(script, house_of(script, path.parent), beginning)
    player.play()
    return player


def written(player: Player) -> str:
    """The transcript as it should stand in the file."""
    return "\n".join(player.paper.lines) + "\n"
