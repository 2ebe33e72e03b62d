"""Standard input and output: UTF-8 whatever the terminal's locale, and a reader that may go away."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

_AHEAD = 16
"""Lines that are read before they are asked for; an endless input must not fill the memory."""


def use_utf8() -> None:
    """Read and write UTF-8; bytes that are no text spoil their own line only, a byte order mark none."""
    for stream, encoding in ((sys.stdin, "utf-8-sig"), (sys.stdout, "utf-8"), (sys.stderr, "utf-8")):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=encoding, errors="replace")


def put(text: str) -> None:
    """Print a line at once. Where nobody reads any more, the program ends, and that is no error."""
    if not is_read(text):
        raise SystemExit(0)


def is_read(text: str) -> bool:
    """Print a line at once, and return whether there is still somebody who reads."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still to be written on the way out goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


async def lines() -> AsyncIterator[str]:
    """Yield the lines of the standard input as they come, without their ends.

    Whoever stops listening need not wait for the next line: the thread that reads ends with the program.
    """
    loop = asyncio.get_running_loop()
    come: asyncio.Queue[str | None] = asyncio.Queue()
    room = threading.Semaphore(_AHEAD)

    def hand_over(line: str | None) -> None:
        # The loop may be closed by now.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(come.put_nowait, line)

    def read() -> None:
        # A file object of its own: Python closes `sys.stdin` at the end and must find nobody reading it.
        with (
            suppress(OSError),
            open(sys.stdin.fileno(), encoding="utf-8-sig", errors="replace", closefd=False) as file,
        ):
            for line in file:
                room.acquire()
                hand_over(line.rstrip("\n"))
        hand_over(None)

    threading.Thread(target=read, name="standard-input", daemon=True).start()
    while (line := await come.get()) is not None:
        room.release()
        yield line


def numbered(text: str, choices: Sequence[str]) -> str:
    """Return a reply with its choices numbered."""
    return "\n".join([text, *(f"  {number}. {label}" for number, label in enumerate(choices, 1))])
