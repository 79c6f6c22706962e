"""What is counted appears in the exposition, and labels stay bounded."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from quart_app.observability.metrics import MOST_VALUES, Metrics


def samples(metrics: Metrics) -> dict[str, float]:
    text = metrics.exposition().decode()
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_everything_that_is_reported_is_exposed() -> None:
    metrics = Metrics()
    metrics.http_request("GET", "/terminal", 200, 0.1)
    metrics.command_finished("list | where", "ok", 0.2)
    metrics.telegram_call("messages.GetDialogs", "ok", 0.3)
    metrics.flood_wait("contacts.ResolveUsername", 37)
    metrics.socket_opened()
    metrics.socket_opened()
    metrics.socket_closed()
    metrics.live_sessions(3)
    metrics.session_ended("revoked")
    metrics.session_orphaned()
    metrics.lease_lost()
    seen = samples(metrics)
    assert seen["tcm_http_request_seconds_count['/terminal', '200', 'GET']"] == 1
    assert seen["tcm_command_seconds_sum['list', 'ok']"] == 0.2
    assert seen["tcm_telegram_call_seconds_count['messages.GetDialogs', 'ok']"] == 1
    assert seen["tcm_telegram_flood_wait_seconds_total['contacts.ResolveUsername']"] == 37
    assert (seen["tcm_sockets[]"], seen["tcm_telegram_live_sessions[]"]) == (1, 3)
    assert seen["tcm_telegram_sessions_ended_total['revoked']"] == 1
    assert (seen["tcm_telegram_orphans_total[]"], seen["tcm_leases_lost_total[]"]) == (1, 1)


def test_a_flood_of_values_makes_no_flood_of_series() -> None:
    metrics = Metrics()
    for number in range(MOST_VALUES * 3):
        metrics.http_request(f"VERB{number}", f"/{number}", 404, 0.0)
    routes = {name for name in samples(metrics) if name.startswith("tcm_http_request_seconds_count")}
    assert len(routes) == MOST_VALUES + 1
    assert samples(metrics)["tcm_http_request_seconds_count['404', 'other', 'other']"] == MOST_VALUES * 2


def test_two_apps_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.lease_lost()
    assert samples(one)["tcm_leases_lost_total[]"] == 1
    assert samples(other)["tcm_leases_lost_total[]"] == 0
