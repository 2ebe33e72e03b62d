"""terms.yaml: inputs, codes, topics and figures are called something, and phrases can be filled."""

from collections.abc import Iterator, Mapping
from string import Formatter

from bot.policy.codes import BENEFITS, COST_FIELDS, INPUTS, INSURANCES, PHRASES, TOPIC_WORDS
from bot.policy.documents import Entries, rules_of
from bot.policy.fields import Changes, FigureOf, InputOf, Tests, marked
from bot.policy.figures import codes_of
from bot.policy.problem import Place, PolicyProblem, brief, did_you_mean
from bot.policy.references import figure_at
from bot.policy.schema import TermsFile
from bot.policy.strict_yaml import Source

# What a case has besides the inputs of a calculation.
_OF_CASE = ("city", "benefit", "date")


def check_words(source: Source, terms: TermsFile, entries: Entries) -> None:
    """Raise PolicyProblem where a name is missing that people will have to read, or is one of nothing."""
    _check_known(source, terms)
    for name, place, in_table in _inputs_used(entries):
        if name not in terms.inputs:
            raise _missing(
                f"terms.yaml has no name for the input {name}", source.place(["inputs"], key=True), place
            )
        # Without names of their own, yes/no values are called yes and no; a row of a table needs a name.
        if INPUTS[name].kind == "code" or name in terms.codes or in_table:
            _check_codes(source, terms, name, codes_of(name), place)
    for name in ("date", "city", "benefit", "insurance"):
        if name not in terms.inputs:
            raise _missing(f"terms.yaml has no name for the input {name}", source.place(["inputs"], key=True))
    _check_codes(source, terms, "benefit", BENEFITS)
    _check_codes(source, terms, "insurance", INSURANCES)
    for word in TOPIC_WORDS:
        if word not in terms.topics:
            raise _missing(f"terms.yaml has no words for '{word}'", source.place(["topics"], key=True))
    _check_phrases(source, terms)
    _check_topics(source, terms, entries)
    _check_figures(source, "figures", "name", terms.figures, dict(_figures(entries)))
    counted = {ref: place for ref, place in _figures(entries) if _counts(entries, ref)}
    _check_figures(source, "measures", "measure word", terms.measures, counted)


def _missing(what: str, *places: Place) -> PolicyProblem:
    return PolicyProblem(what, "Add it under this key, in the words that people use.", *places)


def _check_known(source: Source, terms: TermsFile) -> None:
    known = [*INPUTS, *_OF_CASE]
    for field, named in (("inputs", terms.inputs), ("codes", terms.codes)):
        for name in named:
            if name not in known:
                raise PolicyProblem(
                    f"there is no input '{brief(name)}'",
                    f"Look at its name, or remove it.{did_you_mean(name, known)}",
                    source.place([field, name], key=True),
                )
    for name, codes in terms.codes.items():
        allowed = BENEFITS if name == "benefit" else codes_of(name) if name in INPUTS else ()
        for code in codes:
            if code not in allowed:
                raise PolicyProblem(
                    f"'{brief(code)}' is no {name}" if allowed else f"{name} has no codes",
                    f"The codes are {', '.join(allowed)}.{did_you_mean(code, allowed)}"
                    if allowed
                    else "Remove the names for them.",
                    source.place(["codes", name, code], key=True),
                )


def _inputs_used(entries: Entries) -> Iterator[tuple[str, Place, bool]]:
    """Yield every input that a rule reads, where it does, and whether a table goes by it; some repeatedly."""
    for entry, topic, rule in rules_of(entries):
        for path, mark, value in marked(rule):
            names: list[str] = []
            match mark:
                case InputOf():
                    names = value if isinstance(value, list) else [value]
                case Tests() | Changes():
                    names = list(value)
                case FigureOf():
                    found = figure_at(entries, entry, value)
                    assert found is not None
                    names = found[0].provision.entry.figures[found[1]].by
            # A cost within scope may also be given as a whole cost and its parts.
            more = COST_FIELDS if "eligible_cost" in names else ()
            for name in (*names, *more):
                if name in INPUTS:
                    yield name, entry.place("rules", topic, *path), isinstance(mark, FigureOf)


def _check_codes(source: Source, terms: TermsFile, name: str, codes: tuple[str, ...], *places: Place) -> None:
    for code in codes:
        if code not in terms.codes.get(name, {}):
            at = source.place(["codes", name], key=True)
            raise _missing(f"terms.yaml has no name for the {name} '{code}'", at, *places)


def _check_phrases(source: Source, terms: TermsFile) -> None:
    for name, words in PHRASES.items():
        if name not in terms.phrases:
            raise _missing(f"terms.yaml has no phrase '{name}'", source.place(["phrases"], key=True))
        if not _fillable(terms.phrases[name], words):
            allowed = " ".join(f"{{{word}}}" for word in words)
            raise PolicyProblem(
                f"the phrase '{name}' has braces that can't be filled in",
                f"It may hold {allowed}." if allowed else "It takes no braces.",
                source.place(["phrases", name]),
            )


def _fillable(phrase: str, words: tuple[str, ...]) -> bool:
    try:
        fields = [(name, spec, how) for _, name, spec, how in Formatter().parse(phrase) if name is not None]
    except ValueError:
        return False
    return all(name in words and not spec and how is None for name, spec, how in fields)


def _check_topics(source: Source, terms: TermsFile, entries: Entries) -> None:
    """Each topic that a provision names is called something; a rule that is no topic itself needs no name."""
    for entry in entries.values():
        for index, topic in enumerate(entry.provision.entry.topics):
            if topic not in terms.topics:
                at = source.place(["topics"], key=True)
                raise _missing(
                    f"terms.yaml has no name for the topic '{topic}'", at, entry.place("topics", index)
                )


def _figures(entries: Entries) -> Iterator[tuple[str, Place]]:
    """Yield every figure as document/provision/name, and where it stands."""
    for ref, entry in entries.items():
        for name in entry.provision.entry.figures:
            yield f"{ref}/{name}", entry.place("figures", name, key=True)


def _counts(entries: Entries, ref: str) -> bool:
    provision, name = ref.rsplit("/", 1)
    return entries[provision].provision.entry.figures[name].unit == "count"


def _check_figures(
    source: Source, section: str, what: str, given: Mapping[str, str], figures: Mapping[str, Place]
) -> None:
    """Each of `figures` has an entry of its own in `given` or a general one, and each entry has a figure."""
    used = set()
    for ref, place in figures.items():
        name = ref.rsplit("/", 1)[1]
        taken = ref if ref in given else name
        if taken not in given:
            # A file without the section is shown where the section would go.
            spot = [source.place([section], key=True)] if given else []
            raise PolicyProblem(
                f"terms.yaml has no {what} for the figure '{name}'",
                f"Add it under {section}, in the words that people use.",
                *spot,
                place,
            )
        used.add(taken)
    for name in given:
        if name not in used:
            known = {ref.rsplit("/", 1)[1] for ref in figures}
            raise PolicyProblem(
                f"no figure takes the {what} for '{brief(name)}'",
                "Each figure of that name has its own; remove this one."
                if name in known
                else f"Look at its spelling, or remove it.{did_you_mean(name, [*known, *figures])}",
                source.place([section, name], key=True),
            )
