"""Telegram's HTML style: parsed into entities, and entities rendered to HTML for the page.

Lengths and offsets count UTF-16 code units, as the Bot API documents.
"""

import html
import re
from dataclasses import dataclass

from sandbox.shapes import Json
from sandbox.telegram.refusal import Refusal, bad

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\s+[\w-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)\s*>")
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d+)|#x([0-9a-fA-F]+));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "a": "text_link", "code": "code",
    "pre": "pre", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
_TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "expandable_blockquote": "blockquote",
}  # fmt: skip


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF)


def _broken(words: str) -> Refusal:
    return bad(f"can't parse entities: {words}")


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str]


class _Parser:
    """Walks the source once, keeping the plain text and the tags still open."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.text = ""
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def run(self) -> tuple[str, list[Json]]:
        at = 0
        while at < len(self.source):
            at = self._tag(at) if self.source[at] == "<" else self._plain(at)
        if self.open:
            raise _broken(f'can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return self.text, sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))

    def _add(self, text: str) -> None:
        self.text += text
        self.offset += units(text)

    def _plain(self, at: int) -> int:
        if match := _REFERENCE.match(self.source, at):
            self._add(_referred(match))
            return match.end()
        following = re.compile(r"[<&]").search(self.source, at + 1)
        end = following.start() if following else len(self.source)
        self._add(self.source[at:end])
        return end

    def _tag(self, at: int) -> int:
        match = _TAG.match(self.source, at)
        where = len(self.source[:at].encode())
        if not match:
            raise _broken(f'unsupported start tag "{_guess(self.source[at + 1 :])}" at byte offset {where}')
        tag = match[2].lower()
        if match[1]:
            self._close(tag, where)
        else:
            self._start(tag, _attributes(match[3]), where)
        return match.end()

    def _start(self, tag: str, attributes: dict[str, str], where: int) -> None:
        if tag not in _KINDS:
            raise _broken(f'unsupported start tag "{tag}" at byte offset {where}')
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _broken(f'tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.open.append(_Open(tag, self.offset, attributes))

    def _close(self, tag: str, where: int) -> None:
        if not self.open:
            raise _broken(f"unexpected end tag at byte offset {where}")
        opened = self.open.pop()
        if opened.tag != tag:
            raise _broken(f'unmatched end tag at byte offset {where}, expected "</{opened.tag}>", found "</{tag}>"')
        if self.offset > opened.offset:
            self._keep(opened)

    def _keep(self, opened: _Open) -> None:
        length = self.offset - opened.offset
        entity: Json = {"type": _KINDS[opened.tag], "offset": opened.offset, "length": length}
        if opened.tag == "a":
            url = opened.attributes.get("href", "")
            if not re.match(r"(https?|tg)://", url):
                return
            entity["url"] = url
        language = opened.attributes.get("class", "")
        if opened.tag == "code" and self.open and self.open[-1].tag == "pre" and language.startswith("language-"):
            self.open[-1].attributes["language"] = language.removeprefix("language-")
            return
        if opened.tag == "pre" and "language" in opened.attributes:
            entity["language"] = opened.attributes["language"]
        if opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        self.entities.append(entity)


def _guess(rest: str) -> str:
    found = re.match(r"[^\s>]*", rest)
    return found[0].lower() if found else ""


def _referred(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED[match[1]]
    code = int(match[2]) if match[2] else int(match[3], 16)
    return chr(code) if 0 < code < 0x110000 else match[0]


def _attributes(source: str) -> dict[str, str]:
    found = {}
    for name, double, single, bare in _ATTRIBUTE.findall(source):
        found[name.lower()] = html.unescape(double or single or bare)
    return found


def parsed(source: str, parse_mode: str | None, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """Plain text and entities of a text as it was sent.

    Raises ``Refusal`` "can't parse entities: …" for broken markup, "unsupported parse_mode" for another style.
    """
    if not parse_mode:
        return _trimmed(source, list(entities or []))
    if parse_mode.lower() != "html":
        raise bad("unsupported parse_mode")
    return _trimmed(*_Parser(source).run())


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Telegram drops blank space at the ends; entities move and shrink with it."""
    left = units(text) - units(text.lstrip())
    text = text.strip()
    kept = []
    for entity in entities:
        start = max(entity["offset"] - left, 0)
        end = min(entity["offset"] + entity["length"] - left, units(text))
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return text, kept


def rendered(text: str, entities: list[Json]) -> str:
    """Safe HTML for the page: everything is escaped, only known entities become tags."""
    wide = text.encode("utf-16-le")
    starts: dict[int, list[str]] = {}
    ends: dict[int, list[str]] = {}
    for entity in entities:
        if tags := _tags(entity):
            starts.setdefault(entity["offset"], []).append(tags[0])
            ends.setdefault(entity["offset"] + entity["length"], []).insert(0, tags[1])
    cuts = sorted({0, len(wide) // 2, *starts, *ends})
    pieces = []
    for start, end in zip(cuts, [*cuts[1:], cuts[-1]], strict=True):
        pieces += [*ends.get(start, []), *starts.get(start, [])]
        pieces.append(html.escape(wide[start * 2 : end * 2].decode("utf-16-le", "replace")))
    return "".join(pieces)


def _tags(entity: Json) -> tuple[str, str] | None:
    kind = entity["type"]
    if kind == "text_link":
        return f'<a href="{html.escape(entity["url"])}" target="_blank" rel="noopener">', "</a>"
    if kind == "spoiler":
        return '<span class="spoiler">', "</span>"
    if kind == "bot_command":
        return '<span class="command">', "</span>"
    return (f"<{_TAGS[kind]}>", f"</{_TAGS[kind]}>") if kind in _TAGS else None
