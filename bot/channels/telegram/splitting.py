"""Long texts in pieces that Telegram takes, cut where the text itself has its joints."""

MOST_UNITS = 4096
"""UTF-16 code units of a message's text, as Telegram counts."""
CAPTION_UNITS = 1024
_JOINTS = ("\n\n", "\n", "。", "；", "，", " ")


def units(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, most: int = MOST_UNITS) -> list[str]:
    """Return the text in pieces of at most so many units: at a blank line, else a line, a sentence, anywhere.

    Nothing but blanks at the joints is left out.
    """
    pieces: list[str] = []
    rest = text.strip()
    while units(rest) > most:
        end = _end(rest, most)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if rest:
        pieces.append(rest)
    return pieces


def _end(text: str, most: int) -> int:
    """Return where the first piece ends."""
    fits = _fitting(text, most)
    for joint in _JOINTS:
        # A joint near the beginning would leave a scrap of a message.
        end = text.rfind(joint, fits // 2, fits)
        if end >= 0:
            return end + len(joint)
    return fits


def _fitting(text: str, most: int) -> int:
    """Return how many characters fit; one beyond the 16-bit plane counts twice and is never cut in two."""
    counted = 0
    for place, character in enumerate(text):
        counted += 2 if ord(character) > 0xFFFF else 1
        if counted > most:
            return place
    return len(text)
