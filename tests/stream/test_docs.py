"""The page about the stream: its example works."""

from __future__ import annotations

import re
import select
import subprocess
import sys
from pathlib import Path

from tests.cast import Cast
from tests.server import Server
from tests.stream.conftest import Asks

PAGE = Path(__file__).parents[2] / "docs" / "stream.md"


def test_the_example_prints_what_changes(server: Server, cast: Cast, asks: Asks) -> None:
    example = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    where = {"HOURHAND_STREAM": server.url.replace("http", "ws") + "/stream", "HOURHAND_TOKEN": cast.ann.token}
    with subprocess.Popen(
        [sys.executable, "-c", example.group(1)], env=server.environment | where, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            # Until it listens, nothing tells when it does.
            tag = {"tag": {"name": "a", "wid": cast.acme.id}}
            made = asks(cast.ann).v8("POST", "/tags", tag).data
            number = 0
            while not _is_readable(process):
                number += 1
                asks(cast.ann).v8("PUT", f"/tags/{made['id']}", {"tag": {"name": f"a{number}"}})
                assert number < 100
            action, model, thing_id = process.stdout.readline().split()
        finally:
            process.kill()
    assert (model, int(thing_id)) == ("tag", made["id"])
    assert action in ("insert", "update")


def _is_readable(process: subprocess.Popen[str]) -> bool:
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], 0.1)
    return bool(readable)
