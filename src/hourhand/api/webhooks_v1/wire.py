"""What every handler of this dialect is made of: ids in paths, times, and how handlers are made."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from litestar.params import PathParameter

from hourhand.api import http
from hourhand.api.handler import Handler
from hourhand.core import subscriptions, workspaces
from hourhand.core.errors import NotFound

PathId = Annotated[str, PathParameter(description="An id", schema_extra={"pattern": "^[0-9]{1,16}$"})]

_ID = re.compile(r"[0-9]{1,16}", re.ASCII)
route = partial(Handler, status_code=200, media_type=http.JSON)
get = partial(route, http_method="GET")
post = partial(route, http_method="POST")
put = partial(route, http_method="PUT")
patch = partial(route, http_method="PATCH")
delete = partial(route, http_method="DELETE")


def workspace_of(text: str) -> int:
    """A workspace's id in a path. What is no id is that of no workspace: raises `NotFound`."""
    if not _ID.fullmatch(text):
        raise NotFound(workspaces.NOUN, text)
    return int(text)


def subscription_of(text: str) -> int:
    """As `workspace_of`, for a subscription."""
    if not _ID.fullmatch(text):
        raise NotFound(subscriptions.NOUN, text)
    return int(text)


def moment(seconds: int | None) -> str | None:
    """A time with microseconds: `2022-05-31T02:50:45.000000Z`."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
