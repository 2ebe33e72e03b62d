"""Data of a file -> its model, and pydantic's errors turned into ours: the place, and how to mend it."""

import types
from datetime import date
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from bot.policy.fields import FigureRef, Misfit, Name, Path, ProvisionId, ProvisionRef, Slug, Topic
from bot.policy.problem import PolicyProblem, brief, did_you_mean
from bot.policy.strict_yaml import Source

_Model = TypeVar("_Model", bound=BaseModel)

_UNKNOWN_KEY = "unknown key"
_TYPES = {
    "string_type": "text",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "dict_type": "a mapping of keys",
    "list_type": "a list",
    "bool_type": "true or false",
    "date_type": "a day like 2023-01-01",
}


def _pattern(form: Any) -> str:
    return str(get_args(form)[1].pattern)


_FORMS = {
    _pattern(Slug): "small letters, digits and hyphens, like hunan-2022-66",
    _pattern(ProvisionId): 'two numbers with a point between, in quotes, like "3.16"',
    _pattern(Name): "small letters, digits and underscores, beginning with a letter, like hospital_level",
    _pattern(Topic): "a word like inpatient, or two with a slash between, like inpatient/route",
    _pattern(FigureRef): "provision/figure or document/provision/figure, like 3.16/deductible",
    _pattern(ProvisionRef): "document/provision, like hunan-2022-66/0.6",
}


def read_model(source: Source, model: type[_Model]) -> _Model:
    """Return the data of `source` as `model`. Raises PolicyProblem for the first thing that doesn't fit."""
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        problems = [_translated(source, each, model) for each in error.errors(include_url=False)]
    # A misspelt key is also a missing one; the misspelling says more.
    raise min(problems, key=_rank)


def _rank(problem: PolicyProblem) -> tuple[bool, int, int]:
    place = problem.places[0]
    return not problem.what.startswith(_UNKNOWN_KEY), place.line, place.column


def _translated(source: Source, error: Any, model: type[BaseModel]) -> PolicyProblem:
    inner, path = _walk(model, error["loc"])
    kind: str = error["type"]
    given: object = error.get("input")
    last = str(path[-1]) if path else ""
    of_key = "[key]" in error["loc"]
    match kind:
        case "value_error":
            misfit = error["ctx"]["error"]
            assert isinstance(misfit, Misfit)
            place = source.place([*path, *misfit.path], key=misfit.key)
            return PolicyProblem(misfit.what, misfit.mend, place)
        case "extra_forbidden":
            allowed = sorted(getattr(inner, "model_fields", ()))
            mend = f"Allowed here: {', '.join(allowed)}.{did_you_mean(last, allowed)}"
            return PolicyProblem(f"{_UNKNOWN_KEY} '{brief(last)}'", mend, source.place(path, key=True))
        case "missing":
            return PolicyProblem(
                f"the key '{last}' is missing", f"Add '{last}: …' to this entry.", source.place(path[:-1])
            )
        case "union_tag_not_found":
            parts = ", ".join(_parts(inner))
            return PolicyProblem(
                "this step has no part", f"Add 'part: …', one of {parts}.", source.place(path)
            )
        case "union_tag_invalid":
            parts = ", ".join(_parts(inner))
            tag = str(error["ctx"]["tag"])
            mend = f"The parts are {parts}.{did_you_mean(tag, _parts(inner))}"
            return PolicyProblem(f"there is no part '{brief(tag)}'", mend, source.place([*path, "part"]))
    return PolicyProblem(*_said(kind, given, last, error), source.place(path, key=of_key))


def _said(kind: str, given: object, last: str, error: Any) -> tuple[str, str]:
    """Return what is wrong with one value, and the mend."""
    context = error.get("ctx", {})
    match kind:
        case "literal_error":
            words = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
            return (
                f"'{brief(given)}' is not one of the words allowed here",
                f"Write {context['expected']}.{did_you_mean(str(given), words)}",
            )
        case "string_pattern_mismatch":
            return (
                f"'{brief(given)}' doesn't have the form needed here",
                f"Write {_FORMS[context['pattern']]}.",
            )
        case "string_too_short":
            return "this text is empty", "Write the text."
        case "string_too_long":
            return f"this text is longer than {context['max_length']} characters", "Shorten it."
        case "too_short":
            least = context["min_length"]
            return (
                "this is empty" if least == 1 else f"this needs at least {least} entries",
                "Add what belongs here.",
            )
        case _ if kind in _TYPES:
            wanted = _TYPES[kind]
            mend = f"Write {wanted}."
            if kind == "string_type" and isinstance(given, int | date):
                mend = f'Put it in quotes: "{brief(given)}".'
            elif kind in {"bool_type", "date_type"} and isinstance(given, str):
                mend = f"Write {wanted}, without quotes."
            elif kind == "list_type" and isinstance(given, str):
                mend = f"Put it in brackets: [{brief(given)}]."
            return f"{wanted} is expected here, not {_named(given)}", mend
        case _:
            message = str(error["msg"])
            return message[0].lower() + message[1:], f"Correct '{brief(last) or 'this entry'}'."


def _named(value: object) -> str:
    match value:
        case bool():
            return f"{brief(value)} (true or false)"
        case int():
            return f"the number {brief(value)}"
        case date():
            return f"the day {value}"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return "text"


def _walk(model: Any, location: tuple[str | int, ...]) -> tuple[Any, Path]:
    """Return the type that stands at pydantic's `location`, and the path to it in the file.

    pydantic also names the part chosen of a union and that a key is meant; a file has no such steps.
    """
    inner: Any = model
    path: Path = ()
    for step in location:
        owner = _bare(inner)
        if isinstance(owner, type) and issubclass(owner, BaseModel):
            # What isn't a field is an unknown key: the owner tells what would be known.
            inner = owner.model_fields[str(step)].annotation if step in owner.model_fields else owner
            path = (*path, step)
        elif get_origin(owner) in {dict, list}:
            if step != "[key]":
                inner = get_args(owner)[-1]
            path = (*path, step) if step != "[key]" else path
        elif get_origin(owner) in {Union, types.UnionType}:
            inner = next((m for m in get_args(owner) if _part(m) == step), inner)
    return _bare(inner), path


def _bare(annotation: Any) -> Any:
    """Return an annotation without its metadata, and without the None that an optional field allows."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
            continue
        members = [m for m in get_args(annotation) if m is not type(None)]
        if get_origin(annotation) not in {Union, types.UnionType} or len(members) != 1:
            return annotation
        annotation = members[0]


def _parts(union: Any) -> list[str]:
    return [_part(member) for member in get_args(union)]


def _part(model: Any) -> str:
    """Return the word that tells a part from the others; nothing for what is no part."""
    field = getattr(model, "model_fields", {}).get("part")
    literal = field.annotation if field is not None else None
    return str(get_args(literal)[0]) if get_origin(literal) is Literal else ""
