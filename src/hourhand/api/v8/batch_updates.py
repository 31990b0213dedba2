"""`/batch_updates`: many requests in one, each of which stands alone.

An element is led to the handler that would answer it outside, with a caller whose verbs run at once, in the
one transaction of the batch. So no verb, no shape and no refusal is there twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote, unquote

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import Meta, Raw, Struct, field

from hourhand.api import http
from hourhand.api.body import JsonRequest, PartsBody, decode
from hourhand.api.handler import Handler
from hourhand.api.http import Caller, CallerGiven
from hourhand.api.v8.refuse import REFUSALS
from hourhand.api.v8.wire import BadPath, Wrapper, element_state, post
from hourhand.core import batches
from hourhand.core.actor import Actor
from hourhand.core.errors import Invalid, Malformed, Problem
from hourhand.db import DatabaseError, Tx

P = ParamSpec("P")
T = TypeVar("T")
AnyRequest = Request[Any, Any, Any]
PATH = "/batch_updates"
MOST_ELEMENTS = 200
# On SQLite nobody else can write meanwhile.
MOST_SECONDS = 5.0
_ALONE = "This cannot be a part of a batch: send it as a request of its own"
# What the elements of a batch may be about. A person's own keys and sessions are not to be changed in passing.
_THINGS = {"clients", "groups", "project_users", "projects", "tags", "tasks", "time_entries"}
_THINGS |= {"workspace_users", "workspaces"}
# What a database cannot do is for the whole batch.
_REFUSED = tuple(kind for kind in REFUSALS if isinstance(kind, type) and not issubclass(kind, DatabaseError))


class ElementIn(Struct):
    """An element of a batch: a request. Its `guid` is also that of the thing it creates, where that has none."""

    method: str | None = None
    relative_url: str | None = None
    guid: str | None = None
    body: Raw = field(default_factory=lambda: Raw(b"null"))

    def content(self) -> bytes:
        """The body as a request of its own would bring it: as it stands, or what a text holds."""
        sent = bytes(self.body)
        if sent.startswith(b'"'):
            return decode(_TEXT, sent).encode()
        return b"" if sent == b"null" else sent


class ElementOut(Struct):
    """The answer to an element. `body` is a text that holds JSON, or a line."""

    status: int
    guid: str
    content_type: str
    method: str
    body: str


_ELEMENT = msgspec.json.Decoder(ElementIn, strict=False)
_TEXT = msgspec.json.Decoder(str)
# Each is decoded for itself, so that one that makes no sense keeps none of the others from being read.
Sent = Annotated[Raw, Meta(extra_json_schema=msgspec.json.schema_components((ElementIn,))[1]["ElementIn"])]


@post(PATH, dto=PartsBody)
async def update_batch(request: AnyRequest, caller: CallerGiven, data: JSONBody[list[Sent]]) -> list[ElementOut]:
    """Many requests in one: each stands alone, and sees what those before it did. At most 200."""
    if len(data) > MOST_ELEMENTS:
        raise Invalid(Problem("batch", "elements", "too_many", {"limit": MOST_ELEMENTS}))
    elements = [_Element(request, caller, sent) for sent in data]
    works = [partial(element.outcome, until=time.monotonic() + MOST_SECONDS) for element in elements]
    outcomes = await caller.write(batches.run, works, _REFUSED)
    return [await element.out(outcome) for element, outcome in zip(elements, outcomes, strict=True)]


class _Inside(Caller, frozen=True, kw_only=True):
    """A caller whose verbs run at once, in a transaction that is open."""

    tx: Tx

    async def read(self, verb: Callable[Concatenate[Tx, Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return verb(self.tx, self._actor(self.tx), *args, **kwargs)

    read_long = read
    write = read


class _Element:
    """An element and the way it goes: to its handler, and back as an answer."""

    def __init__(self, outer: AnyRequest, caller: Caller, sent: Raw) -> None:
        self._outer = outer
        self._caller = caller
        self._said = ElementIn()
        self._scope: dict[str, Any] = {}
        self._body = b""
        self._astray: Exception | None = None
        try:
            self._said = decode(_ELEMENT, bytes(sent))
            self._body = self._said.content()
            self._scope = _destination(outer, self._method, self._said.relative_url)
        except (Malformed, HTTPException, BadPath) as error:
            self._astray = error

    def outcome(self, tx: Tx, *, until: float) -> Response[Any] | Exception:
        """The handler's answer, or why there is none. May be asked for again, in another transaction."""
        if self._astray is not None:
            return self._astray
        if time.monotonic() > until:
            return http.text(503, "The batch took too long to come to this: send it again", {"Retry-After": "1"})
        inside: dict[str, Any] = {name: getattr(self._caller, name) for name in self._caller.__struct_fields__}
        # For the log, it is as if it had come alone.
        inside["request"] = f"{self._method} {quote(self._scope['path'], safe='/,')}"
        return _finished(self._answer(self._request(_Inside(**inside, tx=tx))))

    async def out(self, outcome: Response[Any] | Exception) -> ElementOut:
        """What the batch answers for this element."""
        request = self._request(self._caller)
        answer = self._refuse(request, outcome) if isinstance(outcome, Exception) else outcome
        status, content_type, body = await _bytes_of(answer, request)
        return ElementOut(status, self._said.guid or "", content_type, self._method, body.decode())

    @property
    def _method(self) -> str:
        return (self._said.method or "").upper()

    async def _answer(self, request: AnyRequest) -> Response[Any]:
        handler: Handler = request.scope["route_handler"]  # type: ignore[assignment]
        arguments = await handler.arguments(request)
        if isinstance(arguments.get("data"), Wrapper):
            _lend_guid(arguments["data"], self._said.guid)
        return await handler.respond(arguments)

    def _request(self, caller: Caller) -> JsonRequest:
        scope: Any = {**self._outer.scope, "headers": [], **self._scope, "state": element_state(caller)}

        async def receive() -> Any:
            return {"type": "http.request", "body": self._body, "more_body": False}

        return JsonRequest(scope, receive)

    def _refuse(self, request: AnyRequest, refusal: Exception) -> Response[Any]:
        table: Any = self._outer.route_handler.resolve_exception_handlers()
        refuse = next(table[kind] for kind in type(refusal).__mro__ if kind in table)
        answer: Response[Any] = refuse(request, refusal)
        return answer


def _destination(outer: AnyRequest, method: str, url: str | None) -> dict[str, Any]:
    """Where a request leads, as its scope says it. Raises `HTTPException`, `Malformed`, `BadPath`."""
    if not method or not url:
        raise Malformed(f"{'relative_url' if method else 'method'} can't be blank")
    path, _, query = url.partition("#")[0].partition("?")
    base = outer.scope["path"].removesuffix(PATH)
    tidy = "/" + "/".join(filter(None, unquote(path).split("/")))
    whole = tidy if tidy.startswith(f"{base}/") else f"{base}{tidy}"
    _, handler, _, path_params, _ = outer.app.asgi_router.handle_routing(path=whole, method=method)
    if not isinstance(handler, Handler) or not _fits(handler, whole.removeprefix(base)):
        raise BadPath(_ALONE)
    return {
        "method": method,
        "path": whole,
        "query_string": query.encode(),
        "path_params": path_params,
        "route_handler": handler,
    }


def _fits(handler: Handler, path: str) -> bool:
    """Whether all that a request does is to run verbs. What needs the request itself does more than that."""
    wanted = handler.parsed_fn_signature.parameters
    return path.split("/")[1] in _THINGS and "request" not in wanted and "gate" not in wanted


def _lend_guid(sent: Wrapper[Any], guid: str | None) -> None:
    """A repeated create is harmless by its guid, and callers that send batches may say it outside alone."""
    entity = getattr(sent, sent.__struct_fields__[0])
    if guid and entity is not None and getattr(entity, "guid", guid) in (None, ""):
        entity.guid = guid


def _finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that never waits. Raises `BadPath` where it waits for more than the open transaction."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        found: T = end.value
        return found
    coroutine.close()
    raise BadPath(_ALONE)


async def _bytes_of(answer: Response[Any], request: AnyRequest) -> tuple[int, str, bytes]:
    """Status, content type and body of an answer as it goes out."""
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    await answer.to_asgi_response(None, request)(request.scope, request.receive, send)
    content_type = dict(messages[0]["headers"]).get(b"content-type", b"").decode()
    return messages[0]["status"], content_type, b"".join(message.get("body", b"") for message in messages)


ROUTES: list[HTTPRouteHandler] = [update_batch]
