from typing import Any

import structlog


def get(name: str) -> Any:
    return structlog.get_logger(name)


def configure(form: str, level: str, secrets: Any) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(__import__("sys").stderr))
