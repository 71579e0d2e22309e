"""Checks requests against the providers' published descriptions, which lie beside the project and are never part of it.

``telegram(method, params)`` and ``twilio(pairs)`` give complaints with exact paths; an empty list means all is well.
"""

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("SPECS", Path(__file__).resolve().parents[2] / "shared" / "specs"))
_TELEGRAM = FOLDER / "telegram-bot-api.json"
_TWILIO = FOLDER / "twilio-messages.json"


def missing() -> str:
    """Why the check cannot be made, or an empty string when it can."""
    absent = [path.name for path in (_TELEGRAM, _TWILIO) if not path.is_file()]
    return f"no published descriptions in {FOLDER}: {', '.join(absent)}" if absent else ""


@functools.cache
def _bot_api() -> Any:
    return json.loads(_TELEGRAM.read_bytes())


def telegram(method: str, params: dict[str, Any]) -> list[str]:
    """Complaints about one Bot API request with decoded parameters; the sandbox's own ``bot`` mark is left out."""
    described = _bot_api()["methods"].get(method)
    if described is None:
        return [f"{method}: unknown method"]
    given = {name: value for name, value in params.items() if name != "bot"}
    return _fields(given, described.get("fields", []), "")


def _fields(given: dict[str, Any], fields: list[dict[str, Any]], path: str) -> list[str]:
    known = {field["name"]: field for field in fields}
    complaints = [f"{path}{name}: unknown" for name in given if name not in known]
    complaints += [f"{path}{name}: missing" for name, field in known.items() if field["required"] and name not in given]
    for name, value in given.items():
        if name in known:
            complaints += _any_of(value, known[name]["types"], f"{path}{name}")
    return complaints


def _any_of(value: Any, types: list[str], path: str) -> list[str]:
    """The complaints of the type that fits best."""
    tried = [_one(value, kind, path) for kind in types]
    return min(tried, key=lambda found: (len(found), sum(map(len, found)))) if tried else []


def _one(value: Any, kind: str, path: str) -> list[str]:
    if kind.startswith("Array of "):
        return _array(value, kind.removeprefix("Array of "), path)
    plain = _plain(value, kind)
    if plain is not None:
        return [] if plain else [f"{path}: {kind} expected"]
    described = _bot_api()["types"][kind]
    if subtypes := described.get("subtypes"):
        return _any_of(value, subtypes, path)
    if not isinstance(value, dict):
        return [f"{path}: {kind} expected"]
    wrong = _constants(value, described, path)
    return wrong + _fields(value, described.get("fields", []), f"{path}.")


def _array(value: Any, kind: str, path: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{path}: array expected"]
    return [complaint for n, item in enumerate(value) for complaint in _one(item, kind, f"{path}[{n}]")]


def _plain(value: Any, kind: str) -> bool | None:
    """Whether a simple value fits, or nothing when the type is not a simple one."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    fits = {
        "Integer": whole,
        "String": isinstance(value, str),
        "Boolean": isinstance(value, bool),
        "True": value is True,
        "Float": whole or isinstance(value, float),
        "InputFile": isinstance(value, dict) and set(value) == {"file_name", "size"},
    }
    return fits.get(kind)


def _constants(value: dict[str, Any], described: dict[str, Any], path: str) -> list[str]:
    """A ``type`` that the description fixes to one word must be that word."""
    for field in described.get("fields", []):
        found = re.search(r"must be \*?[“\"]?([a-z_]+)[”\"]?\*?$", field.get("description", ""))
        if field["name"] in {"type", "source"} and found and value.get(field["name"]) not in (None, found[1]):
            return [f"{path}.{field['name']}: {found[1]} expected"]
    return []


@functools.cache
def _message_form() -> Any:
    paths = json.loads(_TWILIO.read_bytes())["paths"]
    operation = paths["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["post"]
    return operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]


def _followed(described: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference points to."""
    name = described.get("$ref", "").rpartition("/")[2]
    schemas = json.loads(_TWILIO.read_bytes()).get("components", {}).get("schemas", {}) if name else {}
    return dict(schemas.get(name, {})) if name else described


def twilio(given: list[tuple[str, str]] | list[list[str]]) -> list[str]:
    """Complaints about one request to make a message, given as decoded name and value pairs."""
    form = _message_form()
    names = [pair[0] for pair in given]
    complaints = [f"{name}: missing" for name in form.get("required", []) if name not in names]
    for name, value in given:
        described = form["properties"].get(name)
        if described is None:
            complaints.append(f"{name}: unknown")
        elif described.get("type") != "array" and names.count(name) > 1:
            complaints.append(f"{name}: repeated")
        else:
            complaints += _formed(name, value, _followed(described))
    return complaints


def twilio_list(given: list[tuple[str, str]]) -> list[str]:
    """Complaints about one question for a list of messages, given as decoded name and value pairs of its query."""
    paths = json.loads(_TWILIO.read_bytes())["paths"]
    described = paths["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["get"]["parameters"]
    known = {one["name"]: one["schema"] for one in described if one["in"] == "query"}
    complaints = [f"{name}: unknown" for name, _ in given if name not in known]
    return complaints + [words for name, value in given if name in known for words in _formed(name, value, known[name])]


def _formed(name: str, value: str, described: dict[str, Any]) -> list[str]:
    if "enum" in described and value not in described["enum"]:
        return [f"{name}: not one of {described['enum']}"]
    if "pattern" in described and not re.search(described["pattern"], value):
        return [f"{name}: does not match {described['pattern']}"]
    if described.get("type") == "integer" and not re.fullmatch(r"-?\d+", value):
        return [f"{name}: integer expected"]
    if described.get("type") == "boolean" and value.lower() not in {"true", "false"}:
        return [f"{name}: boolean expected"]
    return []


def complaints(requests: list[dict[str, Any]]) -> list[str]:
    """Complaints about all requests that ``GET /sandbox/requests`` gives, each with its number and method."""
    found = []
    for request in requests:
        wrong: list[str] = []
        if request["provider"] == "telegram":
            wrong = telegram(request["method"], request["params"])
        elif request["method"] == "Messages.create":
            wrong = twilio(request["params"]["pairs"])
        found += [f"{request['n']} {request['method']} {words}" for words in wrong]
    return found
