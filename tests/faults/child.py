"""The real service in a process of its own, with the channel to the peer and faults injected.

Set by the environment: `ROLE`, `PEER` (port), `FAULTS` (JSON), and what the service itself reads.
"""

import json
import os
import sys
from typing import cast

from bot.service.service import Role
from bot.serving import ServingError, serve
from bot.settings import Settings

from .injected import Faults, install
from .wire import WireChannel


def main() -> int:
    faults = Faults(**json.loads(os.environ["FAULTS"]))
    install(faults)
    port = int(os.environ["PEER"])
    role = cast("Role", os.environ["ROLE"])
    try:
        serve(Settings(), role, lambda _: [WireChannel(port, patience=faults.patience)])
    except ServingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
