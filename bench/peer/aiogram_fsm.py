"""Peer: the questions as one would write them by hand with aiogram 3's state machine and its memory storage.

It answers a webhook before it handles the update, as aiogram does unless told otherwise; nothing survives the process. Where it
listens and which API it calls is told by BOT_TOKEN, API_BASE, WEBHOOK_PORT, WEBHOOK_PATH and WEBHOOK_SECRET.
"""

import os

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from bench.peer.questions import BAD, QUESTIONS, Question, summary

Intake = type("Intake", (StatesGroup,), {question.key: State() for question in QUESTIONS})
STATES = [getattr(Intake, question.key) for question in QUESTIONS]
router = Router()


def _keyboard(question: Question) -> InlineKeyboardMarkup | None:
    if not question.buttons:
        return None
    row = [
        InlineKeyboardButton(text=words, callback_data=f"{question.key}:{number}")
        for number, words in enumerate(question.buttons)
    ]
    return InlineKeyboardMarkup(inline_keyboard=[row])


async def _ask(message: Message, state: FSMContext, number: int) -> None:
    if number == len(QUESTIONS):
        answers = await state.get_data()
        await state.clear()
        await message.answer(summary(answers))
        return
    await state.set_state(STATES[number])
    await message.answer(QUESTIONS[number].ask, reply_markup=_keyboard(QUESTIONS[number]))


@router.message(CommandStart())
async def _start(message: Message, state: FSMContext) -> None:
    await state.clear()
    await _ask(message, state, 0)


def _by_button(number: int) -> None:
    question = QUESTIONS[number]

    @router.callback_query(STATES[number], F.data.startswith(question.key + ":"))
    async def pressed(query: CallbackQuery, state: FSMContext) -> None:
        await query.answer()
        assert query.data  # the filter asked for it
        assert isinstance(query.message, Message)  # and the message is a fresh one
        await state.update_data({question.key: question.buttons[int(query.data.split(":")[1])]})
        await _ask(query.message, state, number + 1)


def _by_typing(number: int) -> None:
    question = QUESTIONS[number]

    @router.message(STATES[number], F.text)
    async def said(message: Message, state: FSMContext) -> None:
        value = question.check(message.text or "")
        if value is None:
            await message.answer(BAD + question.ask)
            return
        await state.update_data({question.key: value})
        await _ask(message, state, number + 1)


def main() -> None:
    """Listens until it is ended."""
    for number, question in enumerate(QUESTIONS):
        (_by_button if question.buttons else _by_typing)(number)
    bot = Bot(os.environ["BOT_TOKEN"], AiohttpSession(api=TelegramAPIServer.from_base(os.environ["API_BASE"])))
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(router)
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, secret_token=os.environ["WEBHOOK_SECRET"])
    handler.register(app, path=os.environ["WEBHOOK_PATH"])
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=int(os.environ["WEBHOOK_PORT"]), access_log=None, print=None)


if __name__ == "__main__":
    main()
