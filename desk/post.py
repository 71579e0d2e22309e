"""Outward effects become outbox rows: through which channel, to whom, and whether a repeat would hurt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from flows import effects as fx
from flows import rails
from flows.case import Case
from flows.page_link import PageLink
from storage.outbox import Outgoing, Policy


@dataclass(frozen=True, slots=True)
class Route:
    """``policy``: "may-repeat" (a duplicate is harmless), "safe" (the provider takes our key), "ask-first" (never repeat unasked)."""

    channel: str
    kind: str
    policy: Policy


Money = fx.OpenCheckout | fx.ReadCheckout | fx.CloseCheckout | fx.Refund  # each goes to the rail of its session

# Channels in which one row may take long: 20 or 40 MB over a slow line.
SLOW = frozenset({"fetch", "uploads", "copy", "file"})
SLOWER = 4  # so many times longer are their leases and calls

ROUTES: Mapping[type, Route] = {
    fx.Say: Route("owner", "say", "may-repeat"),
    fx.Redraw: Route("owner", "redraw", "safe"),  # the same again is answered "not modified"
    fx.SayCalendar: Route("owner", "say_calendar", "may-repeat"),
    fx.SayLetter: Route("owner", "say_letter", "may-repeat"),
    fx.Fetch: Route("fetch", "fetch", "safe"),  # stored under its hash: a second fetch changes nothing
    fx.Open: Route("uploads", "open", "safe"),  # likewise
    # The same file once more harms nobody; "may-repeat" would make it wait for all that cannot be looked for.
    fx.SendCopy: Route("copy", "send_copy", "safe"),
    fx.Farewell: Route("owner", "farewell", "may-repeat"),
    fx.Text: Route("sms", "text", "ask-first"),
    fx.OpenTopic: Route("staff", "open_topic", "may-repeat"),
    fx.Post: Route("staff", "post", "may-repeat"),
    fx.Tell: Route("doctor", "tell", "may-repeat"),
    fx.PostFile: Route("file", "post_file", "safe"),  # as with SendCopy; a line of its own, so that it holds up no card
    PageLink: Route("staff", "page_link", "may-repeat"),  # each link works once: a second key to the same door
    fx.EditCard: Route("staff", "edit_card", "safe"),  # the same text again is answered "not modified"
    fx.Unpost: Route("staff", "unpost", "safe"),  # what is gone already is not missed
    fx.OpenCheckout: Route("stripe", "open_checkout", "safe"),
    fx.ReadCheckout: Route("stripe", "read_checkout", "safe"),
    fx.CloseCheckout: Route("stripe", "close_checkout", "safe"),
    fx.Refund: Route("stripe", "refund", "safe"),
}


def outgoing(case: Case, effect: fx.Outward) -> Outgoing:
    """The outbox row for an effect; rows of one recipient leave in the order in which they were written."""
    route = ROUTES[type(effect)]
    channel = rails.of_effect(effect) if isinstance(effect, Money) else route.channel
    return Outgoing(
        channel=channel,
        recipient=_recipient(case, effect, route),
        kind=route.kind,
        payload=_plain(effect),
        policy=route.policy,
        case_id=case.id,
        revision=effect.revision if isinstance(effect, fx.Text | fx.Say | fx.Tell) else 0,
    )


def _recipient(case: Case, effect: fx.Outward, route: Route) -> str:
    if isinstance(effect, fx.Fetch):  # files of one album arrive beside each other, and never hold up words
        return f"{case.chat}/{effect.unique}"
    if isinstance(effect, fx.Open):
        return effect.upload
    if isinstance(effect, fx.Text):
        return effect.number
    if isinstance(effect, fx.Tell):  # a line for each doctor: who cannot be reached holds up nobody else
        return effect.doctor
    if isinstance(effect, fx.Unpost):
        return effect.code
    return str(case.chat) if route.channel in ("owner", "copy") else case.id


def _plain(effect: fx.Outward) -> dict[str, Any]:
    """The effect's fields as JSON knows them, so that a row sent at once and a row read back look alike to the sender."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(effect))
    return plain
