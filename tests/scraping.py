"""Reading the metrics as Prometheus does."""

from __future__ import annotations

import httpx
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain

from tests.api.conftest import Api

URL = "http://127.0.0.1:8300/metrics"
TOKEN = "0123456789abcdef"
OPEN_METRICS = "application/openmetrics-text"


class Scrape:
    """What a page of metrics says."""

    def __init__(self, page: httpx.Response) -> None:
        assert page.status_code == 200, page.text
        self.text = page.text
        read = open_metrics if page.headers["content-type"].startswith(OPEN_METRICS) else plain
        self._samples = [it for family in read(page.text) for it in family.samples]

    def value(self, name: str, **labels: str) -> float:
        """The value of a series; 0 where there is none."""
        found = [float(it.value) for it in self._samples if it.name == name and it.labels == labels]
        assert len(found) <= 1
        return sum(found)

    def sum(self, name: str, **labels: str) -> float:
        """The sum of all series that have these labels among theirs; fails where there are none."""
        found = [it.value for it in self._samples if it.name == name and labels.items() <= it.labels.items()]
        assert found, f"no {name} with {labels}"
        return float(sum(found))

    def labels(self, name: str, label: str) -> set[str]:
        """All that a label says in the series of a name."""
        return {it.labels[label] for it in self._samples if it.name == name}

    @property
    def names(self) -> set[str]:
        return {it.name for it in self._samples}


def visit(api: Api, authorization: str | None = f"Bearer {TOKEN}", method: str = "GET", **more: str) -> httpx.Response:
    """The answer to whoever asks for the metrics; with the right token unless said otherwise."""
    return api(method, URL, headers={**({"Authorization": authorization} if authorization else {}), **more})


def scrape(api: Api, **headers: str) -> Scrape:
    """The metrics of an application."""
    return Scrape(visit(api, **headers))
