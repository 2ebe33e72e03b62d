"""Prints every figure, with its target where there is one."""

import os
import platform
from statistics import median

from bot.app import App
from bot.settings import Settings

from . import cards, estimates, pages, phrases, process, questions, served, telegram
from .timing import Times, percentile


def line(what: str, figure: str, beside: str = "") -> None:
    print(f"  {what:<46}{figure:>12}   {beside}".rstrip())


def microseconds(what: str, times: Times, beside: str) -> None:
    line(what, f"{times.median:.1f} µs", f"{times.least:6.1f}   {beside}")


def main() -> None:
    app = App(Settings())
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {load}")

    first = questions.first_times(app)

    print("\nOne estimate: a stay with a deductible halved and two layers (median; the least)")
    found = estimates.one_estimate(app)
    by_hand = found["written by hand"]
    for name, times in found.items():
        ratio = "" if times is by_hand else f"{times.median / by_hand.median:.1f} times as long as by hand"
        microseconds(name, times, f"target 20; {ratio}" if name == "with full steps" else ratio)

    print("\nOne estimate with full steps (median; the least)")
    for name, times in estimates.kinds_of_estimate(app).items():
        microseconds(name, times, "target 20")

    count = sum(map(len, questions.QUESTIONS.values()))
    print(f"\nOne question understood and answered: {count} questions in turns")
    answered = questions.again(app)
    for kind, each in answered.items():
        line(f"{kind}, median of {len(questions.QUESTIONS[kind])}", f"{median(each) / 1000:.3f} ms")
    every = [time for each in answered.values() for time in each]
    line("all, p50", f"{percentile(every, 0.5) / 1000:.3f} ms", "target 0.5")
    line("all, p99", f"{percentile(every, 0.99) / 1000:.3f} ms", "target 2")
    line("all, p50 when met for the first time", f"{percentile(first, 0.5) / 1000:.3f} ms")

    stories = questions.stories(app)
    line("stories of 300 characters, p50", f"{percentile(stories, 0.5) / 1000:.3f} ms")
    line("stories of 300 characters, p99", f"{percentile(stories, 0.99) / 1000:.3f} ms", "target 8")

    pictures(app)
    web_pages(app)

    print("\nThe nearest phrases among very many")
    for grown in phrases.growth():
        target = {10_000: "target 2", 100_000: "target 5"}.get(grown.size, "")
        line(f"{grown.size} phrases, p50", f"{grown.p50:.3f} ms")
        line(f"{grown.size} phrases, p99", f"{grown.p99:.3f} ms", target)
        told = f"{grown.build:.1f} s to build; the nearest of all found {grown.found:.0%}"
        line(f"{grown.size} phrases, memory", f"{grown.megabytes:.0f} MB", told)

    print("\nOne update through the service on SQLite, every commit on the disk (CPU; updates a second)")
    costs = served.costs(app)
    bare = costs["the dialogue alone"]
    for name, cost in costs.items():
        ratio = "" if cost is bare else f"; {cost.cpu / bare.cpu:.1f} times the CPU of the dialogue alone"
        line(name, f"{cost.cpu:.0f} µs", f"{cost.a_second:.0f} a second{ratio}")

    through_telegram()

    print("\nA fresh process")
    line("start to first answer, median", f"{process.seconds_to_first_answer():.2f} s", "target 1")
    asked = tuple(text for texts in questions.QUESTIONS.values() for text in texts)
    line("most memory after all questions", f"{process.megabytes(asked):.0f} MB", "target 150")


def pictures(app: App) -> None:
    sheets = cards.sheets(app)
    print("\nOne card (median; the least)")
    for name, sheet in sheets.items():
        found = cards.drawn(sheet)
        line(f"{name}, SVG", f"{found.svg.median / 1000:.1f} ms", f"{found.svg.least / 1000:6.1f}")
        beside = f"{found.png.least / 1000:6.1f}   {found.size // 1000} kB"
        line(f"{name}, PNG", f"{found.png.median / 1000:.1f} ms", beside)
    result = sheets["result"]
    line("the first one as SVG, with its fonts", f"{cards.seconds_to_first(result) * 1000:.0f} ms")
    line(
        "the loop stands still while one is drawn", f"{cards.longest_pause(result) * 1000:.0f} ms", "at most"
    )


def web_pages(app: App) -> None:
    print("\nPages (median; the least)")
    path, size, times = pages.largest_policy_page(app)
    line(
        "the largest policy page", f"{median(times):.1f} ms", f"{min(times):6.1f}   {size // 1000} kB, {path}"
    )
    for count, (size, times) in pages.talk_pages(app).items():
        results = "one result" if count == 1 else f"{count} results"
        line(f"the chat with {results}", f"{median(times):.1f} ms", f"{min(times):6.1f}   {size // 1000} kB")


def through_telegram() -> None:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"\nOne update of Telegram, beside a bare echo of python-telegram-bot (CPU of its process{load})")
    for way in telegram.WAYS:
        costs = telegram.costs(way)
        echo = min(costs["echo"], costs["echo at once"])
        for kind, cost in costs.items():
            beside = f"target 3; {cost / echo:.1f} times the cheaper echo" if kind == "ours" else ""
            line(f"{way}, {kind}", f"{cost:.0f} µs", beside)

    latency = telegram.LATENCY * 1000
    print(f"\n{telegram.CHATS} chats, each waits for its reply; {latency:.0f} ms for each call; polling")
    kinds: tuple[telegram.Kind, ...] = ("echo at once", "ours")
    for kind in kinds:
        held = telegram.sustained(kind, "polling")
        line(kind, f"{held.a_second:.0f} a second", f"wait p50 {held.p50:.1f} s, p99 {held.p99:.1f} s")


if __name__ == "__main__":
    main()
