"""For how long something is kept, so that a person who asks is told the truth."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retention:
    """Days: of a talk since its last message, of unanswered questions and ratings, of messages themselves."""

    session_days: int
    record_days: int
    message_days: int = 7
