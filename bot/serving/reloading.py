"""New policy files, words and phrases in a running service: taken whole after a full check, or not at all."""

import asyncio
import gc

from bot.app import App
from bot.checking import check
from bot.language import IntentsError
from bot.policy import PolicyProblem
from bot.service.logs import get
from bot.service.service import Service

_log = get(__name__)


class Reloading:
    """Reloads on request, one at a time."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._one_at_a_time = asyncio.Lock()

    async def reload(self) -> bool:
        """Return whether the files were fit to be taken; else those from before stay in force."""
        async with self._one_at_a_time:
            before = self._service.app.library.version
            try:
                after = App(self._service.app.settings)
                checked = await asyncio.to_thread(_checked, after)
            except (PolicyProblem, IntentsError) as problem:
                return self._refused(str(problem))
            except Exception as error:
                _log.exception("policies could not be reloaded")
                return self._refused(type(error).__name__)
            if checked:
                return self._refused("; ".join(checked))
            self._service.app = after
            # What was loaded before refers to itself in circles, and few collections reach so old a thing.
            gc.collect()
            self._service.metrics.policy_reload("ok")
            _log.info("policies reloaded", before=before, now=after.library.version)
            return True

    def _refused(self, why: str) -> bool:
        self._service.metrics.policy_reload("failed")
        version = self._service.app.library.version
        _log.error("policies not reloaded, those from before stay", reason=why, policy_version=version)
        return False


def _checked(app: App) -> tuple[str, ...]:
    """Load all of it, and return each example that comes out otherwise than written."""
    app.warm()
    return check(app).wrong
