"""The effect of a doctor asking for the case page (``flows.case_page``); part of ``flows.effects.Outward``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageLink:
    """The link to the case page for one doctor, in her private chat with the staff bot; the sender makes the link when it leaves.

    ``words`` are on its button. ``closed`` is said in the case's topic, with ``start`` on a button, where the bot may not write to her yet.
    """

    person: int
    text: str
    words: str
    closed: str
    start: str
    code: str
    topic: int = 0
