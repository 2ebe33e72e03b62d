"""The command line: for those who ask, for those who keep the files, and for those who run the service."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Annotated, Any, Literal, NoReturn, TextIO, cast, get_args

import typer

from bot import checking, settings_listing
from bot.app import App
from bot.channels import case, evaluation, listing, scenarios, teaching, terminal, transcripts
from bot.channels.batch import Batch
from bot.channels.configured import configured
from bot.channels.evaluation import QuestionsError
from bot.channels.jsonl import written
from bot.channels.streams import is_read, numbered, put, use_utf8
from bot.language import IntentsError
from bot.policy import PolicyProblem, load
from bot.settings import Settings, SettingsError, data_folder

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)
policy = typer.Typer(no_args_is_help=True)
app.add_typer(policy, name="policy", help="Look at the policy files.")
intents = typer.Typer(no_args_is_help=True)
app.add_typer(intents, name="intents", help="Learn from the files of intents.")
unanswered = typer.Typer(no_args_is_help=True)
app.add_typer(unanswered, name="unanswered", help="Questions that weren't answered.")
feedback = typer.Typer(no_args_is_help=True)
app.add_typer(feedback, name="feedback", help="What people thought of the replies.")

Role = Literal["ingest", "worker", "all"]
CsvFile = Annotated[str, typer.Argument(metavar="FILE|-", show_default=False)]
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
    use_utf8()
    try:
        app()
    except (IntentsError, PolicyProblem, QuestionsError, SettingsError) as problem:
        sys.stderr.write(f"{problem}\n")
        raise SystemExit(1) from None


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
    if not all("=" in field for field in fields):
        raise typer.BadParameter("each part of the case is written FIELD=VALUE")
    result = case.worked_out(loaded, fields)
    put(written(loaded.estimates.as_json(result)) if as_json else case.told(loaded, result))


# A question may begin with a dash: what is no option of ours is the question.
@app.command(context_settings={"ignore_unknown_options": True})
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
        loaded.warm()
        _each_line(jsonl, batch.ask_line)
        return
    if text is None:
        raise typer.BadParameter("write a question, or name a file with --jsonl")
    reply = batch.ask(text)
    if as_json:
        put(written(reply))
        return
    put(numbered(reply["text"], reply["choices"]))
    if reply["outcome"] in {"question", "clarify"}:
        # Nothing is remembered from one call to the next.
        put("\n" + loaded.templates.say("errors", "ask_again_whole"))


@app.command()
def converse(
    files: Annotated[list[str] | None, typer.Argument(metavar="FILE.yaml|- …", show_default=False)] = None,
    jsonl: Jsonl = None,
    show: Annotated[bool, typer.Option("--show", help="Print every dialogue of the files in whole.")] = False,
    city: City = None,
    day: Day = None,
    insurance: Insurance = None,
) -> None:
    """Hold one dialogue a line, or play the dialogues written in files and tell where they differ."""
    loaded = App(Settings())
    if jsonl is not None:
        if files or show:
            raise typer.BadParameter("files of dialogues and --show don't go with --jsonl")
        loaded.warm()
        _each_line(jsonl, Batch(loaded, _preset(loaded, city, day, insurance)).converse_line)
        return
    if not files:
        raise typer.BadParameter("name files of dialogues, or a file of lines with --jsonl")
    if city or day or insurance:
        raise typer.BadParameter("a file of dialogues says itself for whom and when: under preset and today")
    cities = loaded.library.cities
    try:
        # All files are read before the first is played, so that a slip in the last costs no waiting.
        read = [
            scenario
            for file in files
            for scenario in (
                scenarios.load_input(cities)
                if file == scenarios.STANDARD_INPUT
                else scenarios.load(Path(file), cities)
            )
        ]
    except scenarios.ScenarioProblem as problem:
        sys.stderr.write(f"{problem}\n")
        raise typer.Exit(2) from None
    today = loaded.settings.fixed_day or scenarios.USUAL_DAY
    if not transcripts.tell_all(loaded.dialogue, read, today, show=show):
        raise typer.Exit(1)


@app.command()
def chat(city: City = None, day: Day = None, insurance: Insurance = None) -> None:
    """Talk in the terminal."""
    # Ctrl-C is one of the ways to leave, at any moment.
    with suppress(KeyboardInterrupt):
        loaded = App(Settings())
        terminal.run(loaded, _preset(loaded, city, day, insurance))


@app.command()
def serve(
    role: Annotated[
        str, typer.Option(help="ingest: take in what comes; worker: answer and send it; all: both.")
    ] = "all",
    opens: Annotated[
        bool, typer.Option("--open", help="Open the page in a browser, where there is a screen.")
    ] = False,
) -> None:
    """Serve the page and every configured channel until told to stop; SIGHUP loads the policy files anew."""
    if role not in get_args(Role):
        raise typer.BadParameter(f"--role is one of {', '.join(get_args(Role))}")
    # Nothing is loaded yet that could be loaded anew; without this the signal would end the process.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Loaded here, for most commands need no database.
    from bot.serving import ServingError, serve, show

    def ready(address: str) -> None:
        is_read(f"The chat is at {address} in a browser. Ctrl+C stops.")
        if opens:
            # Some browsers take their time to start, and the page is to be served meanwhile.
            Thread(target=show, args=(address,), daemon=True).start()

    try:
        settings = Settings()
        serve(settings, cast("Role", role), lambda app: configured(settings, app), ready)
    except ServingError as error:
        _give_up(error)


@app.command("eval")
def evaluate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", show_default=False)],
    label: Annotated[
        str | None, typer.Option(help="What unlabelled questions are about: an id, ood or vague.")
    ] = None,
    city: City = None,
    day: Day = None,
    insurance: Insurance = None,
) -> None:
    """Score labelled questions: YAML of id -> questions, or JSON Lines with text and intents."""
    loaded = App(Settings())
    preset = _preset(loaded, city, day, insurance)
    # All files are read before the first is asked, so that a slip in the last costs no waiting.
    read = [(file, evaluation.read_questions(file, loaded.reader.subjects, label)) for file in files]
    for file, questions in read:
        for line in evaluation.lines(file, evaluation.score(loaded, questions, preset)):
            put(line)


@app.command()
def config(as_json: AsJson = False) -> None:
    """Print every setting: its value, where it comes from, and what it means. Passwords are left out."""
    settings = settings_listing.listed()
    if as_json:
        put(written(settings_listing.as_json(settings)))
        return
    for line in settings_listing.lines(settings):
        put(line)


@intents.command()
def learn() -> None:
    """Learn weights and thresholds from the files of intents, and print coverage against precision."""
    lesson = teaching.lesson(data_folder("intents"), load(data_folder("policies")).cities)
    for line in teaching.told(lesson):
        put(line)
    put(f"written: {lesson.write()}")


@intents.command("check")
def check_learned() -> None:
    """See that what was learned is what the files of intents lead to."""
    lesson = teaching.lesson(data_folder("intents"), load(data_folder("policies")).cities)
    put(teaching.compared(lesson))


@unanswered.command("export")
def export_unanswered(file: CsvFile) -> None:
    """Write the questions that weren't answered as CSV, also while the service runs."""
    from bot.serving import export_unanswered

    _exported(export_unanswered, file)


@feedback.command("export")
def export_feedback(file: CsvFile) -> None:
    """Write what people thought of the replies as CSV, also while the service runs."""
    from bot.serving import export_feedback

    _exported(export_feedback, file)


@policy.command()
def check() -> None:
    """Load every policy file, compile every rule in it, and work its examples."""
    found = checking.check(App(Settings()))
    for wrong in found.wrong:
        sys.stderr.write(f"{wrong}\n")
    put(
        f"{found.provisions} provisions and {found.calculations} calculations hold together, "
        f"{found.examples - len(found.wrong)} of {found.examples} examples come out as written "
        f"(policy version {found.version})."
    )
    if found.wrong:
        raise SystemExit(1)


@policy.command()
def show(city: Annotated[str, typer.Argument()], day: Day = None, insurance: Insurance = None) -> None:
    """Print what holds for a person on a day, with articles and figures."""
    loaded = App(Settings())
    preset = _preset(loaded, city, day, insurance)
    asked = date.fromisoformat(preset["date"]) if "date" in preset else loaded.settings.today()
    for line in listing.show(loaded.engine, city, insurance, asked):
        put(line)


@policy.command()
def coverage() -> None:
    """Print which benefits can be calculated for each place, scheme and year."""
    loaded = App(Settings())
    first = loaded.library.changes[0].year - 1
    for line in listing.coverage(loaded.engine, range(first, loaded.settings.today().year + 3)):
        put(line)


def _preset(loaded: App, city: str | None, day: str | None, insurance: str | None) -> dict[str, Any]:
    given = {"city": city, "date": day, "insurance": insurance}
    preset = {name: value for name, value in given.items() if value is not None}
    wrong = loaded.engine.wrong_fields(preset)
    if wrong:
        raise typer.BadParameter(f"--{wrong[0]} has a value that does not exist")
    return preset


def _give_up(problem: Exception) -> NoReturn:
    sys.stderr.write(f"{problem}\n")
    raise typer.Exit(1)


def _exported(export: Callable[[str, TextIO], int], file: str) -> None:
    from bot.serving import save
    from bot.storage import StorageError

    rows = StringIO(newline="")
    try:
        count = export(Settings().database_url, rows)
    except StorageError as error:
        _give_up(error)
    if file == "-":
        put(rows.getvalue().rstrip("\r\n"))
        return
    try:
        save(rows.getvalue(), Path(file))
    except OSError as error:
        raise typer.BadParameter(f"{file} can't be written: {error.strerror}") from None
    put(f"{count} written to {file}")


def _no_words(words: object) -> None:
    if words:
        raise typer.BadParameter("give either words or --jsonl, not both")


def _each_line(source: str, answer: Callable[[str], str]) -> None:
    with _opened(source) as stream:
        for line in stream:
            put(answer(line))


@contextmanager
def _opened(source: str) -> Iterator[TextIO]:
    if source == "-":
        yield sys.stdin
        return
    try:
        file = Path(source).open(encoding="utf-8-sig", errors="replace")  # noqa: SIM115
    except OSError as error:
        raise typer.BadParameter(f"the file can't be read: {error.strerror}") from None
    with file:
        yield file
