"""Texts, through the real twilio client and its own signature check."""

from datetime import datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.sandbox.conftest import SID, Receiver
from tests.sandbox_process import Sandbox

US, MEI_PHONE = "+12025550100", "+886912345678"


def client(sandbox: Sandbox, token: str = "token") -> Client:
    """The real client, pointed at the sandbox."""
    made = Client(SID, token)
    made.api.base_url = sandbox.url
    return made


def test_a_text_is_sent_and_reported(sandbox: Sandbox, receiver: Receiver) -> None:
    """Queued is answered; sent and delivered are pushed with a signature that the library accepts."""
    url = f"{receiver.url}/status?id=7"
    made = client(sandbox).messages.create(to=MEI_PHONE, from_=US, body="明天 9:00", status_callback=url)
    assert made.status == "queued"
    assert made.num_segments == "1"
    sandbox.until(lambda: client(sandbox).messages(made.sid).fetch().status == "delivered")
    sandbox.until(lambda: sandbox.pending()["sms"] == 0)
    statuses = []
    for _, headers, body in receiver.taken:
        facts = dict(parse_qsl(body.decode(), keep_blank_values=True))
        assert RequestValidator("token").validate(url, facts, headers["X-Twilio-Signature"])
        statuses.append(facts["MessageStatus"])
    assert statuses == ["sent", "delivered"]
    assert sandbox.phone(MEI_PHONE)[0]["body"] == "明天 9:00"
    assert sandbox.log(kind="sms")[0]["sid"] == made.sid


def reported(sandbox: Sandbox, receiver: Receiver) -> list[str]:
    """The statuses that a new text's callback hears, until nothing is under way any more."""
    url = f"{receiver.url}/status"
    made = client(sandbox).messages.create(to=MEI_PHONE, from_=US, body="x", status_callback=url)
    sandbox.until(lambda: client(sandbox).messages(made.sid).fetch().status == "delivered")
    sandbox.until(lambda: sandbox.pending()["sms"] == 0)
    return [dict(parse_qsl(body.decode()))["MessageStatus"] for _, _, body in receiver.taken]


def test_a_status_that_was_not_taken_is_lost(sandbox: Sandbox, receiver: Receiver) -> None:
    """Twilio does not repeat a callback that was answered with an error, and the next status comes all the same."""
    receiver.statuses = [500, 503]
    assert reported(sandbox, receiver) == ["sent", "delivered"]
    assert [record["status"] for record in sandbox.log(kind="webhook")] == [500, 503]


def test_a_fault_repeats_a_status_until_it_is_taken(sandbox: Sandbox, receiver: Receiver) -> None:
    """For one callback; or hands one over twice, taken or not."""
    receiver.statuses = [500]
    sandbox.fault("twilio", "repeat")
    assert reported(sandbox, receiver) == ["sent", "sent", "delivered"]
    receiver.clear()
    sandbox.fault("webhook", "duplicate")
    assert reported(sandbox, receiver) == ["sent", "sent", "delivered"]


def test_an_arriving_text_is_repeated_until_taken(sandbox: Sandbox, receiver: Receiver) -> None:
    """More than Twilio does: tests that kill the product tell by it what the product lost of its own doing."""
    receiver.statuses = [500, 503]
    sandbox.sms(MEI_PHONE, "hello")
    sandbox.until(lambda: len(receiver.taken) == 3 and sandbox.pending()["sms"] == 0)


def test_a_further_status(sandbox: Sandbox, receiver: Receiver) -> None:
    """A failure can be pushed later."""
    url = f"{receiver.url}/status"
    made = client(sandbox).messages.create(to=MEI_PHONE, from_=US, body="x", status_callback=url)
    sandbox.until(lambda: len(receiver.taken) == 2)
    sandbox.sms_status(made.sid, "undelivered", 30003)
    sandbox.until(lambda: len(receiver.taken) == 3)
    assert b"ErrorCode=30003" in receiver.taken[2][2]
    assert client(sandbox).messages(made.sid).fetch().error_code == 30003


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "0912345678"}, 21211),
        ({"body": ""}, 21602),
        ({"from_": ""}, 21603),
        ({"body": "x" * 1601}, 21617),
        ({"from_": "+12025550199"}, 21606),
    ],
)
def test_refusals(sandbox: Sandbox, change: dict[str, str], code: int) -> None:
    """Twilio's codes."""
    with pytest.raises(TwilioRestException) as caught:
        client(sandbox).messages.create(**{"to": MEI_PHONE, "from_": US, "body": "x", **change})
    assert caught.value.code == code
    assert caught.value.status == 400
    assert sandbox.log(kind="sms") == []


def test_wrong_key_unknown_parameter_and_unknown_message(sandbox: Sandbox) -> None:
    """401, 400 and 404."""
    with pytest.raises(TwilioRestException) as caught:
        client(sandbox, "wrong").messages.create(to=MEI_PHONE, from_=US, body="x")
    assert (caught.value.status, caught.value.code) == (401, 20003)
    path = f"/2010-04-01/Accounts/{SID}/Messages.json"
    form = {"To": MEI_PHONE, "From": US, "Body": "x", "Bdoy": "y"}
    assert sandbox.http.post(path, data=form, auth=(SID, "token")).status_code == 400
    assert sandbox.log(kind="refused")[0]["params"]["Bdoy"] == "y"
    with pytest.raises(TwilioRestException) as caught:
        client(sandbox).messages("SM" + "0" * 32).fetch()
    assert caught.value.status == 404


def test_an_inbound_text_and_stop(sandbox: Sandbox, receiver: Receiver) -> None:
    """The owner's text is pushed signed; STOP bars later texts until START; a TwiML answer is sent."""
    receiver.reply = b"<?xml version='1.0'?><Response><Message>bye</Message></Response>"
    sid = sandbox.sms(MEI_PHONE, "hello ")
    sandbox.until(lambda: sandbox.log(kind="sms"))
    _, headers, body = receiver.taken[0]
    facts = dict(parse_qsl(body.decode(), keep_blank_values=True))
    assert RequestValidator("token").validate(f"{receiver.url}/sms", facts, headers["X-Twilio-Signature"])
    assert facts["MessageSid"] == sid
    assert facts["Body"] == "hello "
    assert facts["NumMedia"] == "0"
    receiver.reply = b""
    sandbox.sms(MEI_PHONE, " stop")
    with pytest.raises(TwilioRestException) as caught:
        client(sandbox).messages.create(to=MEI_PHONE, from_=US, body="x")
    assert caught.value.code == 21610
    sandbox.sms(MEI_PHONE, "START")
    client(sandbox).messages.create(to=MEI_PHONE, from_=US, body="x")
    sandbox.until(lambda: sandbox.pending()["sms"] == 0)
    assert sandbox.redeliver(sms=sid, times=3)["statuses"] == [200, 200, 200]


def test_lists(sandbox: Sandbox) -> None:
    """Newest first, filtered by receiver and time, in pages."""
    mine = client(sandbox)
    for number in range(5):
        mine.messages.create(to=MEI_PHONE, from_=US, body=str(number))
    mine.messages.create(to="+12025550111", from_=US, body="other")
    assert [text.body for text in mine.messages.list(to=MEI_PHONE, page_size=2)] == ["4", "3", "2", "1", "0"]
    at = sandbox.clock()["now"]
    now = datetime.fromisoformat(at)
    assert len(mine.messages.list(to=MEI_PHONE, date_sent_after=now - timedelta(minutes=1))) == 5
    assert mine.messages.list(to=MEI_PHONE, date_sent_after=now + timedelta(minutes=1)) == []
    assert mine.messages.list(to=MEI_PHONE, date_sent_before=now - timedelta(minutes=1)) == []


@pytest.mark.parametrize(("kind", "sent"), [("500", 0), ("500_after", 1)])
def test_faults(sandbox: Sandbox, kind: str, sent: int) -> None:
    """A server error may come before or after the text went out."""
    sandbox.fault("twilio", kind, method="Messages.create")
    with pytest.raises(TwilioRestException) as caught:
        client(sandbox).messages.create(to=MEI_PHONE, from_=US, body="x")
    assert caught.value.code == 20500
    assert len(sandbox.log(kind="sms")) == sent
