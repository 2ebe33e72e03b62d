"""setWebhook, and the posting of updates with its secret, again and again until they are taken."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from .errors import bad_request
from .updates import KINDS, UNASKED, Queued, Updates
from .world import World

PORTS = (443, 80, 88, 8443)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
HERE = "127.0.0.1"


@dataclass(frozen=True)
class Post:
    """One attempt to post an update; `status` is 0 where the line broke, `error` what Telegram would note."""

    update_id: int
    attempt: int
    status: int
    error: str
    time: float


@dataclass
class Webhook:
    """`first_pause` and `longest_pause` are seconds between attempts; `timeout` seconds for one."""

    world: World
    updates: Updates
    posts: list[Post] = field(default_factory=list)
    first_pause: float = 0.05
    longest_pause: float = 1.0
    timeout: float = 10.0
    secret: str = ""
    max_connections: int = 40
    ip_address: str | None = None
    last_error: Post | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _main: asyncio.Task[None] | None = None

    def install(self, fields: dict[str, Any]) -> bool:
        url = fields["url"]
        if not url:
            return self.delete(fields)
        secret = fields.get("secret_token") or ""
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad_request("secret token contains unallowed characters")
        self._check_url(url)
        self.updates.allow(fields.get("allowed_updates"))
        self._stop()
        if fields.get("drop_pending_updates"):
            self.updates.drop()
        self.secret, self.ip_address, self.last_error = secret, fields.get("ip_address"), None
        self.max_connections = min(max(fields.get("max_connections", 40), 1), 100)
        self.updates.webhook_url = url
        self.updates.terminate_polls("setWebhook request")
        self._main = asyncio.get_running_loop().create_task(self._run(url))
        return True

    def _check_url(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as problem:
            raise bad_request("invalid webhook URL specified") from problem
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise bad_request("invalid webhook URL specified")
        if parts.hostname == HERE:
            return
        if parts.scheme != "https":
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if port not in PORTS:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        raise bad_request("bad webhook: Failed to resolve host: Name or service not known")

    def delete(self, fields: dict[str, Any]) -> bool:
        self._stop()
        self.updates.webhook_url = ""
        if fields.get("drop_pending_updates"):
            self.updates.drop()
        return True

    def info(self) -> dict[str, Any]:
        written: dict[str, Any] = {
            "url": self.updates.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.queue),
        }
        if self.updates.webhook_url:
            written["max_connections"] = self.max_connections
            if self.ip_address:
                written["ip_address"] = self.ip_address
            if self.last_error is not None:
                written["last_error_date"] = int(self.last_error.time)
                written["last_error_message"] = self.last_error.error
        if self.updates.allowed != KINDS - UNASKED:
            written["allowed_updates"] = sorted(self.updates.allowed)
        return written

    def _stop(self) -> None:
        for task in (*self._tasks, *([self._main] if self._main else [])):
            task.cancel()
        self._main = None

    async def close(self) -> None:
        tasks = [*self._tasks, *([self._main] if self._main else [])]
        self._stop()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, url: str) -> None:
        """Hand each update that waits to a task of its own, one at a time for a chat."""
        event = self.updates.waiting_event()
        busy: set[int] = set()
        try:
            async with httpx.AsyncClient(timeout=self.timeout, verify=False, trust_env=False) as client:
                while True:
                    event.clear()
                    for queued in self._ready(busy):
                        busy.add(queued.lane)
                        task = asyncio.create_task(self._deliver(client, url, queued, busy))
                        self._tasks.add(task)
                        task.add_done_callback(self._tasks.discard)
                        task.add_done_callback(lambda _: event.set())
                    await event.wait()
        finally:
            self.updates.forget_event(event)

    def _ready(self, busy: set[int]) -> list[Queued]:
        ready: dict[int, Queued] = {}
        with self.updates.changed:
            for queued in self.updates.queue:
                if queued.lane not in busy and len(busy) + len(ready) < self.max_connections:
                    ready.setdefault(queued.lane, queued)
        return [*ready.values()]

    async def _deliver(self, client: httpx.AsyncClient, url: str, queued: Queued, busy: set[int]) -> None:
        pause = self.first_pause
        while True:
            queued.attempts += 1
            post, asked = await self._post(client, url, queued)
            with self.updates.changed:
                self.posts.append(post)
                if not post.error and queued in self.updates.queue:
                    self.updates.queue.remove(queued)
                self.updates.changed.notify_all()
            if not post.error:
                busy.discard(queued.lane)
                return
            self.last_error = post
            await asyncio.sleep(asked or pause)
            pause = min(2 * pause, self.longest_pause)

    async def _post(self, client: httpx.AsyncClient, url: str, queued: Queued) -> tuple[Post, float]:
        """The attempt, and the seconds the bot asked to be left alone for, 0 where it did not."""
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers[SECRET_HEADER] = self.secret
        status, error, asked = 0, "", 0.0
        try:
            answer = await client.post(url, content=json.dumps(queued.body), headers=headers)
        except httpx.TimeoutException:
            error = "Read timeout expired"
        except httpx.ConnectError:
            error = "Connection refused"
        except httpx.TransportError:
            error = "Webhook connection closed"
        else:
            status = answer.status_code
            if not answer.is_success:
                error = f"Wrong response from the webhook: {status} {answer.reason_phrase}"
                wait = answer.headers.get("Retry-After", "")
                asked = float(wait) if wait.isdecimal() else 0.0
            elif answer.content[:1] == b"{" and b'"method"' in answer.content:
                self.world.violations.append("webhook: a method in the answer is not supported by the fake")
        return Post(queued.id, queued.attempts, status, error, self.world.clock()), asked
