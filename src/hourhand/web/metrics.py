"""`/metrics`: how the server does, in the words of Prometheus, for whoever has the token that the operator chose.

What a process counts itself, it counts from its start on. What waits is asked of the database at each visit, so
servers that share one tell the same of it. Nothing here names a person or a thing.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from hourhand.api import http
from hourhand.api.edge import Scope
from hourhand.api.http import House
from hourhand.core import backlog
from hourhand.core.backlog import Backlog
from hourhand.core.jobs import State
from hourhand.db import DatabaseError
from hourhand.db.tally import Tally

PATH = "/metrics"
# To which Litestar adds the charset.
_PLAIN = "text/plain; version=0.0.4"
# What was asked for and is nowhere, or was refused before it was looked for.
NO_ROUTE = "none"
_OPEN_METRICS = "application/openmetrics-text"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
_Series = tuple[Callable[[], None], Callable[[float], None]]
_UNFINISHED = [state for state in get_args(State) if state != "finished"]


class Metrics:
    """What one application counts. `kinds` are the jobs to tell of even where there are none."""

    def __init__(self, tally: Tally, kinds: Iterable[str]) -> None:
        # For the whole process, but nobody else is in it: when a series began doubles the page, and few ask.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._tally = tally
        self._kinds = tuple(kinds)
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "hourhand_http_requests",
            "Requests by method, route and status; a status of none is a caller who left before the answer.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._durations = Histogram(
            "hourhand_http_request_duration_seconds",
            "Time from a request's head to the end of its answer, by route.",
            ["route"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        # Found once for each: to look a series up by its labels takes longer than to count.
        self._series: dict[tuple[str, str, int | None], _Series] = {}

    def measure(self, method: str, scope: Scope, status: int | None, seconds: float) -> None:
        """Count a request, by the route that it took: paths are as many as callers like."""
        key = method, scope.get("path_template", NO_ROUTE), status
        series = self._series.get(key)
        if series is None:
            series = self._begun(*key)
        series[0]()
        series[1](seconds)

    def page(self, found: Backlog | None, *, open_metrics: bool = False) -> bytes:
        """All there is to tell; without a backlog, that the database does not answer."""
        told = _Together(self._registry, [*self._storage(found), *(self._backlog(found) if found else ())])
        write: Callable[[Collector], bytes] = openmetrics.generate_latest if open_metrics else generate_latest
        return write(told)

    def _begun(self, method: str, route: str, status: int | None) -> _Series:
        count = self._requests.labels(method if method in _METHODS else "other", route, str(status or "none"))
        series = count.inc, self._durations.labels(route).observe
        # Of others there are as many as callers like.
        if method in _METHODS:
            self._series[method, route, status] = series
        return series

    def _storage(self, found: Backlog | None) -> Iterator[Metric]:
        yield CounterMetricFamily("hourhand_writes", "Writes that this process committed.", self._tally.writes)
        yield CounterMetricFamily("hourhand_commits", "Commits that carried these writes.", self._tally.commits)
        yield GaugeMetricFamily("hourhand_database_up", "Whether the database answers.", found is not None)

    def _backlog(self, found: Backlog) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("hourhand_jobs", "Jobs not finished, by kind and state.", labels=["kind", "state"])
        none = {(kind, state): 0 for kind in self._kinds for state in _UNFINISHED}
        for labels, count in (none | found.jobs).items():
            jobs.add_metric(labels, count)
        yield jobs
        for name, meaning, value in (
            ("deliveries_waiting", "Deliveries of webhooks not made yet.", found.deliveries),
            ("lanes_failing", "Lanes of webhooks whose last delivery failed.", found.failing_lanes),
            (
                "subscriptions_failing",
                "Webhooks that took nothing of late.",
                found.failing_subscriptions,
            ),
            ("oldest_delivery_seconds", "Age of the oldest delivery not made yet.", found.oldest_delivery),
            ("oldest_event_seconds", "Age of the oldest event not yet made deliveries of.", found.oldest_event),
        ):
            yield GaugeMetricFamily(f"hourhand_webhook_{name}", meaning, value)


def handler(metrics: Metrics) -> HTTPRouteHandler:
    """The page with what `metrics` has counted."""

    @get(PATH, include_in_schema=False)
    async def get_metrics(request: Request[Any, Any, Any]) -> Response[Any]:
        house: House = request.app.state.house
        if not _has_token(request, house.settings.metrics_token):
            return http.text(401, "401 unauthorized", {"WWW-Authenticate": "Bearer"})
        found = await _looked_for(house)
        open_metrics = _OPEN_METRICS in (http.header_of(request, b"accept") or "")
        # Beside the loop: it is a page of some thousand lines.
        body = await asyncio.to_thread(metrics.page, found, open_metrics=open_metrics)
        return Response(body, media_type=openmetrics.CONTENT_TYPE_LATEST if open_metrics else _PLAIN)

    return get_metrics


async def _looked_for(house: House) -> Backlog | None:
    try:
        return await house.database.read_long(backlog.of)
    except DatabaseError:
        return None


def _has_token(request: Request[Any, Any, Any], token: str) -> bool:
    scheme, _, given = (http.header_of(request, b"authorization") or "").partition(" ")
    return hmac.compare_digest(given.strip().encode(), token.encode()) and scheme.lower() == "bearer"


class _Together(Collector):
    """A registry, and what was found out for this visit alone."""

    def __init__(self, registry: CollectorRegistry, found: list[Metric]) -> None:
        self._registry = registry
        self._found = found

    def collect(self) -> Iterator[Metric]:
        yield from self._registry.collect()
        yield from self._found
