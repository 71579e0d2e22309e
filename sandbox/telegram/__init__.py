"""The stand-in for Telegram's Bot API (core.telegram.org/bots/api), for two bots."""
