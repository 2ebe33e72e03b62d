"""Prints every figure, with its target where there is one."""

import os
import platform
from statistics import median

from bot.app import App
from bot.settings import Settings

from . import estimates, process, questions
from .timing import percentile


def line(what: str, figure: str, beside: str = "") -> None:
    print(f"  {what:<46}{figure:>12}   {beside}".rstrip())


def main() -> None:
    app = App(Settings())
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {load}")

    first = questions.first_times(app)

    print("\nOne estimate: a stay with a deductible halved and two layers, medians")
    found = estimates.one_estimate(app)
    by_hand = found["written by hand"]
    for name, time in found.items():
        beside = "" if name == "written by hand" else f"{time / by_hand:.1f} times as long as by hand"
        if name == "with full steps":
            beside = f"target 20; {beside}"
        line(name, f"{time:.1f} µs", beside)

    print("\nOne estimate with full steps, medians")
    for name, time in estimates.kinds_of_estimate(app).items():
        line(name, f"{time:.1f} µs", "target 20")

    count = sum(map(len, questions.QUESTIONS.values()))
    print(f"\nOne question understood and answered: {count} questions in turns")
    times = questions.again(app)
    for kind, each in times.items():
        line(f"{kind}, median of {len(questions.QUESTIONS[kind])}", f"{median(each) / 1000:.3f} ms")
    every = [time for each in times.values() for time in each]
    line("all, p50", f"{percentile(every, 0.5) / 1000:.3f} ms", "target 0.5")
    line("all, p99", f"{percentile(every, 0.99) / 1000:.3f} ms", "target 2")
    line("all, p50 when met for the first time", f"{percentile(first, 0.5) / 1000:.3f} ms")

    print("\nA fresh process")
    line("start to first answer, median", f"{process.seconds_to_first_answer():.2f} s", "target 1")
    asked = tuple(text for texts in questions.QUESTIONS.values() for text in texts)
    line("most memory after all questions", f"{process.megabytes(asked):.0f} MB", "target 150")


if __name__ == "__main__":
    main()
