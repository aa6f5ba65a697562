"""What Prometheus is told."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class Metrics:
    """The metrics of one server; `gauge` adds what is asked for when they are read."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self._requests = Counter(
            "hivemind_http_requests",
            "Requests that were answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "hivemind_http_request_duration_seconds",
            "How long answers took, to their first byte.",
            ("method", "route"),
            registry=self.registry,
            buckets=_BUCKETS,
        )
        self._refused = Counter(
            "hivemind_http_refused",
            "Requests that were refused before they reached a route.",
            ("reason",),
            registry=self.registry,
        )
        self.in_flight = 0
        self.gauge("hivemind_http_requests_in_flight", "Requests being answered.", self._in_flight)
        # Routes and statuses are few: what labels() finds is kept.
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._timers: dict[tuple[str, str], Histogram] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer; `route` is a template, never a path that somebody chose."""
        if method not in _METHODS:
            method = "other"
        counter = self._counters.get((method, route, status))
        if counter is None:
            counter = self._requests.labels(method, route, str(status))
            self._counters[method, route, status] = counter
        timer = self._timers.get((method, route))
        if timer is None:
            timer = self._timers[method, route] = self._seconds.labels(method, route)
        counter.inc()
        timer.observe(seconds)

    def refused(self, reason: str) -> None:
        """Count what was refused; `reason` is one of a few words."""
        self._refused.labels(reason).inc()

    def gauge(self, name: str, text: str, read: Callable[[], Mapping[str, float]], label: str = "") -> None:
        """Add a gauge that is `read` whenever the metrics are: numbers by the value of `label`."""
        self.registry.register(_Gauge(name, text, read, label))

    def text(self) -> bytes:
        """Return everything in Prometheus' format; asks whoever has gauges, and may wait for them."""
        return generate_latest(self.registry)

    def _in_flight(self) -> Mapping[str, float]:
        return {"": self.in_flight}


class _Gauge:
    def __init__(self, name: str, text: str, read: Callable[[], Mapping[str, float]], label: str) -> None:
        self._name = name
        self._text = text
        self._read = read
        self._label = label

    def describe(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily(self._name, self._text, labels=[self._label] if self._label else [])

    def collect(self) -> Iterator[GaugeMetricFamily]:
        from hivehelm.errors import HivehelmError

        family = next(self.describe())
        try:
            found = dict(self._read())
        except HivehelmError:
            return  # What is not known is left out: the rest still counts.
        for value, number in found.items():
            family.add_metric([value] if self._label else [], number)
        yield family
