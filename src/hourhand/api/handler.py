"""How a request reaches the function that handles it.

Litestar collects the arguments of any function in one general way, which checks and converts even what
is text and stays text; here that would cost as much as finding out who is calling. This gets directly
what our functions take: the caller and the like, the body in its shape, and path and query as text, the query
also as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from litestar import Litestar, Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, AsyncAnyCallable, ExceptionHandlersMap
from litestar.typing import FieldDefinition

from hourhand.api.queries import Query

AnyRequest = Request[Any, Any, Any]
Give = Callable[[AnyRequest], Any]
_IN_PATH = re.compile(r"{(\w+)")


class Handler(HTTPRouteHandler):
    """Litestar's handler, for a coroutine function; what does not change from request to request is found once."""

    _refusals: ExceptionHandlersMap | None = None
    _gives: dict[str, Give] | None = None

    def resolve_exception_handlers(self) -> ExceptionHandlersMap:
        if self._refusals is None:
            self._refusals = super().resolve_exception_handlers()
        return self._refusals

    def resolve_before_request(self) -> AsyncAnyCallable:
        # What is returned before the request, Litestar takes for the answer, and goes no further.
        return self._answer

    async def to_response(self, app: Litestar, data: Response[Any], request: AnyRequest) -> ASGIApp:
        return data.to_asgi_response(None, request)

    async def arguments(self, request: AnyRequest) -> dict[str, Any]:
        """What the function is called with for a request that was let in."""
        if self._gives is None:
            self._gives = self._found()
        arguments = {name: give(request) for name, give in self._gives.items()}
        if "data" in arguments:
            arguments["data"] = arguments["data"].decode_bytes(await request.body())
        return arguments

    async def respond(self, arguments: dict[str, Any]) -> Response[Any]:
        """What the function answers."""
        content = await self.fn(**arguments)
        return content if isinstance(content, Response) else self.resolve_response_class()(content)

    async def _answer(self, request: AnyRequest) -> Response[Any]:
        admit = super().resolve_before_request()
        if admit is not None:
            await admit(request)
        return await self.respond(await self.arguments(request))

    def _found(self) -> dict[str, Give]:
        """How each argument is got."""
        in_path = {name for path in self.paths for name in _IN_PATH.findall(path)}
        return {name: self._give(field, in_path) for name, field in self.parsed_fn_signature.parameters.items()}

    def _give(self, field: FieldDefinition, in_path: set[str]) -> Give:
        name, default = field.name, field.default
        provided = self.resolve_dependencies().get(name)
        if provided is not None:
            return provided.dependency
        if name == "request":
            return lambda request: request
        if name == "data":
            return self.resolve_data_dto() or _no_shape
        if name in in_path:
            return lambda request: request.path_params[name]
        if isinstance(field.annotation, type) and issubclass(field.annotation, Query):
            return partial(_query, field.annotation)
        return lambda request: request.query_params.getall(name, [default])[-1]


def _query(kind: type[Query], request: AnyRequest) -> Query:
    return kind.of(request.query_params)


def _no_shape(_: AnyRequest) -> None:
    raise TypeError("a body needs a DTO to read it")
