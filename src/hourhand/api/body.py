"""Request bodies: JSON whatever the `Content-Type` says, decoded leniently into a dialect's shapes.

Lenient is about types only (`"777"` for 777, `"true"` for true), because real callers send both.
What no database may ever see is refused here: NUL, lone surrogates, deep nesting.
"""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from litestar.connection import Request
from litestar.dto import AbstractDTO
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from hourhand.core.errors import Malformed

T = TypeVar("T")
DEEPEST = 64
_EMPTY = b" "


class JsonRequest(Request[Any, Any, Any]):
    """A request whose missing body reads as white space, so that decoding, not routing, refuses it."""

    async def body(self) -> bytes:
        return await super().body() or _EMPTY


class JsonBody(AbstractDTO[T], Generic[T]):
    """Litestar's hook for decoding: the handler's `data` annotation is the shape."""

    _decoders: ClassVar[dict[str, msgspec.json.Decoder[Any]]] = {}

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Any = None
    ) -> None:
        cls._decoders[handler_id] = msgspec.json.Decoder(field_definition.annotation, strict=False)

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
        connection = self.asgi_connection
        is_form = connection.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        decoder = self._decoders[connection.route_handler.handler_id]
        return decode(decoder, b"{}" if is_form and value[:1] not in b"{[" else value)


def decode(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """The body's value. Raises `Malformed` with the parser's message."""
    _refuse_depth(body)
    try:
        value = decoder.decode(body.removeprefix(b"\xef\xbb\xbf"))
        if b"\\u0000" in body:
            _refuse_nul(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(str(error)) from None
    return value


def _refuse_depth(body: bytes) -> None:
    """Nesting as the brackets count, strings included: nobody nests that deep in earnest."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return
    depth = deepest = 0
    for byte in body:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    if deepest > DEEPEST:
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
