"""Standard input and output: UTF-8 whatever the terminal's locale, and a reader that may go away."""

import os
import sys
from collections.abc import Sequence


def use_utf8() -> None:
    """Read and write UTF-8; bytes that are no text spoil their own line only, a byte order mark none."""
    for stream, encoding in ((sys.stdin, "utf-8-sig"), (sys.stdout, "utf-8"), (sys.stderr, "utf-8")):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=encoding, errors="replace")


def put(text: str) -> None:
    """Print a line at once. Where nobody reads any more, the program ends, and that is no error."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still to be written on the way out goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def numbered(text: str, choices: Sequence[str]) -> str:
    """Return a reply with its choices numbered."""
    return "\n".join([text, *(f"  {number}. {label}" for number, label in enumerate(choices, 1))])
