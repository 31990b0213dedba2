"""Somebody who asks a server for reports."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.request import Request, urlopen

from msgspec import Struct

from bench.operations import SENDER, authorization
from bench.seed import Person


class Asking(Struct, frozen=True):
    """Asks for reports of the days before the `last`, and that day."""

    port: int
    reader: Person
    last: date

    def size(self, path: str, days: int) -> int:
        """Ask for a report, and let go of it as it comes; its bytes. Raises if it is refused or cut off."""
        size = 0
        with urlopen(self._request(path, days)) as answer:
            while part := answer.read(1 << 20):
                size += len(part)
        return size

    def rows(self, days: int) -> int:
        """How many entries there are."""
        with urlopen(self._request("details", days)) as answer:
            content: bytes = answer.read()
        return int(content.partition(b'"total_count":')[2].partition(b",")[0])

    def _request(self, path: str, days: int) -> Request:
        range_ = f"since={self.last - timedelta(days=days)}&until={self.last}"
        query = f"user_agent={SENDER}&workspace_id={self.reader.workspace_id}&{range_}"
        url = f"http://127.0.0.1:{self.port}/reports/api/v2/{path}?{query}"
        return Request(url, headers={"Authorization": authorization(self.reader)})
