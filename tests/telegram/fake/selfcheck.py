"""The fake held against aiogram too: what it sends must be what a bot may expect."""

import json

from aiogram.types import Update
from pydantic import TypeAdapter

from .strictness import MODELS, unknown_fields
from .telegram import FakeTelegram


def check_own_json(fake: FakeTelegram) -> None:
    """Assert that every update and every result so far fits aiogram's models, without a stray field.

    Not for tests that queue malformed updates on purpose.
    """
    for update in fake.made:
        assert [*unknown_fields(Update.model_validate_json(json.dumps(update)))] == [], update
    for request in fake.requests:
        if request.ok:
            returned = TypeAdapter(MODELS[request.method.lower()].__returning__)
            result = returned.validate_json(json.dumps(request.response["result"]))
            assert [*unknown_fields(result)] == [], request
