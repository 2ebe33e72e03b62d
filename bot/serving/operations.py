"""What operators and their programs ask over HTTP: does it live, is it ready, its figures."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.service.metrics import Metrics

_HEADERS = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether messages are taken and answered now, and of what that depends."""

    ready: bool
    database: str
    policies: str
    outbox_overdue_seconds: float


def operations(
    metrics: Metrics, alive: Callable[[], bool], readiness: Callable[[], Awaitable[Readiness]]
) -> list[BaseRoute]:
    """Return the routes: /healthz, /readyz and /metrics."""

    async def healthz(_: Request) -> Response:
        fine = alive()
        return JSONResponse({"alive": fine}, 200 if fine else 503, _HEADERS)

    async def readyz(_: Request) -> Response:
        found = await readiness()
        return JSONResponse(asdict(found), 200 if found.ready else 503, _HEADERS)

    async def figures(_: Request) -> Response:
        return Response(metrics.text(), headers={**_HEADERS, "Content-Type": metrics.content_type})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", figures)]
