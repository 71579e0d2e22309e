"""The ZIP that /export sends: gathered from the books and the shelf when it leaves, so that nothing of it is stored a second time."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from flows.case import Case
from flows.clinic import Clinic
from flows.copies import MISSING, Past, file_name, readable, readme
from flows.ledger import CHARGE
from flows.wording import say
from storage import case_pages, cases, files, ledger


@dataclass(frozen=True, slots=True)
class Held:
    """One case, what is held about it elsewhere, and the kind of each of its files by SHA-256."""

    case: Case
    past: Past
    kinds: Mapping[str, str]


def gather(conn: Connection, chat: int) -> list[Held]:
    """Everything about the person behind this chat, oldest case first."""
    current = cases.by_chat(conn, chat, peek=True)
    mine = [*cases.all_others(conn, chat), *([current] if current else [])]
    return [_held(conn, case) for case in sorted(mine, key=lambda one: (one.created_at, one.id))]


def _held(conn: Connection, case: Case) -> Held:
    moves = [(m.at, m.came_from, m.trigger, m.went_to, m.actor, m.detail) for m in cases.history(conn, case.id)]
    payments = [
        (fact.at, fact.kind, fact.amount, fact.currency)
        for fact in ledger.of_case(conn, case.id)
        if fact.kind != CHARGE
    ]
    remarks = [(one.at, one.doctor, one.text) for one in case_pages.remarks_of(conn, case.id)]
    known = [files.known(conn, record.file) for record in case.records if record.file]
    return Held(case, Past(moves, payments, remarks), {file.sha256: file.kind for file in known if file})


def zipped(
    held: Sequence[Held], clinic: Clinic, wanted: Mapping[str, Any], read: Callable[[str], bytes], now: datetime
) -> bytes:
    """One part as bytes. ``wanted``: the fields of ``SendCopy``; ``read`` gives a file by its SHA-256 or raises FileNotFoundError."""
    language, part = str(wanted["language"]), int(wanted["part"])
    target, missing = io.BytesIO(), list[str]()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in held:
            if part == 1:
                text = json.dumps(readable(one.case, one.past, clinic, language), ensure_ascii=False, indent=2)
                archive.writestr(f"{one.case.code}/case.json", text)
            missing += _add_files(archive, one, set(wanted["files"]), read)
        words = readme(clinic, language, now, part, int(wanted["parts"]))
        if missing:
            words += "\n" + say(language, MISSING, names=", ".join(missing)) + "\n"
        archive.writestr("README.txt", words)
    return target.getvalue()


def _add_files(archive: zipfile.ZipFile, one: Held, wanted: set[str], read: Callable[[str], bytes]) -> list[str]:
    """Originals as they came, not compressed again. Gives the names of those that cannot be read."""
    missing, added = [], set[str]()
    for number, record in enumerate(one.case.records, 1):
        if f"{one.case.code}/{record.file}" not in wanted or record.file in added:
            continue
        added.add(record.file)
        name = f"{one.case.code}/files/{file_name(number, record, one.kinds.get(record.file, ''))}"
        try:
            archive.writestr(name, read(record.file), zipfile.ZIP_STORED)
        except FileNotFoundError:
            missing.append(name)
    return missing
