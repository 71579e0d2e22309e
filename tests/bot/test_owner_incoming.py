"""Raw Telegram JSON in, envelope out. The payloads are written by hand after the Bot API's description, not made by aiogram."""

from typing import Any

import orjson
import pytest

from bot.owner import reading, to_incoming
from desk.receive import ByChat, Envelope
from flows import incoming as inc

MEI = {"id": 5001, "is_bot": False, "first_name": "Mei", "language_code": "zh-hant"}
ROOM = {"id": 5001, "type": "private", "first_name": "Mei"}
GROUP = {"id": -100, "type": "supergroup", "title": "Cats"}
BOT = {"id": 1000001, "is_bot": True, "first_name": "Second Look"}
FILE = {"file_id": "F", "file_unique_id": "U"}
PLAYED = FILE | {"width": 1, "height": 1, "duration": 1}


def update(number: int = 7, **content: Any) -> bytes:
    return orjson.dumps({"update_id": number} | content)


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 1763800000, "chat": ROOM, "from": MEI} | content


def read(raw: bytes) -> Envelope | None:
    return reading(raw)


def said(**content: Any) -> inc.Incoming | None:
    envelope = read(update(message=message(**content)))
    return envelope.incoming if envelope else None


def test_an_envelope_carries_update_id_chat_and_language() -> None:
    envelope = read(update(41, message=message(text="Momo does not eat")))
    assert envelope == Envelope("owner", "41", ByChat(5001, "zh-hant"), inc.Said("Momo does not eat"))


def test_a_sender_without_a_language_gives_none() -> None:
    person = {"id": 5001, "is_bot": False, "first_name": "Mei"}
    envelope = read(update(message=message(text="hi") | {"from": person}))
    assert envelope is not None
    assert envelope.address == ByChat(5001, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", inc.Asked("start")),
        ("/start ref_42", inc.Asked("start")),
        ("/Status@SecondLookBot", inc.Asked("status")),
        ("/status@SecondLookBot now\nplease", inc.Asked("status")),
        ("/", inc.Said("/")),
        ("/ start", inc.Said("/ start")),
        ("/狀態", inc.Said("/狀態")),
        ("1/2 cup a day", inc.Said("1/2 cup a day")),
        ("/start.", inc.Said("/start.")),
        ("", inc.Said("")),
    ],
)
def test_commands_are_told_from_text(text: str, expected: inc.Incoming) -> None:
    assert said(text=text) == expected


def test_the_largest_size_of_a_photo_is_taken_with_caption_and_album() -> None:
    sizes = [
        {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 67, "file_size": 1000},
        {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 960, "file_size": 180000},
        {"file_id": "middle", "file_unique_id": "m", "width": 320, "height": 240, "file_size": 20000},
    ]
    got = said(photo=sizes, caption="X-ray", media_group_id="9")
    assert got == inc.Attached("photo", "large", "l", "", 180000, "X-ray", "9")


def test_a_document_keeps_its_name_without_reversing_marks() -> None:
    got = said(document=FILE | {"file_name": "scan\u202egpj.\nexe", "file_size": 5, "mime_type": "image/jpeg"})
    assert got == inc.Attached("document", "F", "U", "scangpj. exe", 5)


def test_a_document_may_lack_name_and_size() -> None:
    assert said(document=FILE) == inc.Attached("document", "F", "U", "", 0)


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ({"phone_number": "+886 912-345-678", "user_id": 5001}, inc.SharedContact("+886912345678", True)),
        ({"phone_number": "886912345678", "user_id": 5001}, inc.SharedContact("+886912345678", True)),
        ({"phone_number": "886912345678", "user_id": 77}, inc.SharedContact("+886912345678", False)),
        ({"phone_number": "886912345678"}, inc.SharedContact("+886912345678", False)),
    ],
)
def test_a_contact_is_own_only_when_its_id_is_the_senders(contact: dict[str, Any], expected: inc.Incoming) -> None:
    assert said(contact={"first_name": "Mei"} | contact) == expected


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("sticker", FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}),
        ("audio", FILE | {"duration": 3}),
        ("location", {"latitude": 25.0, "longitude": 121.5}),
        ("dice", {"emoji": "🎲", "value": 3}),
        ("story", {"chat": ROOM, "id": 1}),
    ],
)
def test_what_we_cannot_read_is_named(what: str, content: dict[str, Any]) -> None:
    assert said(**{what: content}) == inc.SentOther(what)


@pytest.mark.parametrize(
    ("what", "kind", "content"),
    [
        ("voice", "voice", FILE | {"duration": 3}),
        ("video", "video", PLAYED),
        ("video_note", "video", FILE | {"length": 2, "duration": 3}),
    ],
)
def test_what_was_spoken_or_filmed_is_a_record(what: str, kind: str, content: dict[str, Any]) -> None:
    found = said(**{what: content})
    assert isinstance(found, inc.Attached)
    assert (found.kind, found.file_id, found.unique) == (kind, content["file_id"], content["file_unique_id"])


@pytest.mark.parametrize("what", ["voice", "video", "document"])
def test_what_was_forwarded_is_a_record_as_if_it_were_sent(what: str) -> None:
    """A vet's message, handed on by the owner."""
    content = {"voice": FILE | {"duration": 3}, "video": PLAYED, "document": FILE}[what]
    origin = {"type": "hidden_user", "sender_user_name": "Dr. Wang", "date": 0}
    assert said(**{what: content}, forward_origin=origin) == said(**{what: content})
    assert isinstance(said(**{what: content}, forward_origin=origin), inc.Attached)


def test_an_animation_is_no_document_and_a_venue_no_location() -> None:
    place = {"latitude": 25.0, "longitude": 121.5}
    assert said(animation=PLAYED, document=FILE) == inc.SentOther("animation")
    assert said(venue={"location": place, "title": "T", "address": "A"}, location=place) == inc.SentOther("venue")


def pressed(**content: Any) -> Envelope | None:
    return read(update(callback_query={"id": "Q", "from": MEI, "chat_instance": "1", "data": "a:1"} | content))


def test_a_press_belongs_to_the_messages_chat() -> None:
    def expected(number: int) -> Envelope:
        return Envelope("owner", "7", ByChat(5001, "zh-hant"), inc.Pressed("a:1", number))

    assert pressed(message=message(text="?") | {"from": BOT}) == expected(3)
    assert pressed(message={"chat": ROOM, "message_id": 4, "date": 0}) == expected(4)  # too old for Telegram to show
    assert pressed(inline_message_id="I") == expected(0)


def test_a_press_in_a_group_or_without_data_is_not_for_us() -> None:
    assert pressed(message=message(text="?", chat=GROUP)) is None
    assert read(update(callback_query={"id": "Q", "from": MEI, "chat_instance": "1", "game_short_name": "g"})) is None


@pytest.mark.parametrize(("status", "gone"), [("kicked", True), ("member", False)])
def test_blocking_and_coming_back(status: str, gone: bool) -> None:
    member = {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    change = {"chat": ROOM, "from": MEI, "date": 1763800000, "new_chat_member": member}
    change["old_chat_member"] = {"user": BOT, "status": "member"}
    envelope = read(update(my_chat_member=change))
    assert envelope is not None
    assert envelope.incoming == inc.Blocked(gone)


@pytest.mark.parametrize(
    "content",
    [
        {"message": message(text="hi", chat=GROUP)},
        {"edited_message": message(text="hi", edit_date=1763800001)},
        {"channel_post": message(text="hi", chat={"id": -5, "type": "channel", "title": "C"})},
        {"message": message(pinned_message=message(text="x"))},
        {"message": message(a_field_of_next_year={"x": 1})},
        {"a_kind_of_next_year": {"x": 1}},
        {},
    ],
)
def test_what_is_not_for_us_gives_nothing(content: dict[str, Any]) -> None:
    assert read(update(**content)) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"update_id": "x", "message": 5}',
        update(message={"message_id": 3}),
        update(message=message(photo="none")),
        update(callback_query={"id": 5}),
        update(message=message(text=5)),
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_gives_nothing_and_never_raises(raw: bytes) -> None:
    assert read(raw) is None


def test_reading_is_pure_translation_of_the_parsed_update() -> None:
    from aiogram.types import Update

    raw = update(message=message(text="hi"))
    assert to_incoming(Update.model_validate(orjson.loads(raw))) == reading(raw)
