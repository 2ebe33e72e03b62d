"""What the service counts and times, as Prometheus reads it.

Every label takes one of a few values known beforehand, so that nothing people write can become a series.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import product
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, exposition

from bot.dialogue import STATUSES

UpdateResult = Literal["new", "duplicate", "unreadable", "dropped"]
DeliveryResult = Literal["sent", "retried", "refused", "ambiguous", "given_up"]
ReloadResult = Literal["ok", "failed"]

_STEP_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_REPLY_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)


class Metrics:
    """The figures of one service, in a registry of their own; safe to call from several threads.

    `channels` are the names of the channels it serves. A label that isn't known raises ValueError.
    """

    content_type = exposition.CONTENT_TYPE_LATEST

    def __init__(self, channels: Collection[str]) -> None:
        self._registry = registry = CollectorRegistry()
        self._updates = _counted(
            registry,
            "baoduoshao_updates_total",
            "Updates received from a channel, by what became of them.",
            channel=channels,
            result=get_args(UpdateResult),
        )
        self._replies = _counted(
            registry,
            "baoduoshao_replies_total",
            "Replies of the dialogue, by what came of the message.",
            status=STATUSES,
        )
        self._deliveries = _counted(
            registry,
            "baoduoshao_deliveries_total",
            "Attempts to send a message, by how they ended.",
            channel=channels,
            result=get_args(DeliveryResult),
        )
        self._reloads = _counted(
            registry,
            "baoduoshao_policy_reloads_total",
            "Reloads of the policy files; after a failed one the old policies stay in force.",
            result=get_args(ReloadResult),
        )
        self._step_failures = Counter(
            "baoduoshao_step_failures_total",
            "Messages on which the dialogue failed.",
            registry=registry,
        )
        self._storage_errors = Counter(
            "baoduoshao_storage_errors_total",
            "Transactions that the database refused or broke off.",
            registry=registry,
        )
        self._step_seconds = Histogram(
            "baoduoshao_step_seconds",
            "Time to understand a message and make its reply, in seconds, without storage.",
            buckets=_STEP_BUCKETS,
            registry=registry,
        )
        self._reply_seconds = Histogram(
            "baoduoshao_reply_seconds",
            "Time from the arrival of a message until its reply was sent, in seconds.",
            buckets=_REPLY_BUCKETS,
            registry=registry,
        )
        self._inbox_waiting = Gauge(
            "baoduoshao_inbox_waiting", "Messages received and not yet worked on.", registry=registry
        )
        self._outbox_waiting = Gauge(
            "baoduoshao_outbox_waiting", "Messages written and not yet sent.", registry=registry
        )
        self._outbox_oldest = Gauge(
            "baoduoshao_outbox_oldest_seconds",
            "Age of the oldest message not yet sent, in seconds; 0 where none waits.",
            registry=registry,
        )
        self._days_left = Gauge(
            "baoduoshao_document_days_left",
            "Days until a policy document's last day; below 0 after it.",
            ("document",),
            registry=registry,
        )
        self._policy = Info(
            "baoduoshao_policy", "The policies in force, by their version.", registry=registry
        )
        self._documents: frozenset[str] = frozenset()

    def update(self, channel: str, result: UpdateResult) -> None:
        """Count an update that a channel brought."""
        self._updates[channel, result].inc()

    def reply(self, status: str) -> None:
        """Count a reply by its status, one of the dialogue's STATUSES."""
        self._replies[status,].inc()

    def delivery(self, channel: str, result: DeliveryResult) -> None:
        """Count an attempt to send one message."""
        self._deliveries[channel, result].inc()

    def step_failure(self) -> None:
        """Count a message on which the dialogue failed."""
        self._step_failures.inc()

    def storage_error(self) -> None:
        """Count a transaction that failed."""
        self._storage_errors.inc()

    def policy_reload(self, result: ReloadResult) -> None:
        """Count a reload of the policy files."""
        self._reloads[result,].inc()

    def step_took(self, seconds: float) -> None:
        """Note how long one step of the dialogue took."""
        self._step_seconds.observe(seconds)

    def reply_took(self, seconds: float) -> None:
        """Note how long a person waited, from the arrival of the message until the reply was sent."""
        self._reply_seconds.observe(seconds)

    def waiting(self, inbox: int, outbox: int, outbox_oldest_seconds: float) -> None:
        """Set how many messages wait on either side, and for how long the oldest has waited to be sent."""
        self._inbox_waiting.set(inbox)
        self._outbox_waiting.set(outbox)
        self._outbox_oldest.set(outbox_oldest_seconds)

    def policies(self, version: str, days_left: Mapping[str, int]) -> None:
        """Set the policies in force: their version, and the days left of documents that run out, by id."""
        self._policy.info({"version": version})
        for document, days in days_left.items():
            self._days_left.labels(document).set(days)
        for document in self._documents - days_left.keys():
            self._days_left.remove(document)
        self._documents = frozenset(days_left)

    def text(self) -> bytes:
        """Return all figures in the text format, for `content_type`."""
        return exposition.generate_latest(self._registry)


class _Series(dict[tuple[str, ...], Counter]):
    def __init__(self, name: str, series: Iterable[tuple[tuple[str, ...], Counter]]) -> None:
        super().__init__(series)
        self._name = name

    def __missing__(self, labels: tuple[str, ...]) -> Counter:
        raise ValueError(f"{self._name} has no series for {', '.join(map(repr, labels))}")


def _counted(registry: CollectorRegistry, name: str, meaning: str, /, **labels: Collection[str]) -> _Series:
    """Return a counter's series by their labels, each at 0 from the start so that its first rise is seen."""
    counter = Counter(name, meaning, tuple(labels), registry=registry)
    combined = product(*(sorted(values) for values in labels.values()))
    return _Series(name, ((values, counter.labels(*values)) for values in combined))
