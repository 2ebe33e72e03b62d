"""Records as CSV, for the officers who keep the files up to date; a spreadsheet opens them."""

import csv
import json
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.storage import reading, records

_HERE = ZoneInfo("Asia/Shanghai")
_FORMULA = tuple("=+-@＝＋－＠")
_BLANK = ("\t", "\r", "\n")


def export_unanswered(url: str, file: TextIO) -> int:
    """Write what wasn't answered, oldest first; return how many there were. Raises StorageError."""
    with reading(url) as connection:
        return _written(
            file,
            ("at", "question", "status", "candidates", "policy_version"),
            (
                (_time(each.at), each.text, each.status, " ".join(each.candidates), each.policy_version)
                for each in records.all_unanswered(connection)
            ),
        )


def export_feedback(url: str, file: TextIO) -> int:
    """Write what people thought of replies, oldest first; return how many there were. Raises StorageError."""
    with reading(url) as connection:
        return _written(
            file,
            ("at", "good", "status", "intent", "inputs", "policy_version"),
            (_rating(each) for each in records.all_ratings(connection)),
        )


def save(text: str, path: Path) -> None:
    """Write a CSV for a spreadsheet, for its owner's eyes only: all of it or nothing. Raises OSError."""
    # With the mark by which spreadsheets know UTF-8.
    data = text.encode("utf-8-sig")
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(data)  # a pipe or a device can't be replaced
        return
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        written = Path(file.name)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            written.replace(path)
        except BaseException:
            written.unlink(missing_ok=True)
            raise


def _rating(rating: records.Rating) -> tuple[str, ...]:
    about = json.loads(rating.about)
    inputs = " ".join(f"{name}={value}" for name, value in about.get("slots", {}).items())
    good = "yes" if rating.good else "no"
    intent = about.get("intent") or ""
    return _time(rating.at), good, about["status"], intent, inputs, about["policy_version"]


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, _HERE).isoformat()


def _written(file: TextIO, names: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    writer = csv.writer(file)
    writer.writerow(names)
    count = 0
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
        count += 1
    return count


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_BLANK) or cell.lstrip().startswith(_FORMULA) else cell
