"""Figures for Prometheus: by endpoint, never by address, because addresses hold ids and links hold secrets."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from api.logs import dropped_lines

# Names a folder in which several processes add up their figures: the library's own switch, asked when it is imported.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class _Now(Collector):
    """Figures that are asked for when somebody looks."""

    def __init__(self) -> None:
        """Begin without any."""
        self.jobs: Mapping[str, int] = {}
        self.oldest_queued_seconds = 0.0

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Prometheus asks here."""
        jobs = GaugeMetricFamily("visits_jobs", "Jobs by state.", labels=["state"])
        for state, count in sorted(self.jobs.items()):
            jobs.add_metric([state], count)
        yield jobs
        yield GaugeMetricFamily(
            "visits_oldest_queued_job_seconds", "How long the oldest job waits.", value=self.oldest_queued_seconds
        )
        yield GaugeMetricFamily("visits_log_lines_dropped", "Lines that could not be written.", value=dropped_lines())


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The figures of one application.

    Attributes:
        requests: How long answers took.
        storage_faults: How often the database could not do what was asked.
    """

    registry: CollectorRegistry
    requests: Histogram
    storage_faults: Counter
    now: _Now = field(default_factory=_Now)

    @classmethod
    def new(cls) -> "Metrics":
        """Begin at zero, or where the other processes of this service are, when its figures are kept in a folder."""
        registry = CollectorRegistry()
        own: CollectorRegistry | None = registry
        if FOLDER in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library's
            own = None
        made = cls(
            registry=registry,
            requests=Histogram(
                "visits_request_seconds",
                "Time from request to answer.",
                ["method", "endpoint", "status"],
                registry=own,
                buckets=_SECONDS,
            ),
            storage_faults=Counter("visits_storage_faults", "What the database could not do.", ["code"], registry=own),
        )
        registry.register(made.now)
        return made

    def written(self, *, jobs: Mapping[str, int], oldest_queued_seconds: float) -> bytes:
        """The text that Prometheus reads.

        Args:
            jobs: By state.
            oldest_queued_seconds: How long the oldest waiting job waits.
        """
        self.now.jobs = jobs
        self.now.oldest_queued_seconds = oldest_queued_seconds
        return generate_latest(self.registry)
