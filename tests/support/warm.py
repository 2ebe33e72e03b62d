"""All that answers a question, loaded once for all tests and for what is forked for them."""

from bot.app import App
from bot.language import Reader
from bot.settings import Settings, data_folder

from .shared import ENGINE, LIBRARY, TEMPLATES

TEMPLATES.load()
READER = Reader(data_folder("intents"), LIBRARY)


def app(settings: Settings | None = None) -> App:
    """Return it by these settings, which name no policies of their own. A test about loading has an App."""
    found = App(settings or Settings())
    assert found.policies_folder == data_folder("policies")
    vars(found).update(library=LIBRARY, engine=ENGINE, templates=TEMPLATES, reader=READER)
    return found
