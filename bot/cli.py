"""The command line: estimate, ask, converse, chat, and the check of the policy files."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from bot.app import App
from bot.channels import terminal
from bot.channels.batch import Batch
from bot.channels.jsonl import written
from bot.policy import PolicyProblem
from bot.settings import Settings, SettingsError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)
policy = typer.Typer(no_args_is_help=True)
app.add_typer(policy, name="policy", help="Look at the policy files.")

Jsonl = Annotated[
    str | None,
    typer.Option("--jsonl", metavar="FILE|-", help="Read one JSON object a line from a file or '-'."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
City = Annotated[str | None, typer.Option(help="Where the person is insured, such as hengyang.")]
Day = Annotated[str | None, typer.Option("--date", help="Day of discharge or visit, such as 2024-05-01.")]
Insurance = Annotated[str | None, typer.Option(help="employee or resident.")]


def main() -> None:
    """Run the command line; a problem with settings or policy files is told without a traceback."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # JSON Lines are UTF-8 whatever the terminal's locale; bytes that aren't give a bad line, not a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except (PolicyProblem, SettingsError) as problem:
        sys.stderr.write(f"{problem}\n")
        raise SystemExit(1) from None
    except BrokenPipeError:
        # The reader went away; nothing more can be said to it.
        sys.stderr.close()
        raise SystemExit(0) from None


@app.command()
def estimate(
    fields: Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE …", show_default=False)] = None,
    as_json: AsJson = False,
    jsonl: Jsonl = None,
) -> None:
    """Work out what the insurance pays in one case, or in one case a line."""
    loaded = App(Settings())
    batch = Batch(loaded)
    if jsonl is not None:
        _no_words(fields)
        _each_line(jsonl, batch.estimate_line)
        return
    if not fields:
        raise typer.BadParameter("give the case as FIELD=VALUE …, or a file with --jsonl")
    request: dict[str, Any] = {}
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals:
            raise typer.BadParameter("each part of the case is written FIELD=VALUE")
        request[name.strip()] = None if value.strip() == "null" else value
    result = loaded.engine.estimate_request(request, loaded.settings.today())
    if as_json:
        _print(written(loaded.estimates.as_json(result)))
    else:
        _print(loaded.dialogue.tell(result))


@app.command()
def ask(
    text: Annotated[str | None, typer.Argument(show_default=False)] = None,
    as_json: AsJson = False,
    jsonl: Jsonl = None,
    city: City = None,
    day: Day = None,
    insurance: Insurance = None,
) -> None:
    """Answer one question, or one a line."""
    loaded = App(Settings())
    batch = Batch(loaded, _preset(loaded, city, day, insurance))
    if jsonl is not None:
        _no_words(text)
        _each_line(jsonl, batch.ask_line)
        return
    if text is None:
        raise typer.BadParameter("write a question, or name a file with --jsonl")
    reply = batch.ask(text)
    _print(written(reply) if as_json else reply["text"])


@app.command()
def converse(jsonl: Jsonl = None, city: City = None, day: Day = None, insurance: Insurance = None) -> None:
    """Hold one dialogue a line."""
    if jsonl is None:
        raise typer.BadParameter("name a file with --jsonl")
    loaded = App(Settings())
    _each_line(jsonl, Batch(loaded, _preset(loaded, city, day, insurance)).converse_line)


@app.command()
def chat(city: City = None, day: Day = None, insurance: Insurance = None) -> None:
    """Talk in the terminal."""
    loaded = App(Settings())
    terminal.run(loaded.dialogue, loaded.settings.today(), _preset(loaded, city, day, insurance))


@policy.command()
def check() -> None:
    """Load every policy file and compile every rule in it."""
    loaded = App(Settings())
    rules = loaded.engine.compile_all()
    library = loaded.library
    _print(
        f"{len(library.provisions)} provisions and {rules} calculations hold together "
        f"(policy version {library.version})."
    )


def _preset(loaded: App, city: str | None, day: str | None, insurance: str | None) -> dict[str, Any]:
    given = {"city": city, "date": day, "insurance": insurance}
    preset = {name: value for name, value in given.items() if value is not None}
    wrong = loaded.engine.wrong_fields(preset)
    if wrong:
        raise typer.BadParameter(f"--{wrong[0]} has a value that does not exist")
    return preset


def _no_words(words: object) -> None:
    if words:
        raise typer.BadParameter("give either words or --jsonl, not both")


def _each_line(source: str, answer: Callable[[str], dict[str, Any]]) -> None:
    with _opened(source) as stream:
        for line in stream:
            _print(written(answer(line)))


@contextmanager
def _opened(source: str) -> Iterator[TextIO]:
    if source == "-":
        yield sys.stdin
        return
    try:
        with Path(source).open(encoding="utf-8", errors="replace") as file:
            yield file
    except OSError as error:
        raise typer.BadParameter(f"the file can't be read: {error.strerror}") from None


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
