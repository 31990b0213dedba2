"""Request bodies: JSON whatever the `Content-Type` says, decoded leniently into a dialect's shapes.

Lenient is about types only (`"777"` for 777, `"true"` for true), because real callers send both.
What no database may ever see is refused here: NUL, lone surrogates, deep nesting.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from litestar.connection import Request
from litestar.datastructures import UploadFile
from litestar.dto import AbstractDTO
from litestar.exceptions import ClientException
from litestar.handlers import BaseRouteHandler
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from hourhand.core.errors import Malformed

T = TypeVar("T")
DEEPEST = 64
# Up to its end or the body's, and possessive: whatever is sent, each byte is looked at once.
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_EMPTY = b" "
_ANYTHING = msgspec.json.Decoder()
_FORM = "application/x-www-form-urlencoded"
_PARTS = "multipart/form-data"


class JsonRequest(Request[Any, Any, Any]):
    """A request whose missing body reads as white space, so that decoding, not routing, refuses it."""

    async def body(self) -> bytes:
        # The edge has taken it in already, within its limit; Litestar would look for all of that again.
        if not isinstance(self._body, bytes):
            self._body = await self._received() or _EMPTY
        return self._body

    async def _received(self) -> bytes:
        chunks, more = [], True
        while more:
            message: Any = await self.receive()
            chunks.append(message.get("body", b""))
            more = message.get("more_body", False)
        return b"".join(chunks)


class JsonBody(AbstractDTO[T], Generic[T]):
    """Litestar's hook for decoding: the handler's `data` annotation is the shape."""

    decoders: ClassVar[dict[str, msgspec.json.Decoder[Any]]] = {}

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Any = None
    ) -> None:
        cls.decoders[handler_id] = msgspec.json.Decoder(field_definition.annotation, strict=False)

    @classmethod
    def create_openapi_schema(
        cls, field_definition: FieldDefinition, handler_id: str, schema_creator: Any
    ) -> Reference | Schema:
        schema: Reference | Schema = schema_creator.for_field_definition(field_definition)
        return schema

    @classmethod
    def generate_field_definitions(cls, model_type: type[Any]) -> Any:
        return ()

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:
        return False

    def decode_bytes(self, value: bytes) -> Any:
        connection: Any = self.asgi_connection
        return self.understood(connection, _decoder(connection.route_handler), value)

    @classmethod
    def understood(cls, request: Request[Any, Any, Any], decoder: msgspec.json.Decoder[Any], value: bytes) -> Any:
        """The body's value, which is empty where it is a form. Raises `Malformed`."""
        try:
            return cls.read(decoder, value)
        except NotJson:
            if not request.headers.get("content-type", "").lower().startswith(_FORM):
                raise
            # A form says nothing that is understood here, so the body says nothing.
            return cls.read(decoder, b"{}")

    @staticmethod
    def read(decoder: msgspec.json.Decoder[Any], value: bytes) -> Any:
        """The body's value. Raises `Malformed`."""
        return decode(decoder, value)


class PartsBody(JsonBody[T]):
    """The hook for a body of parts that are decoded one by one, so that each is refused for itself."""

    @staticmethod
    def read(decoder: msgspec.json.Decoder[Any], value: bytes) -> Any:
        return _decode(decoder, value)


class NotJson(Malformed):
    """A body that is no JSON at all."""


async def form_sent(request: Request[Any, Any, Any]) -> list[tuple[str, str | UploadFile]] | None:
    """The fields and files of a form in parts, in order; None for any other body. Raises `Malformed`."""
    if not request.headers.get("content-type", "").lower().startswith(_PARTS):
        return None
    try:
        form = list((await request.form()).multi_items())
        for name, value in form:
            for text in (name, value.filename if isinstance(value, UploadFile) else value):
                # A charset of a part may make halves of characters, which nothing else can write down.
                text.encode()
                _refuse_nul(text)
    except (ClientException, UnicodeError, LookupError) as error:
        raise Malformed(f"the form cannot be read: {error}") from None
    return form


@lru_cache(maxsize=1024)
def _decoder(handler: BaseRouteHandler) -> msgspec.json.Decoder[Any]:
    # Remembered, because Litestar reckons a handler's id anew each time it is asked for it.
    return JsonBody.decoders[handler.handler_id]


def decode(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """The body's value. Raises `Malformed` with the parser's message."""
    value = _decode(decoder, body)
    if b"\\u0000" in body:
        _refuse_nul(_decode(_ANYTHING, body))
    return value


def _decode(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    _refuse_depth(body)
    try:
        return decoder.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except msgspec.ValidationError as error:
        raise Malformed(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotJson(str(error)) from None


def _refuse_depth(body: bytes) -> None:
    """Refuse deep nesting before anything recurses. Brackets in texts do not count, so that none hides others."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return
    depth = 0
    for bracket in _TEXT.sub(b"", body).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            raise Malformed(f"JSON is nested deeper than {DEEPEST} levels")


def _refuse_nul(value: Any) -> None:
    if isinstance(value, str) and "\0" in value:
        raise Malformed("a text contains the character U+0000")
    if isinstance(value, list):
        for member in value:
            _refuse_nul(member)
    if isinstance(value, dict):
        for key, member in value.items():
            _refuse_nul(key)
            _refuse_nul(member)
