"""One case as a person writes it at the command line, and what it comes to in words."""

from collections.abc import Sequence
from typing import Any

from bot.app import App
from bot.channels.jsonl import fit_name
from bot.engine import Estimate, InputError, Invalid, Needs, codes_of
from bot.policy.codes import BENEFITS, INPUTS

_NOT_GIVEN = "null"
_CHOOSE = frozenset({"unknown_code", "not_a_code", "not_yes_no"})


def worked_out(app: App, fields: Sequence[str]) -> Estimate | Invalid:
    """Return what the case of `FIELD=VALUE` parts comes to; a field may stand there once."""
    request: dict[str, Any] = {}
    twice: dict[str, InputError] = {}
    for field in fields:
        name, _, value = field.partition("=")
        name = name.strip()
        if name in request:
            twice[name] = InputError(fit_name(name), "twice")
        request[name] = None if value.strip() == _NOT_GIVEN else value
    if twice:
        return Invalid(tuple(twice.values()))
    return app.engine.estimate_request(request, app.settings.today())


def told(app: App, result: Estimate | Invalid) -> str:
    """Return a result as a person reads it; where something is missing or wrong, how to complete the case."""
    say = app.templates.say
    if isinstance(result, Invalid):
        wrong = [
            {
                **_field(app, error.field, choose=error.code in _CHOOSE),
                "message": say("errors", error.code),
            }
            for error in result.errors
        ]
        return say("errors", "unusable", fields=wrong)
    if isinstance(result, Needs):
        lacking = [_field(app, name, result.case.benefit, choose=True) for name in result.missing]
        return say("errors", "lacking", question=app.estimates.question(result.missing[0]), fields=lacking)
    return app.dialogue.tell(result)


def _field(app: App, name: str, benefit: str | None = None, *, choose: bool) -> dict[str, Any]:
    """Return what a field is called, and its codes where one of them is to be written."""
    codes = _codes(app, name, benefit) if choose else {}
    return {
        "name": name,
        "called": app.library.terms.inputs.get(name, ""),
        "codes": [{"code": code, "called": called} for code, called in codes.items()],
    }


def _codes(app: App, name: str, benefit: str | None) -> dict[str, str]:
    """Return the codes of a field for a benefit and what each is called; none for amounts and numbers."""
    terms = app.library.terms
    if name == "city":
        return {city.code: city.short for city in app.library.cities.values()}
    named = terms.codes.get(name, {})
    if name == "benefit":
        return {code: named.get(code, code) for code in BENEFITS}
    if name not in INPUTS:
        return {}
    field = INPUTS[name]
    if field.kind == "yes_no":
        return {"true": terms.topics["yes"], "false": terms.topics["no"], **named}
    return {code: named.get(code, code) for code in codes_of(name, benefit)}
