"""A fresh process: how long it takes to its first answer, and how much memory it holds."""

import subprocess
import sys
from statistics import median
from time import perf_counter

_FIRST_ANSWER = "from bot.cli import main; main()"
_ARGUMENTS = ("ask", "职工住院起付线是多少", "--city", "hengyang")
# The high-water mark of /proc is this program's own; that of getrusage may be the parent's.
_MEMORY = """
import sys
from datetime import date
from pathlib import Path

from bot.app import App
from bot.dialogue import Said
from bot.settings import Settings

app = App(Settings())
app.engine.compile_all()
for line in sys.stdin.read().splitlines():
    today = date(2024, 6, 1)
    app.dialogue.step(app.dialogue.start({"city": "hengyang"}), Said(line), today)
status = Path("/proc/self/status")
if status.exists():
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    print(int(peak.split()[1]) / 1024)
else:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak / 1024 / (1024 if sys.platform == "darwin" else 1))
"""


def seconds_to_first_answer(times: int = 7) -> float:
    """Return the median of the seconds from starting the command to its answer."""
    found = []
    for _ in range(times):
        began = perf_counter()
        _output([sys.executable, "-c", _FIRST_ANSWER, *_ARGUMENTS])
        found.append(perf_counter() - began)
    return median(found)


def megabytes(questions: tuple[str, ...]) -> float:
    """Return the most memory that a process held that compiled every rule and answered `questions`."""
    return float(_output([sys.executable, "-c", _MEMORY], "\n".join(questions)))


def _output(command: list[str], given: str | None = None) -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.strip()
    return done.stdout
