"""A dialect's OpenAPI document, written from its handlers: parameters from their signatures, shapes from their
types, words from their docstrings.

Litestar writes one document for the whole application, takes what an answer may leave out for required, and
answers unknown paths beside the document in HTML. Dialects are documented one by one, so this is done here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import litestar
import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import BodyKwarg, ParameterKwarg
from msgspec import Struct, UnsetType

from hourhand.api.auth import COOKIE, SECURE_COOKIE
from hourhand.api.http import JSON, TEXT, Answer
from hourhand.api.queries import Query

T = TypeVar("T")
Json = dict[str, Any]
_SHAPE = "#/components/schemas/{name}"
_REFUSED = "#/components/responses/{}"
_PATH_TYPE = re.compile(r":\w+}")
# msgspec names what a generic shape holds by its full name.
_MODULE = re.compile(rb"hourhand(\.[a-z0-9_]+)+\.")
_METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")
# Of a dialect that takes no passwords.
TOKEN_SCHEMES = {
    "basic": {"type": "http", "scheme": "basic", "description": "An API token and the word `api_token`"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"What `POST /login` sets; `{SECURE_COOKIE}` on a server that is reached by https",
    },
}


class Refused(NamedTuple):
    """A refusal that any endpoint may answer with; a `shape` of None has no body."""

    status: int
    words: str
    shape: Any = str
    media_type: str = TEXT


def document(
    info: Json,
    base: str,
    handlers: Sequence[HTTPRouteHandler],
    refusals: Sequence[Refused],
    schemes: Json,
    wrapper: type[Struct] | None = None,
) -> bytes:
    """The document of the handlers below the path `base`, as JSON.

    An endpoint that asks for a caller needs one of the security `schemes`. A body that is a `wrapper` needs its member.
    """
    endpoints = [_Endpoint(handler) for handler in handlers if handler.include_in_schema is not False]
    shapes = _Shapes([*(shape for endpoint in endpoints for shape in endpoint.shapes), *(it.shape for it in refusals)])
    bodies = {endpoint.body for endpoint in endpoints if endpoint.body is not None}
    for body in bodies:
        if wrapper is not None and isinstance(body, type) and issubclass(body, wrapper):
            shapes.require_members(body)
    paths: dict[str, Json] = {}
    for endpoint in endpoints:
        for path, method, operation in endpoint.operations(shapes, refusals):
            paths.setdefault(base + path, {})[method] = operation
    written = {
        "openapi": "3.1.0",
        "info": info,
        "security": [{name: []} for name in schemes],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": schemes,
            "responses": {str(it.status): _refusal(it, shapes) for it in refusals},
            "schemas": shapes.components,
        },
    }
    return _MODULE.sub(b"", msgspec.json.encode(written))


def handler(written: Callable[[], bytes]) -> HTTPRouteHandler:
    """The endpoint that shows a document, at `/openapi.json` below its dialect."""

    @litestar.get("/openapi.json", include_in_schema=False)
    async def get_document() -> Response[Any]:
        return Answer(written(), media_type=JSON)

    return get_document


class _Endpoint:
    """What a handler's signature says."""

    def __init__(self, handler: HTTPRouteHandler) -> None:
        self._handler = handler
        self._hints = get_type_hints(handler.fn, include_extras=True)
        self._required = {
            name
            for name, parameter in inspect.signature(handler.fn).parameters.items()
            if parameter.default is inspect.Parameter.empty
        }
        arguments = {name: hint for hint in self._hints.items() for name, hint in _arguments(*hint).items()}
        marks = {name: _mark(hint, ParameterKwarg) for name, hint in arguments.items()}
        self._parameters = {name: mark for name, mark in marks.items() if mark is not None}
        self._body = next((hint for hint in self._hints.values() if _mark(hint, BodyKwarg)), None)
        returned = self._hints["return"]
        self._answer = get_args(returned)[0] if get_origin(returned) is Response else returned
        self._media_type = str(handler.media_type or JSON)

    @property
    def body(self) -> Any:
        """What a body is decoded into; None where there is none."""
        return None if self._body is None else get_args(self._body)[0]

    @property
    def shapes(self) -> list[Any]:
        return [self._answer] if self._body is None else [self._answer, self._body]

    def operations(self, shapes: _Shapes, refusals: Sequence[Refused]) -> Iterator[tuple[str, str, Json]]:
        """Path, method and operation of all that this handler answers."""
        methods = sorted(self._handler.http_methods, key=_METHODS.index)
        for path in sorted(self._handler.paths):
            for method in methods:
                operation = self._operation(shapes, refusals)
                if method != methods[0]:
                    operation["operationId"] += f"_by_{method.lower()}"
                yield _PATH_TYPE.sub("}", path), method.lower(), operation

    def _operation(self, shapes: _Shapes, refusals: Sequence[Refused]) -> Json:
        function = self._handler.fn
        words = " ".join((function.__doc__ or "").split())
        operation: Json = {
            "operationId": function.__name__,
            "tags": [function.__module__.rsplit(".", 1)[-1].replace("_", " ")],
            "summary": re.split(r"[.:;]( |$)", words)[0],
            "description": words,
            "parameters": [self._parameter(name, said) for name, said in self._parameters.items()],
            "responses": {
                "200": {"description": "Done", "content": _content(self._media_type, self._answered(shapes))},
                **{str(it.status): {"$ref": _REFUSED.format(it.status)} for it in refusals},
            },
        }
        if self._body is not None:
            operation["requestBody"] = {"required": True, "content": _content(JSON, shapes.of(self._body))}
        if "caller" not in self._hints:
            operation["security"] = []
        return operation

    def _answered(self, shapes: _Shapes) -> Json:
        # Bytes are what they are; JSON would have to spell them.
        return {} if self._answer is bytes else shapes.of(self._answer)

    def _parameter(self, name: str, said: ParameterKwarg) -> Json:
        words = {"description": said.description} if said.description else {}
        place = {"name": name, "in": said.param_type.value, "required": name in self._required or bool(said.required)}
        # All that stands in an address is text until a handler reads it.
        return {**place, **words, "schema": {"type": "string", **(said.schema_extra or {})}}


class _Shapes:
    """The JSON schemas of types."""

    def __init__(self, types: Sequence[Any]) -> None:
        self._types = [kind for kind in types if kind is not None]
        schemas, self.components = msgspec.json.schema_components(self._types, ref_template=_SHAPE)
        self._schemas = list(schemas)
        for struct in _structs(self._types, set()):
            if struct.__name__ in self.components:
                # What can be left unsaid is not required, although the Struct has no default for it.
                self.components[struct.__name__]["required"] = _always_there(struct)

    def require_members(self, wrapper: type[Struct]) -> None:
        """Say that a body has to have its member: it may be missing only so that the refusal has words of its own."""
        shape = self.components[wrapper.__name__]
        shape["required"] = list(shape["properties"])
        shape["properties"] = {name: said["anyOf"][0] for name, said in shape["properties"].items()}

    def of(self, kind: Any) -> Json:
        """The schema of a type, or a reference to it."""
        return dict(self._schemas[self._types.index(kind)])


def _structs(hints: Sequence[Any], found: set[type[Struct]]) -> set[type[Struct]]:
    for hint in hints:
        _structs(get_args(hint), found)
        kind = get_origin(hint) or hint
        if isinstance(kind, type) and issubclass(kind, Struct) and kind not in found:
            found.add(kind)
            _structs(list(get_type_hints(kind).values()), found)
    return found


def _always_there(struct: type[Struct]) -> list[str]:
    hints = get_type_hints(struct)
    return [
        field.encode_name
        for field in msgspec.structs.fields(struct)
        if field.required and UnsetType not in get_args(hints[field.name])
    ]


def _mark(hint: Any, kind: type[T]) -> T | None:
    """The marker of this kind that an annotation carries."""
    extras = hint.__metadata__ if get_origin(hint) is Annotated else ()
    return next((extra for extra in extras if isinstance(extra, kind)), None)


def _arguments(name: str, hint: Any) -> dict[str, Any]:
    """What a parameter stands for: itself, or the arguments of a whole query."""
    kind = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    whole = isinstance(kind, type) and issubclass(kind, Query)
    return get_type_hints(kind, include_extras=True) if whole else {name: hint}


def _refusal(refused: Refused, shapes: _Shapes) -> Json:
    if refused.shape is None:
        return {"description": refused.words}
    return {"description": refused.words, "content": _content(refused.media_type, shapes.of(refused.shape))}


def _content(media_type: str, schema: Json) -> Json:
    return {media_type.partition(";")[0]: {"schema": schema}}
