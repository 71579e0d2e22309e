"""An owner of a cat called Mochi, with sick kidneys, who has come to the records and sends some."""

from datetime import timedelta

from app.rehearsal.files import facts_of
from flows import incoming as come
from flows.case import Case, Record
from flows.records_list import Line, lines
from tests.flows.walker import Walker

SOON = timedelta(seconds=3)


class Sender:
    """``file`` sends one file with what stands in braces in a transcript; ``press`` presses by what a button stands for."""

    def __init__(self, language: str = "en") -> None:
        self.walker = Walker(f"at_the_records_{language}")
        self.number = 0

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return self.walker.desk.case

    def file(self, braces: str = "", kind: str = "document", name: str = "", album: str = "", wait: bool = True) -> str:
        """Sends a file; its ``unique``."""
        self.number += 1
        unique = f"unique{self.number}"
        sent = facts_of(braces, 1, kind, name)
        self.walker.desk.sent[unique] = sent
        self.walker.desk.receive(come.Attached(kind, unique, unique, name, 1000, sent.caption, album))
        if wait:
            self.walker.desk.wait(SOON)
        return unique

    def press(self, value: str) -> Case:
        """A button of the open question."""
        assert value in self.case.options, self.case.options
        self.walker.press(f"{self.case.screen}.{self.case.options.index(value)}")
        return self.case

    def record(self, unique: str) -> Record:
        """A file as the case holds it."""
        return next(one for one in self.case.records if one.unique == unique)

    def line(self, item: str) -> Line:
        """A line of the checklist."""
        return next(line for line in lines(self.case) if line.item.id == item)

    def said(self) -> str:
        """All that was said so far."""
        return "\n".join(self.walker.paper.lines)
