"""How the world fails us, as a closed table. Senders name a row; what happens next is read from its flags, never from a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """``retry``: worth another try by itself. ``alarm``: a person must know. ``gone``: this address will not work again."""

    code: str
    retry: bool
    alarm: bool
    sentence: str
    gone: bool = False


_ROWS = (
    # code, retry, alarm, sentence for the staff
    Failure("no_connection", True, False, "The provider could not be reached; the call was never made."),
    Failure("too_fast", True, False, "The provider asks us to slow down."),
    Failure("their_fault", True, False, "The provider failed (5xx); nothing is known to have happened."),
    Failure("no_answer", True, False, "The call was made but no answer came: it may or may not have happened."),
    Failure("blocked", False, False, "The owner has blocked the bot or deleted the account.", gone=True),
    Failure(
        "not_begun", False, False, "The doctor has never written to the staff bot, has blocked it or was dismissed."
    ),
    Failure("chat_moved", True, False, "The group has a new id."),
    Failure("topic_gone", True, False, "The case's forum topic was deleted or closed."),
    Failure("message_gone", False, False, "The message to edit no longer exists."),
    Failure("bad_markup", False, True, "The provider could not read our formatting."),
    Failure("refused", False, True, "The provider refused the call as wrong."),
    Failure("not_authorised", True, True, "The provider no longer accepts our key or token."),
    Failure("file_too_big", False, False, "The file is over Telegram's 20 MB for bots."),
    Failure("file_gone", False, False, "The file is no longer where it was to be fetched from."),
    Failure("bad_number", False, False, "The number cannot receive text messages.", gone=True),
    Failure("opted_out", False, False, "The number has opted out of text messages.", gone=True),
    Failure("country_closed", False, True, "Text messages to this country are not switched on."),
    Failure("filtered", False, True, "The carrier filtered the text message."),
    Failure("phone_away", False, False, "The phone is switched off or out of reach; tried once more later."),
    Failure("not_reached", False, False, "The phone could not be reached a second time."),
    Failure("not_registered", False, True, "Our number is not registered for text messages to this country."),
    Failure("capped", False, True, "More text messages than clinic.toml allows for a day or a number."),
    Failure("no_longer_wanted", False, False, "What it speaks of has changed meanwhile; dropped on purpose."),
    Failure("shelf_away", True, False, "The store of files cannot be reached or is full."),
    Failure("shelf_refused", True, False, "The store of files no longer accepts our key, or its bucket is gone."),
    Failure("unknown", False, True, "The provider gave an error that the table does not know."),
)

FAILURES = {row.code: row for row in _ROWS}


def place_of(error: Exception) -> str:
    """The kind of error and where it came from: enough to find it, and never a word of what the person wrote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__} {where}".strip()
