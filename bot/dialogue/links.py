"""What a link into the chat carries: a subject to be answered, or a calculation to begin.

`topic-employee_outpatient`, `calc-inpatient-hengyang`: ids of the library, short enough for any channel.
"""

import re
from dataclasses import dataclass
from typing import Literal

MOST_CHARACTERS = 64
"""Of letters, digits, dashes and underscores; a chat network takes no more, and no others."""
_PAYLOAD = re.compile(r"(?P<kind>topic|calc)-(?P<name>[a-z][a-z0-9_]*)(?:-(?P<city>[a-z]+))?")


@dataclass(frozen=True, slots=True)
class DeepLink:
    """Where a link leads: to the subject or the benefit `name`, in a city where one is named."""

    kind: Literal["topic", "calc"]
    name: str
    city: str | None = None


def payload_of(link: DeepLink) -> str:
    """Return what a link carries. Raises ValueError for what is too long or couldn't be read again."""
    payload = "-".join((link.kind, link.name, *([] if link.city is None else [link.city])))
    if link_of(payload) != link:
        raise ValueError(f"'{payload[:200]}' is no payload; use ids of the library, at most 64 characters.")
    return payload


def link_of(payload: str) -> DeepLink | None:
    """Return where a payload leads; None for what is none. The ids in it may be of no library."""
    match = _PAYLOAD.fullmatch(payload) if len(payload) <= MOST_CHARACTERS else None
    if match is None:
        return None
    return DeepLink("topic" if match["kind"] == "topic" else "calc", match["name"], match["city"])
