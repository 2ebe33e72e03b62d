"""The real service in a process of its own, with the channel to the peer and faults injected.

Set by the environment: `ROLE`, `PEER` (port), `FAULTS` (JSON), and what the service itself reads. What it
answers with is loaded already: faults of loading are told of in `tests/serving`.
"""

import json
import os
import sys
from typing import cast

from support import warm

from bot.service.service import Role
from bot.serving import ServingError, process, serve
from bot.settings import Settings

from .injected import Faults, install
from .wire import WireChannel


def main() -> int:
    faults = Faults(**json.loads(os.environ["FAULTS"]))
    install(faults)
    process._warm = warm.app
    port = int(os.environ["PEER"])
    role = cast("Role", os.environ["ROLE"])
    try:
        serve(Settings(), role, lambda _: [WireChannel(port)])
    except ServingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
