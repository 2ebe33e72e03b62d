"""The cards of a talk: drawn into the page, and as pictures to be saved."""

import asyncio
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

from bot.rendering import Cards, Sheet
from bot.service import logs
from bot.service.protocol import Message

_MOST_DRAWINGS = 64
"""Talks whose newest card is kept as it was drawn."""
_MOST_PICTURES = 16
_MOST_WAITING = 8
"""Pictures; each may take some tenths of a second."""

_log = logs.get(__name__)


class BusyError(Exception):
    """So many pictures are being drawn that another would have to wait too long."""


class Pictures:
    """Draws cards, and keeps a few. What can't be drawn is told in the log and left out.

    Pictures are drawn one after the other in a thread of their own, so that pages needn't wait for them.
    """

    def __init__(self, painter: Cards) -> None:
        self._painter = painter
        self._executor = ThreadPoolExecutor(1, "pictures")
        self._drawings: OrderedDict[str, tuple[int, str]] = OrderedDict()
        self._pictures: OrderedDict[tuple[str, int], asyncio.Future[bytes | None]] = OrderedDict()
        self._keeping = threading.Lock()
        self._forgotten = 0

    def drawing(self, chat: str, message: Message) -> str:
        """Return the card of a chat's newest sheet as SVG; nothing where it can't be drawn.

        May be called in any thread.
        """
        with self._keeping:
            found, forgotten = self._drawings.get(chat), self._forgotten
        if found is not None and found[0] == message.id:
            return found[1]
        drawn = self._svg(message)
        with self._keeping:
            # Nothing of a chat is kept that was forgotten meanwhile.
            if forgotten == self._forgotten:
                self._drawings[chat] = message.id, drawn
                self._drawings.move_to_end(chat)
                if len(self._drawings) > _MOST_DRAWINGS:
                    self._drawings.popitem(last=False)
        return drawn

    async def picture(self, chat: str, message: Message) -> bytes | None:
        """Return the card of a message as PNG; None where there is none or it can't be drawn.

        Raises BusyError.
        """
        if message.sheet is None:
            return None
        key = chat, message.id
        found = self._pictures.get(key)
        if found is None:
            if sum(not each.done() for each in self._pictures.values()) >= _MOST_WAITING:
                raise BusyError
            loop = asyncio.get_running_loop()
            found = self._pictures[key] = loop.run_in_executor(self._executor, self._png, message.sheet)
            if len(self._pictures) > _MOST_PICTURES:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(key)
        # Others may wait for the same.
        return await asyncio.shield(found)

    def forget(self, chat: str) -> None:
        """Keep nothing of a chat."""
        for key in [each for each in self._pictures if each[0] == chat]:
            del self._pictures[key]
        with self._keeping:
            self._forgotten += 1
            self._drawings.pop(chat, None)

    def _svg(self, message: Message) -> str:
        try:
            return "" if message.sheet is None else self._painter.svg(message.sheet, f"card{message.id}-")
        except BaseException as error:
            # In a thread nothing is cancelled.
            _undrawn(error)
            return ""

    def _png(self, sheet: Sheet) -> bytes | None:
        try:
            return self._painter.png(sheet)
        except BaseException as error:
            # In a thread nothing is cancelled; and what fails in the library that draws is no Exception.
            _undrawn(error)
            return None


def _undrawn(error: BaseException) -> None:
    _log.error("a card can't be drawn and is left out", reason=logs.where(error))
