"""The parts of the service, each built only where it is wanted: the owner bot alone costs half of the memory and start time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.settings import LOOPBACK, Settings, WrongSetting
from bot.polling import Poller
from desk.case_links import LINKS
from desk.case_pages import CasePages
from desk.desk import Desk, Reading
from desk.sending import Sender
from desk.sign_in_links import SignIn, sign_in_link
from desk.uploading import CHANNEL, Uploads, reading
from flows.clinic import Clinic
from flows.wording import LANGUAGES, mark, say
from storage.landing import open_landing
from storage.shelf import Shelf
from web.doors import Webhook

if TYPE_CHECKING:
    from bot.page_link import PageLinks

PARTS = ("owner", "staff", "sms", "payments", "uploads", "clock")
COMMANDS = {
    "start": mark("Begin or go on"),
    "status": mark("Where things stand"),
    "new": mark("A case for another cat"),
    "cases": mark("All your open cases"),
    "help": mark("How this works"),
    "language": mark("English or 繁體中文"),
    "about": mark("What this is, what it costs, who we are"),
    "upload": mark("Send large files or folders"),
    "texts": mark("Text messages on or off"),
    "consent": mark("What you agreed to"),
    "cancel": mark("End this case"),
    "receipt": mark("What you paid, as a PDF"),
    "privacy": mark("What we hold about you"),
    "export": mark("A copy of everything"),
    "erase": mark("Delete everything"),
}


@dataclass(slots=True)
class Part:
    """What a part brings: channels to send, webhooks to open, raw bytes it can read again, loops to run, a tick a minute, things to close."""

    senders: dict[str, Sender] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    pollers: list[Poller] = field(default_factory=list)
    uploads: Uploads | None = None
    pages: CasePages | None = None
    tick: Callable[[], Awaitable[object]] | None = None
    set_up: Callable[[], Awaitable[object]] | None = None
    close: Callable[[], Awaitable[object]] | None = None


def build(name: str, settings: Settings, desk: Desk, clinic: Clinic, shelf: Shelf) -> Part | None:
    """The part, or None where the settings leave it out."""
    match name:
        case "owner":
            return _owner(settings, desk, shelf)
        case "staff":
            return _staff(settings, desk, clinic, shelf)
        case "sms":
            return _sms(settings, desk, clinic) if settings.twilio_account_sid else None
        case "payments":
            return _payments(settings, desk, clinic)
        case "uploads":
            return _uploads(settings, desk, shelf)
    return None


def _webhook_secrets(settings: Settings) -> list[str]:
    return [
        settings.telegram_webhook_secret.get_secret_value(),
        settings.telegram_webhook_secret_former.get_secret_value(),
    ]


def _owner(settings: Settings, desk: Desk, shelf: Shelf) -> Part:
    from bot.copies import CopySender
    from bot.fetching import Fetcher
    from bot.invoices import InvoiceSender, takes
    from bot.owner import OwnerBot, OwnerSender
    from bot.owner import reading as owner_reading

    bot = OwnerBot(
        settings.owner_bot_token.get_secret_value(), settings.telegram_api_url, desk, _webhook_secrets(settings)
    )
    commands = {language: {name: say(language, words) for name, words in COMMANDS.items()} for language in LANGUAGES}
    polling = settings.telegram_updates == "polling"
    address = "" if polling else f"{settings.public_url}/telegram/owner"
    senders: dict[str, Sender] = {
        "owner": OwnerSender(bot, desk, partial(_address, settings, desk)),
        "fetch": Fetcher(bot, desk, shelf),
        "copy": CopySender(bot, desk, shelf),
    }
    if token := settings.telegram_provider_token.get_secret_value():
        if not takes(desk.clinic.currency):
            raise WrongSetting(
                f"TELEGRAM_PROVIDER_TOKEN: Telegram makes out no invoices in {desk.clinic.currency}. Leave it empty; payment by card and by transfer are not touched by it."
            )
        senders["telegram"] = InvoiceSender(bot.bot, desk, token)
    return Part(
        senders=senders,
        webhooks={"/telegram/owner": bot.webhook},
        readings={"owner": owner_reading},
        pollers=[Poller("owner", bot.fetch, bot.on_update)] if polling else [],
        set_up=lambda: bot.set_up(commands, address),
        close=bot.close,
    )


def _address(settings: Settings, desk: Desk, case_id: str, page: str) -> str:
    """A case's page, one of ``effects.PAGES``; "" where nobody outside could follow it: Telegram refuses a message with such a button."""
    if not _reachable(settings):
        return ""
    link = LINKS[page]
    return f"{settings.public_url}/{link.path}/{link.made(desk.links, case_id, desk.clock())}"


def _page_links(settings: Settings, desk: Desk) -> "PageLinks":
    from bot.page_link import PageLinks

    def address(case_id: str, person: int) -> str:
        wish = SignIn(case_id, person, token_hex(8))
        return f"{settings.public_url}/sign-in/{sign_in_link(desk.links, wish, desk.clock())}"

    return PageLinks(address, _reachable(settings))


def _reachable(settings: Settings) -> bool:
    """Whether somebody outside could follow a link of ours: Telegram refuses a message with a button that nobody could."""
    here, there = (urlsplit(url).hostname for url in (settings.public_url, settings.telegram_api_url))
    return here not in LOOPBACK or there in LOOPBACK


def _uploads(settings: Settings, desk: Desk, shelf: Shelf) -> Part:
    from desk.landed import UploadSender

    uploads = Uploads(desk, open_landing(settings.uploads_folder))
    return Part(
        senders={CHANNEL: UploadSender(uploads, shelf)},
        readings={CHANNEL: reading},
        uploads=uploads,
        tick=uploads.tidy,
    )


def _staff(settings: Settings, desk: Desk, clinic: Clinic, shelf: Shelf) -> Part:
    from bot.alone import DoctorSender
    from bot.case_files import CaseFileSender
    from bot.group import Pace, StaffSender
    from bot.showing import Showing
    from bot.staff import StaffBot
    from records.case_file import case_file_beside

    token = settings.staff_bot_token.get_secret_value()
    # In a rehearsal a minute of the group's limit is a minute of the rehearsal, or moved clocks would wait for real ones.
    pace = Pace(clock=lambda: desk.clock().timestamp()) if settings.clock_url else Pace()
    bot = StaffBot(token, settings.telegram_api_url, desk, clinic, settings.staff_chat_id, _webhook_secrets(settings))
    pages = CasePages(desk, shelf, settings.public_url.startswith("https:"))
    polling = settings.telegram_updates == "polling"
    address = "" if polling else f"{settings.public_url}/telegram/staff"

    async def close() -> None:
        await bot.close()
        await pages.close()

    return Part(
        senders={
            "staff": StaffSender(bot.group, Showing(shelf), pace, _page_links(settings, desk)),
            "doctor": DoctorSender(bot.group),
            "file": CaseFileSender(bot.group, shelf, case_file_beside, pace),
        },
        webhooks={"/telegram/staff": bot.webhook},
        readings={"staff": bot.reading},
        pollers=[Poller("staff", bot.fetch, bot.on_update)] if polling else [],
        set_up=lambda: bot.set_up(address),
        pages=pages,
        tick=pages.tidy,
        close=close,
    )


def _sms(settings: Settings, desk: Desk, clinic: Clinic) -> Part:
    from bot.sms import SmsSender
    from bot.sms import reading as sms_reading

    sms = SmsSender(
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        settings.twilio_from,
        settings.twilio_api_url,
        settings.public_url,
        desk,
        clinic,
        settings.twilio_auth_token_former.get_secret_value(),
        partial(_address, settings, desk),
    )
    return Part(
        senders={"sms": sms},
        webhooks={"/sms/inbound": sms.inbound, "/sms/status": sms.status},
        readings={"sms": sms_reading},
    )


def _payments(settings: Settings, desk: Desk, clinic: Clinic) -> Part | None:
    """Every rail that is set up; None where there is none."""
    from payments.bank import BankSender

    part = _stripe(settings, desk) if settings.stripe_secret_key.get_secret_value() else Part()
    if clinic.bank:
        part.senders["bank"] = BankSender(desk)
    return part if part.senders else None


def _stripe(settings: Settings, desk: Desk) -> Part:
    from payments.notices import reading as notice_reading
    from payments.stripe import StripeSender

    secrets = [s.get_secret_value() for s in (settings.stripe_webhook_secret, settings.stripe_webhook_secret_former)]
    stripe = StripeSender(
        settings.stripe_secret_key.get_secret_value(),
        [secret for secret in secrets if secret],
        settings.stripe_api_url,
        settings.public_url,
        desk,
    )
    return Part(
        senders={"stripe": stripe}, webhooks={"/stripe/webhook": stripe.webhook}, readings={"stripe": notice_reading}
    )
