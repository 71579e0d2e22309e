"""Changes people make in the group, a payment by the Bot API, and hands on the product's webhooks."""

import threading
from typing import Any

from tests.sandbox.conftest import GROUP, LIN, MEI, OWNER_TOKEN, STAFF_TOKEN, Receiver
from tests.sandbox_process import Sandbox


def call(sandbox: Sandbox, token: str, method: str, **params: Any) -> Any:
    """One raw Bot API call; gives the result or the refusal's words."""
    answer = sandbox.http.post(f"/bot{token}/{method}", json=params).json()
    return answer["result"] if answer["ok"] else answer["description"]


def test_people_change_topics_and_come_and_go(sandbox: Sandbox) -> None:
    """The bot sees the service messages; a plain member cannot write where it is closed."""
    thread = call(sandbox, STAFF_TOKEN, "createForumTopic", chat_id=GROUP, name="A")["message_thread_id"]
    for action in ("rename", "close", "reopen", "close"):
        sandbox.control("topic", **{"as": LIN}, chat=GROUP, thread=thread, action=action, name="B")
    sandbox.control("rights", chat=GROUP, admin=False)
    refused = call(sandbox, STAFF_TOKEN, "sendMessage", chat_id=GROUP, message_thread_id=thread, text="x")
    assert refused == "Bad Request: TOPIC_CLOSED"
    sandbox.control("topic", **{"as": LIN}, chat=GROUP, thread=thread, action="delete")
    updates = call(sandbox, STAFF_TOKEN, "getUpdates", allowed_updates=["message", "my_chat_member", "chat_member"])
    assert "forum_topic_edited" in updates[0]["message"]
    assert "forum_topic_closed" in updates[1]["message"]
    sandbox.control("people", role="doctor", id=9003, name="Dr. Wu")
    sandbox.control("membership", **{"as": 9003}, chat=GROUP, status="left")
    last = call(sandbox, STAFF_TOKEN, "getUpdates", offset=updates[-1]["update_id"] + 1)[0]["chat_member"]
    assert last["new_chat_member"]["status"] == "left"
    assert sandbox.http.post("/sandbox/send", json={"as": 9003, "chat": GROUP, "text": "x"}).status_code == 400


def test_several_messages_are_deleted_at_once(sandbox: Sandbox) -> None:
    """What is not there is skipped; an empty list and a plain member's old messages are refused."""
    sent = [call(sandbox, STAFF_TOKEN, "sendMessage", chat_id=GROUP, text="x")["message_id"] for _ in range(3)]
    assert call(sandbox, STAFF_TOKEN, "deleteMessages", chat_id=GROUP, message_ids=[*sent[:2], 999_999_999]) is True
    assert [message["message_id"] for message in sandbox.chat(LIN, GROUP)["messages"]] == sent[2:]
    refused = call(sandbox, STAFF_TOKEN, "deleteMessages", chat_id=GROUP, message_ids=[])
    assert "not specified" in refused
    sandbox.control("rights", chat=GROUP, admin=False)
    sandbox.advance(3 * 86_400)
    assert "can't be deleted" in call(sandbox, STAFF_TOKEN, "deleteMessages", chat_id=GROUP, message_ids=sent[2:])


def test_a_payment_inside_telegram(sandbox: Sandbox) -> None:
    """The bot is asked first; after its yes the payer's message says that it is paid."""
    prices = [{"label": "Opinion", "amount": 50}]
    bill = {"title": "Opinion", "description": "One", "payload": "p", "currency": "XTR", "prices": prices}
    link = call(sandbox, OWNER_TOKEN, "createInvoiceLink", **bill)
    done: list[Any] = []
    payer = threading.Thread(target=lambda: done.append(sandbox.control("invoice/pay", **{"as": MEI}, invoice=link)))
    payer.start()
    asked = call(sandbox, OWNER_TOKEN, "getUpdates", timeout=5)[0]["pre_checkout_query"]
    assert call(sandbox, OWNER_TOKEN, "answerPreCheckoutQuery", pre_checkout_query_id=asked["id"], ok=True) is True
    payer.join()
    assert done == [{"paid": True}]
    assert sandbox.chat(MEI)["messages"][-1]["service"] == "paid"


def test_an_attempt_that_never_arrives(sandbox: Sandbox, receiver: Receiver) -> None:
    """A webhook that is cut before the product, and one whose answer is lost, are both repeated."""
    call(sandbox, OWNER_TOKEN, "setWebhook", url=f"{receiver.url}/tg")
    sandbox.fault("webhook", "reset")
    sandbox.send(MEI, "one")
    sandbox.until(lambda: sandbox.pending()["owner"] == 0)
    assert len(receiver.taken) == 1
    sandbox.fault("webhook", "lost_reply")
    sandbox.send(MEI, "two")
    sandbox.until(lambda: sandbox.pending()["owner"] == 0)
    assert len(receiver.taken) == 3
