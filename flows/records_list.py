"""The records checklist of the illness: what is there, what will come, what was never done; "never done" is a good answer."""

from flows import problems
from flows.case import Case, changed
from flows.checklist import Item
from flows.route import problem_of
from flows.screens import Choice, Rows, in_rows
from flows.wording import listed, mark, say

STATES = ("will", "have", "never")  # a press goes to the next; what was not touched "will" be got
SIGNS = {"have": "☑", "will": "…", "never": "✗"}
NAMES = {"have": mark("have it"), "will": mark("will get it"), "never": mark("never done")}


def items(case: Case) -> tuple[Item, ...]:
    """The list for this illness, the musts first."""
    return problems.checklist(problem_of(case).id)


def state(case: Case, item: Item) -> str:
    """ "have", "will" or "never"; nothing is said to be there that nobody said is there."""
    return case.answers.get(f"check:{item.id}", "will")


def pressed(case: Case, item_id: str) -> Case:
    """The next state of one item."""
    key = f"check:{item_id}"
    now = case.answers.get(key, "will")
    return changed(case, answers={**case.answers, key: STATES[(STATES.index(now) + 1) % len(STATES)]})


def missing(case: Case) -> tuple[Item, ...]:
    """What the home vet can be asked for: not there yet, and not known to be never done."""
    return tuple(
        item for item in items(case) if state(case, item) == "will" and item.kind not in ("video", "photo", "diary")
    )


def verdict(case: Case) -> str:
    """green: all musts are there; yellow: one can still be got; blue: the musts that lack were never done."""
    states = {state(case, item) for item in items(case) if item.need == "must"}
    return "yellow" if "will" in states else "blue" if "never" in states else "green"


VERDICTS = {
    "green": mark("🟢 everything needed is there"),
    "yellow": mark("🟡 needed records can still be got"),
    "blue": mark("🔵 a needed test was never done"),
}


def question(case: Case) -> tuple[str, Rows]:
    """The list with a button for each record: what is needed, then what is welcome."""
    language = case.language
    needed = sorted(items(case), key=lambda item: item.need != "must")
    lines = [f"{number}. {SIGNS[state(case, item)]} {item.words(language)}" for number, item in enumerate(needed, 1)]
    musts = sum(item.need == "must" for item in needed)
    text = say(
        language,
        "For this illness the doctors need these most. Press a number until it is right:\n☑ have it   … will get it   ✗ never done\n\n{items}",
        items="\n".join(lines[:musts]),
    )
    if lines[musts:]:
        text += "\n\n" + say(language, "Also welcome:\n{items}", items="\n".join(lines[musts:]))
    if not case.vet:  # what an owner sees at home
        text += "\n\n" + say(language, "From home, if you can:\n{things}", things=problem_of(case).bring(language))
    buttons = [
        Choice(f"check:{item.id}", f"{number} {SIGNS[state(case, item)]}") for number, item in enumerate(needed, 1)
    ]
    rows = [*in_rows(buttons, 4), [Choice("on", say(language, "Go on"))]]
    if missing(case) and not case.vet:
        rows.append([Choice("letter", say(language, "A letter to my vet, asking for these"))])
    return text, rows


def words(case: Case, language: str) -> list[str]:
    """The list as the doctors read it, a line for each state that occurs."""
    found = []
    for name, sentence in NAMES.items():
        named = [item.words(language) for item in items(case) if item.need == "must" and state(case, item) == name]
        if named:
            found.append(
                say(
                    language,
                    "{name}: {value}",
                    name=f"{SIGNS[name]} {say(language, sentence)}",
                    value=listed(named, language),
                )
            )
    return found
