"""The endpoints as the router has them, of API v8 and beside it: what a test needs that leaves none of them out."""

from __future__ import annotations

import re
from typing import Any, get_args, get_origin, get_type_hints

from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from litestar.routes import HTTPRoute
from msgspec import Struct

from hourhand.api.http import House
from hourhand.api.v8.routes import PATH
from hourhand.api.v8.wire import Wrapper
from hourhand.app import litestar_app

_PARAMETER = re.compile(r"{\w+:str}")


class Endpoint(Struct, frozen=True):
    """A method and a path below the dialect's, whose parameters are all called `{id}`.

    `body` is the type its body is decoded into; `wrapper` and `entity` are of one that is wrapped.
    """

    method: str
    path: str
    arguments: tuple[str, ...] = ()
    body: Any = None
    wrapper: str = ""
    entity: type[Struct] | None = None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def endpoints(house: House) -> list[Endpoint]:
    """All endpoints of the dialect."""
    return [
        _endpoint(method, _PARAMETER.sub("{id}", route.path).removeprefix(PATH), handler)
        for route in litestar_app(house).routes
        if isinstance(route, HTTPRoute) and route.path.startswith(PATH)
        for method, (handler, _) in route.route_handler_map.items()
        if method != "OPTIONS"
    ]


def pages(house: House) -> set[str]:
    """The methods and paths of all that is served outside the dialect, their parameters called `{id}`."""
    return {
        f"{method} {_PARAMETER.sub('{id}', route.path)}"
        for route in litestar_app(house).routes
        if isinstance(route, HTTPRoute) and not route.path.startswith(PATH)
        for method in route.route_handler_map
        if method != "OPTIONS"
    }


def _endpoint(method: str, path: str, handler: HTTPRouteHandler) -> Endpoint:
    hints = get_type_hints(handler.fn, include_extras=True)
    arguments = tuple(name for name, hint in hints.items() if _is_query(hint))
    if "data" not in hints:
        return Endpoint(method, path, arguments)
    body = get_args(hints["data"])[0]
    if not (isinstance(body, type) and issubclass(body, Wrapper)):
        return Endpoint(method, path, arguments, body)
    [(wrapper, held)] = get_type_hints(body).items()
    entity = next(kind for kind in get_args(held) if isinstance(kind, type) and issubclass(kind, Struct))
    return Endpoint(method, path, arguments, body, wrapper, entity)


def _is_query(hint: Any) -> bool:
    return get_origin(hint) is not None and any(
        isinstance(extra, QueryParameter) for extra in getattr(hint, "__metadata__", ())
    )
