"""Logs of ours and of every library, in one form on stderr, without secrets and private numbers."""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, cast

import structlog
from structlog.typing import EventDict, Processor, ProcessorReturnValue, WrappedLogger

from bot.service.redacting import Redactor

# At INFO and below these write addresses with tokens, or what people wrote; alembic tells nothing of use.
_KEPT_QUIET = ("httpx", "httpcore", "uvicorn.access", "alembic")
# At any level this one writes what people wrote; its callers tell of its troubles.
_SILENT = "telegram"
# Handlers of a library's own would write past ours.
_WITH_HANDLERS = ("uvicorn", "uvicorn.error", *_KEPT_QUIET)
_CRASHES = "bot.crash"


def get(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger for events with values: `log.info("message sent", attempts=2)`."""
    return structlog.stdlib.get_logger(name)


def configure(form: Literal["console", "json"], level: str, secrets: Iterable[str]) -> None:
    """Write all logs, warnings and uncaught exceptions from `level` on to stderr, redacted.

    `level` is a name such as `info`. `secrets` never appear, nor do bot tokens, passwords in addresses and
    private numbers. Libraries that tell too much are heard from WARNING on. May be called again. uvicorn
    must be given `log_config=None`. Raises ValueError for an unknown level.
    """
    least = logging.getLevelNamesMapping().get(level.upper())
    if least is None:
        raise ValueError(f"no such log level: {level!r}; use debug, info, warning, error or critical")
    redactor = Redactor(secrets)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = _Stderr()
    handler.setFormatter(_Formatter(form, redactor))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(least)
    for name in _WITH_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _KEPT_QUIET:
        logging.getLogger(name).setLevel(max(least, logging.WARNING))
    logging.getLogger(_SILENT).setLevel(logging.CRITICAL + 1)
    logging.captureWarnings(True)
    sys.excepthook = _log_crash
    threading.excepthook = _log_crash_of_thread


class _Stderr(logging.Handler):
    """Writes to the stderr of the moment, a record at once."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Do nothing: the library's own way would print the arguments as they are."""


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Formats every record, also one whose arguments don't fit its message."""

    def __init__(self, form: Literal["console", "json"], redactor: Redactor) -> None:
        self._redactor = redactor
        super().__init__(
            processors=[
                structlog.processors.format_exc_info,
                self._redacted,
                _one_line_json if form == "json" else _Console(),
            ]
        )

    def format(self, record: logging.LogRecord) -> str:
        try:
            return super().format(record)
        except Exception:
            plain = logging.makeLogRecord(
                {**record.__dict__, "args": (), "exc_info": None, "stack_info": None}
            )
            plain.msg = f"unreadable log record: {self._redactor.value(record.msg)}"
            for name in ("_logger", "_name"):
                plain.__dict__.pop(name, None)
            return super().format(plain)

    def _redacted(self, logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
        """Return the event with its head first; time and level are ours and need no redaction."""
        record: logging.LogRecord = event.pop("_record")
        event.pop("_from_structlog", None)
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"timestamp": time.replace("+00:00", "Z"), "level": record.levelname.lower()}
        clean = cast("EventDict", self._redactor.value({"event": "", **event}))
        named = {"logger": self._redactor.text(record.name), "event": clean.pop("event")}
        return head | named | {key: each for key, each in clean.items() if key not in {*head, *named}}


def _one_line_json(logger: WrappedLogger, name: str, event: EventDict) -> str:
    return json.dumps(event, ensure_ascii=False, allow_nan=False)


class _Console:
    """Renders for people: one line an event, its traceback set in below so that it passes for no event."""

    def __init__(self) -> None:
        colors = sys.stderr is not None and sys.stderr.isatty()
        self._render: Processor = structlog.dev.ConsoleRenderer(
            colors=colors, sort_keys=False, exception_formatter=structlog.dev.plain_traceback
        )

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> ProcessorReturnValue:
        below = [str(event.pop(key)) for key in ("stack", "stack_info", "exception") if key in event]
        line = {key: _on_one_line(each) for key, each in event.items()}
        rendered = str(self._render(logger, name, line))
        return "\n    ".join([rendered, *(part for each in below for part in each.splitlines())])


def _on_one_line(value: object) -> object:
    return value.replace("\n", "\\n") if isinstance(value, str) else value


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(_CRASHES).critical("uncaught exception", exc_info=(kind, error, trace))


def _log_crash_of_thread(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None and not issubclass(crash.exc_type, SystemExit):
        where = crash.thread.name if crash.thread else "unknown"
        logging.getLogger(_CRASHES).critical(
            "uncaught exception in thread %s",
            where,
            exc_info=(crash.exc_type, crash.exc_value, crash.exc_traceback),
        )


def where(error: BaseException) -> str:
    """Return the kind of an error and where it arose; its own words may hold what a person said."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join([type(error).__name__, *(f"{each.name}:{each.lineno}" for each in reversed(frames))])
