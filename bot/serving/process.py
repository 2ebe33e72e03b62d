"""One process of the service, from its settings to its end."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from sqlalchemy import make_url

from bot.app import App
from bot.service import logs
from bot.service.protocol import Channel
from bot.service.service import Role, Rules, Service
from bot.serving.operations import Readiness, operations
from bot.serving.reloading import Reloading
from bot.settings import Settings
from bot.storage import DatabaseInUseError, StorageError, opened

_OVERDUE = 60.0
"""Seconds; when a message should have been sent so long ago, nobody is sending."""
_LONGEST_LOOK = 5.0

_log = logs.get(__name__)


class ServingError(Exception):
    """The service can't begin: what is in its way, and how to mend it."""


class _Server(uvicorn.Server):
    """Leaves signals to this process: the service has things to finish first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(settings: Settings, role: Role, channels: Callable[[App], Sequence[Channel]]) -> None:
    """Serve until a signal says to stop: then finish, deliver and leave.

    `channels` makes the channels from what is loaded. Raises ServingError, PolicyProblem or IntentsError.
    """
    logs.configure(settings.logs, settings.log_level, _secrets(settings))
    app = App(settings)
    app.warm()
    with _listening(settings) as listener:
        asyncio.run(_Process(settings, app, role, channels(app)).run(listener))


def _secrets(settings: Settings) -> tuple[str, ...]:
    password = (
        None if settings.database_url.startswith("sqlite:") else make_url(settings.database_url).password
    )
    return (password,) if password else ()


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=256)
    except OSError as error:
        # Python adds the address in brackets, which is named here already.
        reason = (error.strerror or "unknown reason").partition(" (")[0].lower()
        raise ServingError(
            f"{settings.host} port {settings.port} can't be listened on ({reason}). "
            "Stop what has it, or set BAODUOSHAO_HOST and BAODUOSHAO_PORT to another."
        ) from None
    with listener:
        yield listener


class _Process:
    def __init__(self, settings: Settings, app: App, role: Role, channels: Sequence[Channel]) -> None:
        self._settings = settings
        self._app = app
        self._role: Role = role
        self._channels = channels
        self._stopping = asyncio.Event()

    async def run(self, listener: socket.socket) -> None:
        service = await self._prepared()
        self._service = service
        reloading = Reloading(service)
        tasks: set[asyncio.Task[bool]] = set()

        def reload() -> None:
            task = asyncio.create_task(reloading.reload())
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, reload)
        server, serving = self._server(listener)
        service.start()
        host, port = listener.getsockname()[:2]
        _log.info(
            "serving",
            role=self._role,
            channels=[channel.name for channel in self._channels],
            address=f"{host}:{port}",
            policy_version=self._app.library.version,
        )
        if not self._channels:
            _log.warning("no channel is configured: only /healthz, /readyz and /metrics are served")
        # Who can't be asked whether he lives had better be started again.
        serving.add_done_callback(lambda _: self._stopping.set())
        await self._stopping.wait()
        _log.info("stopping", within_seconds=self._settings.stop_seconds)
        finished = await service.stop(self._settings.stop_seconds)
        server.should_exit = True
        await serving
        _log.info("stopped", all_delivered=finished)

    async def _prepared(self) -> Service:
        settings = self._settings
        if self._role != "all" and settings.database_url.startswith("sqlite:"):
            raise ServingError(
                f"--role {self._role} needs a database that several processes share. Set DATABASE_URL to a "
                "PostgreSQL database, or serve without --role."
            )
        try:
            store = await asyncio.to_thread(opened, settings.database_url, pool_size=settings.pool_size)
            rules = Rules(settings.on_ambiguous, settings.session_days, settings.record_days)
            service = Service(self._app, store, self._channels, role=self._role, rules=rules)
            await service.prepare()
            return service
        except DatabaseInUseError as error:
            raise ServingError(str(error)) from None
        except StorageError as error:
            raise ServingError(
                f"The database can't be used: {error}. `baoduoshao config` shows which one is meant."
            ) from None

    def _server(self, listener: socket.socket) -> tuple[uvicorn.Server, asyncio.Task[None]]:
        routes = operations(self._service.metrics, lambda: self._service.alive, self._readiness)
        config = uvicorn.Config(
            routes, log_config=None, access_log=False, lifespan="off", server_header=False, http="h11"
        )
        server = _Server(config)
        return server, asyncio.create_task(server.serve(sockets=[listener]))

    async def _readiness(self) -> Readiness:
        policies = self._service.app.library.version
        overdue = 0.0
        try:
            async with asyncio.timeout(_LONGEST_LOOK):
                overdue = await self._service.keeping.look_hard()
            database = "struggling" if self._service.struggles else "ok"
        except (StorageError, TimeoutError) as error:
            _log.warning("not ready", database=str(error) or "no answer in time")
            database = "unusable"
        ready = (
            database == "ok"
            and self._service.alive
            and not self._stopping.is_set()
            # Who only takes in goes on when nobody sends: what comes is kept.
            and (self._role == "ingest" or overdue <= _OVERDUE)
        )
        return Readiness(ready, database, policies, round(overdue, 3))
