"""Trouble on demand: refusals, dead servers, answers that never come, cut connections."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal

from .errors import ApiError

Kind = Literal["fail", "hang", "cut"]


@dataclass
class Fault:
    """What befalls the next `times` requests of one method ('*' for any), or of one chat only.

    `takes_effect`: whether the request is carried out before its answer is lost.
    """

    kind: Kind
    method: str
    times: int
    chat_id: int | None = None
    takes_effect: bool = False
    error: ApiError | None = None
    page: bytes | None = None


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)

    def take(self, method: str, fields: dict[str, Any]) -> Fault | None:
        """The fault this request meets, if any; it is used up by that."""
        for fault in self.waiting:
            named = fault.method == "*" or fault.method.lower() == method.lower()
            if named and fault.chat_id in (None, fields.get("chat_id")):
                fault.times -= 1
                if fault.times == 0:
                    self.waiting.remove(fault)
                return fault
        return None


def refusal(status: int, description: str | None, retry_after: int | None) -> ApiError:
    """The error of this status in Telegram's own words unless others are given."""
    if description is None:
        description = HTTPStatus(status).phrase
        if retry_after is not None:
            description += f": retry after {retry_after}"
    return ApiError(status, description, retry_after=retry_after)
