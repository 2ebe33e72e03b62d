"""The HTTP side: one address, every method of the Bot API checked, carried out, answered and recorded."""

import asyncio
import json
import re
import socket
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from . import answering, profile, sending
from .errors import ApiError, bad_request
from .faults import Fault, Faults
from .reading import Carried, read_request
from .sending import Call
from .strictness import MODELS, check
from .updates import Updates
from .webhook import Webhook
from .world import Request, World

PATH = re.compile(r"/bot(?P<token>[^/]+)/(?P<method>[^/]+)")
TOKEN = re.compile(r"[1-9]\d{0,16}:[A-Za-z0-9_-]{1,60}")
LARGEST_BODY = 50 * 1024 * 1024

Method = Callable[[Call], Any]
METHODS: dict[str, Method] = {
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "sendchataction": sending.send_chat_action,
    "editmessagetext": sending.edit_message_text,
    "editmessagereplymarkup": sending.edit_message_reply_markup,
    "editmessagemedia": sending.edit_message_media,
    "deletemessage": sending.delete_message,
    "answercallbackquery": answering.answer_callback_query,
    "answerinlinequery": answering.answer_inline_query,
    "getme": profile.get_me,
    "setmycommands": profile.set_my_commands,
    "getmycommands": profile.get_my_commands,
    "deletemycommands": profile.delete_my_commands,
    "setmydescription": profile.set_my_description,
    "setmyshortdescription": profile.set_my_short_description,
    "getmydescription": profile.get_my_description,
    "getmyshortdescription": profile.get_my_short_description,
    "logout": profile.log_out,
    "close": profile.close,
}
SERVED = METHODS.keys() | {"getupdates", "setwebhook", "deletewebhook", "getwebhookinfo"}


class _Silence(Response):
    """An answer that never comes: holds the line until the client gives up or the server ends."""

    def __init__(self, closing: asyncio.Event) -> None:
        super().__init__()
        self.closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waits = [asyncio.create_task(_left(receive)), asyncio.create_task(self.closing.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if self.closing.is_set():
            await Response(status_code=503)(scope, receive, send)


async def _left(receive: Receive) -> bool:
    while (await receive())["type"] != "http.disconnect":
        pass
    return True


class _Json(JSONResponse):
    """As the real server writes it, ASCII only: half a pair of UTF-16 travels too."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode()


class _Cut(Response):
    """Half an answer, then a closed line."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok":tr', "more_body": True})
        # The server closes a line whose answer was left unfinished; nothing else may follow.


class _Uvicorn(uvicorn.Server):
    """Ends as soon as it is told to: the usual loop looks only now and then, which every test would pay."""

    def __init__(self, config: uvicorn.Config, closing: asyncio.Event) -> None:
        super().__init__(config)
        self.closing = closing

    async def main_loop(self) -> None:
        await self.closing.wait()


class Server:
    """Answers on 127.0.0.1, on a free port, in a thread of its own."""

    def __init__(self, world: World, updates: Updates, webhook: Webhook, faults: Faults) -> None:
        self.world = world
        self.updates = updates
        self.webhook = webhook
        self.faults = faults
        self.latency = 0.0
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        route = Route("/{path:path}", self._answer, methods=["GET", "POST"])
        self._config = uvicorn.Config(
            Starlette(routes=[route]),
            access_log=False,
            log_config=None,
            lifespan="off",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
        )
        self._closing = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="telegram", daemon=True)
        self._ready = threading.Event()

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the fake Bot API did not start within 10 seconds")

    def stop(self) -> None:
        self.updates.closing = True
        if self.updates.loop is not None and self._thread.is_alive():
            self.updates.loop.call_soon_threadsafe(self._closing.set)
        self.updates.wake()
        self._thread.join(10)
        self._socket.close()
        if self._thread.is_alive():
            raise RuntimeError("the fake Bot API did not stop within 10 seconds")

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self.updates.loop = asyncio.get_running_loop()
        self._socket.listen(2048)
        self._ready.set()
        await _Uvicorn(self._config, self._closing).serve(sockets=[self._socket])
        await self.webhook.close()

    async def _answer(self, http: HttpRequest) -> Response:
        began, moment = self.world.clock(), asyncio.get_running_loop().time()
        carried, fault = Carried(), None
        method = http.url.path
        try:
            token, method = self._named(http)
            carried = await self._read(http)
            self._authorise(token)
            result, fault, values = await self._carry_out(http, method, carried)
            carried.fields = values
            status, body = 200, {"ok": True, "result": result}
        except ApiError as error:
            status, body = error.status, error.body()
        except _FaultMet as met:
            fault, status = met.fault, met.fault.error.status if met.fault.error else 0
            body = met.fault.error.body() if met.fault.error else {}
        except ClientDisconnect:
            # Killed in the middle of its request: nobody is left to answer, and nothing was asked.
            return Response()
        except Exception as problem:
            self._violation(method, f"the fake itself failed: {problem!r}")
            raise
        if fault is not None and fault.kind != "fail":
            status = 0
        seconds = asyncio.get_running_loop().time() - moment
        with self.world.changed:
            record = Request(method, carried.fields, carried.files, began, seconds, status, body)
            self.world.requests.append(record)
            self.world.changed.notify_all()
        return self._response(status, body, fault)

    def _response(self, status: int, body: dict[str, Any], fault: Fault | None) -> Response:
        if fault is not None and fault.kind == "hang":
            return _Silence(self._closing)
        if fault is not None and fault.kind == "cut":
            return _Cut()
        if fault is not None and fault.page is not None:
            return Response(fault.page, status, media_type="text/html")
        retry_after = body.get("parameters", {}).get("retry_after")
        headers = None if retry_after is None else {"Retry-After": str(retry_after)}
        return _Json(body, status, headers)

    def _named(self, http: HttpRequest) -> tuple[str, str]:
        match = PATH.fullmatch(http.url.path)
        if match is None:
            raise ApiError(404, "Not Found")
        return match["token"], match["method"]

    def _authorise(self, token: str) -> None:
        if TOKEN.fullmatch(token) is None:
            raise ApiError(401, "Unauthorized: invalid token specified")
        if token != self.world.token:
            raise ApiError(401, "Unauthorized")

    async def _read(self, http: HttpRequest) -> Carried:
        body = bytearray()
        too_large = int(http.headers.get("content-length", "0")) > LARGEST_BODY
        async for chunk in http.stream():
            if not too_large:
                body += chunk
        if too_large or len(body) > LARGEST_BODY:
            raise ApiError(413, "Request Entity Too Large")
        return read_request(http.headers.get("content-type", ""), http.url.query, bytes(body))

    def _violation(self, method: str, what: str) -> None:
        with self.world.changed:
            self.world.violations.append(f"{method}: {what}")

    async def _carry_out(
        self, http: HttpRequest, method: str, carried: Carried
    ) -> tuple[Any, Fault | None, dict[str, Any]]:
        name = method.lower()
        model = MODELS.get(name)
        if model is None:
            self._violation(method, "the Bot API has no such method")
            raise ApiError(404, "Not Found: method not found")
        if name not in SERVED:
            self._violation(model.__api_method__, "not supported by the fake")
            raise ApiError(404, "Not Found: method not found")
        values, wrong = check(model, carried)
        for what in wrong:
            self._violation(model.__api_method__, what)
        carried.fields = values
        if self.latency:
            await asyncio.sleep(self.latency)
        with self.world.changed:
            fault = self.faults.take(name, values)
        if fault is not None and not fault.takes_effect:
            raise _FaultMet(fault)
        if wrong:
            raise bad_request(f"{wrong[0]} (refused by the fake)")
        return await self._call(http, name, Call(self.world, values, carried.files)), fault, values

    async def _call(self, http: HttpRequest, name: str, call: Call) -> Any:
        profile.refuse_if_logged_out(call)
        if name == "getupdates":
            return await self.updates.poll(call.fields, http.is_disconnected)
        with self.world.changed:
            if name == "setwebhook":
                return self.webhook.install(call.fields)
            if name == "deletewebhook":
                return self.webhook.delete(call.fields)
            if name == "getwebhookinfo":
                return self.webhook.info()
            return METHODS[name](call)


class _FaultMet(Exception):
    """The request met a fault before it took effect."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.kind)
        self.fault = fault
