"""Before the owner bot begins: Telegram is told its commands and where updates go, and asked what it kept of that."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiogram import Bot, methods, types

from bot.session import OUR_CALLS_ERRORS, CannotStart, cannot_start

WANTED: Final = ("message", "callback_query", "my_chat_member", "pre_checkout_query")
CONNECTIONS: Final = 40
SECRET_CHARS: Final = 32


async def announce(
    bot: Bot, commands: Mapping[str, Mapping[str, str]], webhook_url: str, secrets: Sequence[str]
) -> str:
    """``commands``: language → command → words; the first language is everybody else's. Gives the bot's user name.

    Without ``webhook_url`` a webhook is taken away, for polling. Raises CannotStart.
    """
    try:
        me = await bot(methods.GetMe())
        await _set_commands(bot, commands)
        if webhook_url:
            await _set_webhook(bot, webhook_url, secrets)
        else:
            await bot(methods.DeleteWebhook(drop_pending_updates=False))
    except OUR_CALLS_ERRORS as error:
        raise cannot_start(error) from None
    return me.username or ""


async def _set_commands(bot: Bot, commands: Mapping[str, Mapping[str, str]]) -> None:
    for place, (language, words) in enumerate(commands.items()):
        listed = [types.BotCommand(command=name, description=about) for name, about in words.items()]
        code = language[:2] if place else None  # Telegram knows two-letter codes only: zh_Hant is its zh
        await bot(methods.SetMyCommands(commands=listed, language_code=code))


async def _set_webhook(bot: Bot, url: str, secrets: Sequence[str]) -> None:
    if not secrets or len(secrets[0]) < SECRET_CHARS:
        raise CannotStart(f"TELEGRAM_WEBHOOK_SECRET must have at least {SECRET_CHARS} characters.")
    kinds = list(WANTED)
    await bot(methods.SetWebhook(url=url, secret_token=secrets[0], allowed_updates=kinds, max_connections=CONNECTIONS))
    info = await bot(methods.GetWebhookInfo())  # a stolen or half-set webhook shows itself here (pitfall 25)
    if info.url != url or sorted(info.allowed_updates or ()) != sorted(kinds):
        raise CannotStart("Telegram did not keep the owner bot's webhook; does another program use its token?")
