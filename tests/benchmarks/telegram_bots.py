"""One bot, as a program of its own: a bare echo of python-telegram-bot, or the whole service.

For every line of its input it prints the CPU that it has used, in seconds; it ends with its input.
"""

import os
import sys
import threading
from time import process_time
from typing import Any

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

from bot.channels.telegram import Telegram, Webhook
from bot.service.protocol import Limits
from bot.serving import serve
from bot.settings import Settings

from .bot_api import TOKEN

_SECRET = "benchmark"
_NO_LIMITS = Limits(a_second=1e6, apart=0.0, a_minute=None)


def main(kind: str, url: str, port: int, webhook: bool) -> None:
    threading.Thread(target=_tell, daemon=True).start()
    if kind == "ours":
        _ours(url, port, webhook)
    else:
        _echo(url, port, webhook, at_once=kind == "echo at once")


def _tell() -> None:
    for _ in sys.stdin:
        print(process_time(), flush=True)
    # Whoever asks is gone, however it ended.
    os._exit(0)


async def _say_again(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    assert update.message.text is not None
    await update.message.reply_text(update.message.text)


def _echo(url: str, port: int, webhook: bool, at_once: bool) -> None:
    application: Application[Any, Any, Any, Any, Any, Any] = (
        ApplicationBuilder().token(TOKEN).base_url(f"{url}/bot").concurrent_updates(at_once).build()
    )
    application.add_handler(MessageHandler(filters.TEXT, _say_again))
    if webhook:
        application.run_webhook(
            "127.0.0.1",
            port,
            "telegram",
            webhook_url=f"http://127.0.0.1:{port}/telegram",
            secret_token=_SECRET,
        )
    else:
        application.run_polling()


def _ours(url: str, port: int, webhook: bool) -> None:
    # The folder of the database comes from the environment, as it does for anybody.
    os.environ["BAODUOSHAO_PORT"] = str(port)
    posts = Webhook(f"http://127.0.0.1:{port}", _SECRET) if webhook else None
    serve(Settings(), "all", lambda app: [Telegram(app, TOKEN, url, posts, _NO_LIMITS)])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "webhook")
