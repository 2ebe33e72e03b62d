"""One process of the service, from its settings to its end."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

import uvicorn
from sqlalchemy import make_url
from starlette.applications import Starlette

from bot.app import App
from bot.service import logs
from bot.service.protocol import Channel, UnusableError
from bot.service.service import Role, Rules, Service
from bot.serving.headers import Headers
from bot.serving.operations import Readiness, operations
from bot.serving.reloading import Reloading
from bot.serving.showing import address_of
from bot.serving.signals import Signals
from bot.serving.troubles import handlers
from bot.settings import Settings
from bot.storage import DatabaseInUseError, StorageError, opened

_OVERDUE = 60.0
"""Seconds; when a message should have been sent so long ago, nobody is sending."""
_LONGEST_LOOK = 5.0
_LOOK_EVERY = 1.0
_LAST_REQUESTS = 3
"""Seconds; so long a request that has begun may take when the process is told to stop."""

_log = logs.get(__name__)


class ServingError(Exception):
    """The service can't begin or go on: what is in its way, and how to mend it."""


class _Server(uvicorn.Server):
    """Leaves signals to this process: the service has things to finish first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(
    settings: Settings,
    role: Role,
    channels: Callable[[Callable[[], App]], Sequence[Channel]],
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until a signal says to stop: then finish, deliver and leave.

    `channels` makes the channels. It is given a function that returns what is loaded now: a channel that kept
    the App itself would keep it in memory after it has been replaced. `ready` is told where pages are served,
    once they are.
    Raises ServingError, PolicyProblem or IntentsError.
    """
    signals = Signals()
    logs.configure(settings.logs, settings.log_level, _secrets(settings))
    process = _Process(settings, _warm(settings), role, channels, ready)
    with _listening(settings) as listener:
        if not signals.stop:
            asyncio.run(process.run(listener, signals))


def _warm(settings: Settings) -> App:
    app = App(settings)
    app.warm()
    return app


def _secrets(settings: Settings) -> tuple[str, ...]:
    """Return what must stand in no log: tokens, and the passwords of the database's address."""
    found = [settings.telegram_token, settings.telegram_webhook_secret]
    if not settings.database_url.startswith("sqlite:"):
        url = make_url(settings.database_url)
        asked = (url.normalized_query.get(name, ()) for name in ("password", "sslpassword"))
        found += [url.password, *chain.from_iterable(asked)]
    return tuple(each for each in found if each)


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.getaddrinfo(settings.host, settings.port, family, socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise ServingError(
            f"BAODUOSHAO_HOST: no address is known for {settings.host!r}. Set it to an address of this "
            "machine: 127.0.0.1 to be reached from here only, 0.0.0.0 from everywhere."
        ) from None
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=256)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "unknown reason"
        raise ServingError(
            f"{settings.host} port {settings.port} can't be listened on ({reason}). "
            "Stop what has it, or set BAODUOSHAO_HOST and BAODUOSHAO_PORT to another."
        ) from None
    with listener:
        yield listener


class _Process:
    def __init__(
        self,
        settings: Settings,
        app: App,
        role: Role,
        channels: Callable[[Callable[[], App]], Sequence[Channel]],
        ready: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._ready = ready
        self._first: App | None = app
        self._service: Service | None = None
        self._role: Role = role
        self._channels = channels(self._app)
        self._stopping = asyncio.Event()
        self._failed: str | None = None

    def _app(self) -> App:
        """Return what is in force; only the service keeps it, and lets go of it when there is another."""
        app = self._first if self._service is None else self._service.app
        assert app is not None
        return app

    async def run(self, listener: socket.socket, signals: Signals) -> None:
        """Serve until told to stop. Raises ServingError, also where a part fails that is needed."""
        service = self._service = await self._prepared_unless_stopped(signals)
        self._first = None
        reloading = Reloading(service)
        tasks: set[asyncio.Task[bool]] = set()

        def reload() -> None:
            task = asyncio.create_task(reloading.reload())
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        signals.listen(self._stopping.set, reload)
        server = self._server(service)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        service.start()
        host, port = listener.getsockname()[:2]
        _log.info(
            "serving",
            role=self._role,
            channels=[channel.name for channel in self._channels],
            address=f"{host}:{port}",
            policy_version=service.app.library.version,
        )
        if self._role != "worker":
            self._ready(address_of(host, port))
        await self._until_stopped(service, serving)
        _log.info("stopping", within_seconds=self._settings.stop_seconds)
        finished = await service.stop(self._settings.stop_seconds)
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
        _log.info("stopped", all_delivered=finished)
        if self._failed is not None:
            raise ServingError(f"Stopped because {self._failed}; the log says why. Start it again.")

    async def _until_stopped(self, service: Service, serving: asyncio.Task[None]) -> None:
        """Wait until it is told to stop, or a part has failed: the next process may do better."""
        while not self._stopping.is_set():
            if serving.done():
                error = None if serving.cancelled() else serving.exception()
                _log.critical("the HTTP server has ended", exc_info=error)
                self._failed = "the HTTP server ended by itself"
            elif not service.alive:
                self._failed = "a part of the service failed"
            else:
                await self._rest(serving)
                continue
            self._stopping.set()

    async def _rest(self, serving: asyncio.Task[None]) -> None:
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({stopping, serving}, timeout=_LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()

    async def _prepared_unless_stopped(self, signals: Signals) -> Service:
        preparing = asyncio.create_task(self._prepared())
        while not preparing.done():
            await asyncio.wait({preparing}, timeout=_LOOK_EVERY)
            if signals.stop and not preparing.done():
                _log.info("stopped before anything was served")
                logging.shutdown()
                # Nothing has been taken in, and a thread may wait for a database without end.
                os._exit(0)
        return preparing.result()

    async def _prepared(self) -> Service:
        settings = self._settings
        if self._role != "all" and settings.database_url.startswith("sqlite:"):
            raise ServingError(
                f"--role {self._role} needs a database that several processes share. Set DATABASE_URL to a "
                "PostgreSQL database, or serve without --role."
            )
        try:
            store = await asyncio.to_thread(opened, settings.database_url, pool_size=settings.pool_size)
            rules = Rules(
                settings.on_ambiguous, settings.inbox_most, settings.session_days, settings.record_days
            )
            service = Service(self._app(), store, self._channels, role=self._role, rules=rules)
            await service.prepare()
            return service
        except (DatabaseInUseError, UnusableError) as error:
            raise ServingError(str(error)) from None
        except StorageError as error:
            raise ServingError(
                f"The database can't be used: {error}. `baoduoshao config` shows which one is meant."
            ) from None

    def _server(self, service: Service) -> uvicorn.Server:
        routes = operations(service.metrics, lambda: service.alive, lambda: self._readiness(service))
        if self._role != "worker":
            routes += chain.from_iterable(channel.routes for channel in self._channels)
        told = handlers(self._channels if self._role != "worker" else ())
        secure = (self._settings.public_url or "").startswith("https:")
        config = uvicorn.Config(
            # Around the whole of it, for what goes wrong inside is answered by its outermost part.
            Headers(Starlette(routes=routes, exception_handlers=told), secure=secure),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            forwarded_allow_ips=self._settings.proxies,
            http="h11",
            timeout_graceful_shutdown=_LAST_REQUESTS,
        )
        return _Server(config)

    async def _readiness(self, service: Service) -> Readiness:
        policies = service.app.library.version
        overdue = 0.0
        try:
            async with asyncio.timeout(_LONGEST_LOOK):
                overdue = await service.keeping.look_hard()
            database = "struggling" if service.struggles else "ok"
        except (StorageError, TimeoutError) as error:
            _log.warning("not ready", database=str(error) or "no answer in time")
            database = "unusable"
        ready = (
            database == "ok"
            and service.alive
            and not self._stopping.is_set()
            # Who only takes in goes on when nobody sends: what comes is kept.
            and (self._role == "ingest" or overdue <= _OVERDUE)
        )
        return Readiness(ready, database, policies, round(overdue, 3))
