"""Every provision can be asked for: some answer, somewhere and on some day, is given from it."""

from support.shared import LIBRARY, TEMPLATES

from bot.rendering import Facts, NothingHeld
from bot.settings import data_folder

INTENTS = sorted(path.stem for path in (data_folder("templates") / "answers").glob("*.j2"))


def told() -> set[str]:
    refs: set[str] = set()
    for city in ("hengyang", "xiangtan", "changsha"):
        for insurance, other in (("employee", "resident_"), ("resident", "employee_")):
            for day in LIBRARY.changes:
                for intent in INTENTS:
                    if intent.startswith(other):
                        continue
                    facts = Facts(LIBRARY, city, insurance, day)
                    try:
                        TEMPLATES.answer(intent, facts, {})
                    except NothingHeld:
                        continue
                    refs |= {provision.ref for provision in facts.used}
    return refs


def test_every_provision_is_told_by_some_answer() -> None:
    assert set(LIBRARY.provisions) - told() == set()
