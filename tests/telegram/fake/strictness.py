"""Every request held against the method's own model in aiogram, so that this is not our idea of Telegram."""

import json
import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

from aiogram import methods
from aiogram.methods import TelegramMethod
from pydantic import BaseModel, ValidationError

from .reading import Carried

Model = type[TelegramMethod[Any]]

MODELS: dict[str, Model] = {
    model.__api_method__.lower(): model
    for model in vars(methods).values()
    if isinstance(model, type) and issubclass(model, TelegramMethod) and model is not TelegramMethod
}
TRUE, FALSE = ("true", "yes", "1"), ("false", "no", "0")


def _plain_types(annotation: Any) -> Iterator[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _plain_types(typing.get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for part in typing.get_args(annotation):
            yield from _plain_types(part)
    else:
        yield origin or annotation


@cache
def _kinds(model: Model, name: str) -> frozenset[Any]:
    return frozenset(_plain_types(model.model_fields[name].annotation))


def _decoded(kinds: frozenset[Any], value: Any) -> Any:
    """A value of a form as the type its field asks for; what does not fit stays and is refused later."""
    if not isinstance(value, str):
        return value
    if int in kinds and value.removeprefix("-").isdecimal():
        return int(value)
    if str in kinds:
        return value
    if bool in kinds:
        return True if value.lower() in TRUE else False if value.lower() in FALSE else value
    try:
        return json.loads(value)
    except ValueError:
        return value


def unknown_fields(value: Any, path: str = "") -> Iterator[str]:
    """The paths of fields that aiogram's models, from this value down, do not know."""
    if isinstance(value, BaseModel):
        for name in value.model_extra or ():
            yield f"{path}{name}"
        for name in value.model_fields_set & type(value).model_fields.keys():
            yield from unknown_fields(getattr(value, name), f"{path}{name}.")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unknown_fields(item, f"{path}{index}.")


def _attachments(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _attachments(item)
    elif isinstance(value, list):
        for item in value:
            yield from _attachments(item)
    elif isinstance(value, str) and value.startswith("attach://"):
        yield value.removeprefix("attach://")


def check(model: Model, carried: Carried) -> tuple[dict[str, Any], list[str]]:
    """The fields with their types, and what is wrong with them, in words, nothing if all is well.

    A file of the field's own name stands as `attach://<name>`, whichever way it was sent.
    """
    wrong = [f"field {name!r} came twice" for name in carried.twice]
    values: dict[str, Any] = {}
    for name, value in carried.fields.items():
        known = name in model.model_fields
        values[name] = _decoded(_kinds(model, name), value) if known else value
    for name in carried.files:
        if name in model.model_fields and name not in values:
            values[name] = f"attach://{name}"
    named = set(_attachments(values))
    wrong += [f"no file came for attach://{name}" for name in sorted(named - carried.files.keys())]
    wrong += [f"file {name!r} is used by no field" for name in sorted(carried.files.keys() - named)]
    try:
        held = model.model_validate_json(json.dumps(values), strict=True)
    except ValidationError as problem:
        for error in problem.errors(include_url=False, include_input=False):
            place = ".".join(str(part) for part in error["loc"])
            wrong.append(f"{place}: {error['msg']}")
    else:
        wrong += [f"unknown field {name!r}" for name in unknown_fields(held)]
    return values, wrong
