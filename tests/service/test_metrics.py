"""What Prometheus reads of the service: names, labels, and values that follow what happened."""

from collections.abc import Callable, Iterable
from typing import get_args

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from bot.dialogue import STATUSES
from bot.service.metrics import DeliveryResult, Metrics, ReloadResult, UpdateResult

CHANNELS = ("memory", "web")
KINDS = {
    "baoduoshao_updates": "counter",
    "baoduoshao_replies": "counter",
    "baoduoshao_deliveries": "counter",
    "baoduoshao_step_failures": "counter",
    "baoduoshao_storage_errors": "counter",
    "baoduoshao_policy_reloads": "counter",
    "baoduoshao_step_seconds": "histogram",
    "baoduoshao_reply_seconds": "histogram",
    "baoduoshao_inbox_waiting": "gauge",
    "baoduoshao_outbox_waiting": "gauge",
    "baoduoshao_outbox_oldest_seconds": "gauge",
    "baoduoshao_document_days_left": "gauge",
    "baoduoshao_policy_info": "gauge",
}


def samples(metrics: Metrics) -> list[Sample]:
    families = text_string_to_metric_families(metrics.text().decode())
    return [sample for family in families for sample in family.samples]


def value(metrics: Metrics, name: str, **labels: str) -> float:
    [found] = [each.value for each in samples(metrics) if each.name == name and each.labels == labels]
    return found


def series(metrics: Metrics, name: str) -> set[tuple[str, ...]]:
    return {tuple(each.labels.values()) for each in samples(metrics) if each.name == name}


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(CHANNELS)


def test_every_figure_has_its_kind_and_a_meaning(metrics: Metrics) -> None:
    families = list(text_string_to_metric_families(metrics.text().decode()))
    told = {family.name: family.type for family in families if not family.name.endswith("_created")}
    assert told == KINDS
    assert all(family.documentation.endswith(".") for family in families if family.name in KINDS)


def test_two_services_in_one_process_count_apart(metrics: Metrics) -> None:
    other = Metrics(CHANNELS)
    metrics.storage_error()
    assert value(metrics, "baoduoshao_storage_errors_total") == 1
    assert value(other, "baoduoshao_storage_errors_total") == 0


def pairs(results: Iterable[str]) -> set[tuple[str, ...]]:
    return {(channel, result) for channel in CHANNELS for result in results}


def test_every_series_of_a_counter_is_there_before_it_rises(metrics: Metrics) -> None:
    assert series(metrics, "baoduoshao_updates_total") == pairs(get_args(UpdateResult))
    assert series(metrics, "baoduoshao_deliveries_total") == pairs(get_args(DeliveryResult))
    assert series(metrics, "baoduoshao_replies_total") == {(status,) for status in STATUSES}
    assert series(metrics, "baoduoshao_policy_reloads_total") == {(r,) for r in get_args(ReloadResult)}


def test_counters_rise_where_something_happened_and_nowhere_else(metrics: Metrics) -> None:
    metrics.update("web", "new")
    metrics.update("web", "new")
    metrics.update("memory", "duplicate")
    metrics.delivery("web", "given_up")
    metrics.reply("estimated")
    metrics.policy_reload("failed")
    metrics.step_failure()
    risen = {
        (each.name, *each.labels.values()): each.value
        for each in samples(metrics)
        if each.name.endswith("_total") and each.value
    }
    assert risen == {
        ("baoduoshao_updates_total", "web", "new"): 2,
        ("baoduoshao_updates_total", "memory", "duplicate"): 1,
        ("baoduoshao_deliveries_total", "web", "given_up"): 1,
        ("baoduoshao_replies_total", "estimated"): 1,
        ("baoduoshao_policy_reloads_total", "failed"): 1,
        ("baoduoshao_step_failures_total",): 1,
    }


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (lambda m: m.reply("pleased"), "baoduoshao_replies_total has no series for 'pleased'"),
        (lambda m: m.update("fax", "new"), "baoduoshao_updates_total has no series for 'fax', 'new'"),
        (lambda m: m.update("web", "lost"), "baoduoshao_updates_total has no series for 'web', 'lost'"),
        (lambda m: m.delivery("web", "ok"), "baoduoshao_deliveries_total has no series for 'web', 'ok'"),
        (lambda m: m.policy_reload("sent"), "baoduoshao_policy_reloads_total has no series for 'sent'"),
    ],
)
def test_an_unknown_label_is_an_error_and_makes_no_series(
    count: Callable[[Metrics], None], told: str, metrics: Metrics
) -> None:
    before = [(each.name, each.labels) for each in samples(metrics)]
    with pytest.raises(ValueError, match="has no series for") as caught:
        count(metrics)
    assert str(caught.value) == told
    assert [(each.name, each.labels) for each in samples(metrics)] == before


@pytest.mark.parametrize("name", ["step", "reply"])
def test_times_are_kept_in_seconds(name: str, metrics: Metrics) -> None:
    note = metrics.step_took if name == "step" else metrics.reply_took
    note(0.04)
    note(9000)
    family = f"baoduoshao_{name}_seconds"
    assert value(metrics, f"{family}_count") == 2
    assert value(metrics, f"{family}_sum") == pytest.approx(9000.04)
    assert value(metrics, f"{family}_bucket", le="0.025") == 0
    assert value(metrics, f"{family}_bucket", le="0.05") == 1
    assert value(metrics, f"{family}_bucket", le="+Inf") == 2


def test_what_waits_is_told_as_it_was_last(metrics: Metrics) -> None:
    metrics.waiting(inbox=5, outbox=7, outbox_oldest_seconds=12.5)
    metrics.waiting(inbox=3, outbox=1, outbox_oldest_seconds=0.5)
    assert value(metrics, "baoduoshao_inbox_waiting") == 3
    assert value(metrics, "baoduoshao_outbox_waiting") == 1
    assert value(metrics, "baoduoshao_outbox_oldest_seconds") == 0.5


def test_after_a_reload_only_the_new_policies_are_told(metrics: Metrics) -> None:
    metrics.policies("one", {"a": 30, "b": -2})
    metrics.policies("two", {"b": -3, "c": 400})
    assert value(metrics, "baoduoshao_policy_info", version="two") == 1
    assert series(metrics, "baoduoshao_policy_info") == {("two",)}
    assert series(metrics, "baoduoshao_document_days_left") == {("b",), ("c",)}
    assert value(metrics, "baoduoshao_document_days_left", document="b") == -3


def test_the_text_says_its_own_kind(metrics: Metrics) -> None:
    assert metrics.content_type.startswith("text/plain; version=")
    assert metrics.text().endswith(b"\n")
