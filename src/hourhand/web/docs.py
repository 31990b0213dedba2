"""`/docs` and below: a dialect's OpenAPI document as a page for people.

The page needs nothing but itself: no script, no font, no picture. Its one style is named by its hash in
the policy that it is sent with, so that nothing else could style or run in it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from hourhand.web import pages

Json = dict[str, Any]
# Method, path and operation of each.
Endpoints = list[tuple[str, str, Json]]
METHODS = ("get", "post", "put", "patch", "delete")
_STYLE = pages.style("docs.css")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_CODE = re.compile(r"`([^`]+)`")
_VARIABLE = re.compile(r"({[^}]+})")


def handler(
    document: Callable[[], bytes], source: str, path: str = "/docs", others: Mapping[str, str] | None = None
) -> HTTPRouteHandler:
    """The endpoint that shows the page of a document, which is also to be had at the path `source`.

    `others` are the titles of other pages by their paths.
    """

    @cache
    def written() -> bytes:
        return page(msgspec.json.decode(document()), source, others or {}).encode()

    @get(path, include_in_schema=False)
    async def get_docs() -> Response[bytes]:
        """The API for people to read."""
        headers = {"Content-Security-Policy": _POLICY}
        return Response(written(), media_type="text/html", headers=headers)

    return get_docs


def page(document: Json, source: str, others: Mapping[str, str] | None = None) -> str:
    """The page of an OpenAPI document, with links to others. Everything in it is escaped."""
    nouns = _by_noun(document["paths"])
    shapes = _Shapes(document["components"]["schemas"])
    title = escape(document["info"]["title"])
    base = source.rsplit("/", 1)[0]
    sections = "".join(_section(noun, operations, shapes) for noun, operations in nouns.items())
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><style>{_STYLE}</style></head><body>'
        '<a class="skip" href="#main">To the endpoints</a>'
        f'<div class="frame">{_contents(nouns, base, title)}'
        f'<main id="main">{_head(document, source, others or {})}{sections}{_shapes_section(shapes)}</main>'
        "</div></body></html>\n"
    )


# The frame --------------------------------------------------------------------------------------


def _by_noun(paths: Json) -> dict[str, Endpoints]:
    """The endpoints under the nouns they are tagged with."""
    found: dict[str, Endpoints] = {}
    for path, operations in paths.items():
        for method in METHODS:
            if method in operations:
                found.setdefault(operations[method]["tags"][0], []).append((method, path, operations[method]))
    return dict(sorted(found.items()))


def _contents(nouns: dict[str, Endpoints], base: str, title: str) -> str:
    parts = []
    for noun, operations in nouns.items():
        items = []
        for method, path, operation in operations:
            link = _link(f"#{operation['operationId']}", f"{_method(method)}<span>{_short(path, base)}</span>")
            items.append(f'<li class="{method}">{link}</li>')
        parts.append(f"<h2>{_link(f'#{_slug(noun)}', escape(noun))}</h2><ul>{''.join(items)}</ul>")
    return (
        f'<nav aria-label="Endpoints"><a class="name" href="#main">{title}</a>{"".join(parts)}'
        f"<h2>{_link('#members', 'Members')}</h2></nav>"
    )


def _head(document: Json, source: str, others: Mapping[str, str]) -> str:
    info, components = document["info"], document["components"]
    ways = {name: scheme["description"] for name, scheme in components.get("securitySchemes", {}).items()}
    refusals = {status: it["description"] for status, it in components.get("responses", {}).items()}
    return (
        f"<header><h1>{escape(info['title'])}<small>{escape(info['version'])}</small></h1>"
        f'<p class="lead">{_prose(info.get("description", ""))}</p>'
        f"<h2>Who is calling</h2>{_pairs(ways)}"
        f"<h2>Refusals, of any endpoint</h2>{_pairs(refusals)}"
        f"<h2>For machines</h2><p>The same is an OpenAPI document: {_link(source, escape(source))}</p>"
        + "".join(f"<p>Elsewhere: {_link(path, escape(title))}</p>" for path, title in others.items())
        + "</header>"
    )


# An endpoint ------------------------------------------------------------------------------------


def _section(noun: str, operations: Endpoints, shapes: _Shapes) -> str:
    articles = "".join(_article(method, path, operation, shapes) for method, path, operation in operations)
    return f'<section id="{_slug(noun)}"><h2>{escape(noun)}</h2>{articles}</section>'


def _article(method: str, path: str, operation: Json, shapes: _Shapes) -> str:
    number = escape(operation["operationId"])
    more = operation["description"].removeprefix(operation["summary"]).lstrip(".,:; ")
    open_to_all = "<p>Needs no credentials.</p>" if operation.get("security") == [] else ""
    return (
        f'<article id="{number}" class="{method}"><a class="line" href="#{number}">'
        f'{_method(method)}<code class="path">{_path(path)}</code></a>'
        f"<h3>{_prose(operation['summary'])}</h3>"
        + (f"<p>{_prose(more[:1].upper() + more[1:])}</p>" if more else "")
        + open_to_all
        + _parameters(operation.get("parameters", []), shapes)
        + _body(operation.get("requestBody"), shapes)
        + _answers(operation["responses"], shapes)
        + "</article>"
    )


def _parameters(parameters: list[Json], shapes: _Shapes) -> str:
    rows = [
        (_name(it["name"], it.get("required", False)), _said(shapes.kind(it["schema"]), it.get("description", "")))
        for it in parameters
    ]
    return f"<h4>Parameters</h4>{_table(rows)}" if rows else ""


def _body(body: Json | None, shapes: _Shapes) -> str:
    if body is None:
        return ""
    example, members = _sent(body["content"]["application/json"]["schema"], shapes)
    # Any of them may be null; the head of the page says what that means.
    rows = [(_name(member), shapes.kind(_without_null(it))) for member, it in members.items()]
    example = f"<code>{escape(example)}</code>"
    return f"<h4>Body</h4><details open><summary>{example} with {len(rows)} members</summary>{_table(rows)}</details>"


def _sent(schema: Json, shapes: _Shapes) -> tuple[str, Json]:
    """What a body looks like, and the members of what is in it: a list, an entity in its wrapper, or an object."""
    if schema.get("type") == "array":
        return "[{…}]", shapes.members(schema["items"])
    members = shapes.members(schema)
    if len(members) == 1:
        [(name, wrapped)] = members.items()
        if inner := shapes.members(wrapped):
            return f'{{"{name}": {{…}}}}', inner
    return "{…}", members


def _answers(responses: Json, shapes: _Shapes) -> str:
    rows = []
    for status, response in responses.items():
        if "$ref" not in response:
            contents = response.get("content", {}).items()
            kinds = (shapes.kind(it["schema"]) if it["schema"] else escape(media_type) for media_type, it in contents)
            rows.append((escape(status), " or ".join(kinds) or escape(response["description"])))
    return f"<h4>Answers</h4>{_table(rows)}"


# Shapes -----------------------------------------------------------------------------------------


class _Shapes:
    """The document's schemas, and how they are said."""

    def __init__(self, schemas: Json) -> None:
        self._schemas = schemas

    def shown(self) -> dict[str, Json]:
        """The shapes of answers: neither what is sent, nor what only wraps."""
        return {
            name: schema
            for name, schema in self._schemas.items()
            if not name.endswith(("In", "Body", "Ref")) and list(schema.get("properties", {})) != ["data"]
        }

    def members(self, schema: Json) -> Json:
        """The members of an object, through references and nulls."""
        schema = self._resolved(_without_null(schema))
        members: Json = schema.get("properties", {})
        return members

    def kind(self, schema: Json) -> str:
        """What a value is, in a few words, as HTML."""
        if "$ref" in schema:
            return self._reference(schema["$ref"].rsplit("/", 1)[1])
        if "anyOf" in schema:
            kinds = dict.fromkeys(map(self.kind, schema["anyOf"]))
            return " or ".join(it for it in kinds if it != "whole number" or "number" not in kinds)
        if "enum" in schema:
            return " or ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
        if schema.get("type") == "array":
            return f"list of {self.kind(schema['items'])}"
        words = {"string": "text", "integer": "whole number", "boolean": "flag", "null": "<code>null</code>"}
        if schema.get("format") in ("date-time", "decimal"):
            return {"date-time": "time", "decimal": "number"}[schema["format"]]
        return words.get(schema.get("type", "any"), escape(schema.get("type", "anything")))

    def _reference(self, name: str) -> str:
        schema = self._schemas[name]
        if name in self.shown():
            return _link(f"#{name}", escape(_word(name)))
        inner = schema.get("properties", {}).items()
        members = (f'"{escape(member)}": {self.kind(it)}' for member, it in inner)
        return "{ " + ", ".join(members) + " }"

    def _resolved(self, schema: Json) -> Json:
        found: Json = self._schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
        return found


def _shapes_section(shapes: _Shapes) -> str:
    articles = []
    for name, schema in sorted(shapes.shown().items()):
        needed = schema.get("required", [])
        rows = [
            (_name(member), shapes.kind(it) + ("" if member in needed else ", if set"))
            for member, it in schema["properties"].items()
        ]
        words = f"<h3>{escape(_word(name).capitalize())}</h3><p>{_prose(schema.get('description', ''))}</p>"
        articles.append(f'<article id="{escape(name)}">{words}{_table(rows)}</article>')
    return f'<section id="members"><h2>Members</h2>{"".join(articles)}</section>'


def _without_null(schema: Json) -> Json:
    kinds = [it for it in schema.get("anyOf", [schema]) if it.get("type") != "null"]
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _word(name: str) -> str:
    """`TimeEntryOut` is a time entry."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Out")).lower()


# Bits of HTML -----------------------------------------------------------------------------------


def _table(rows: list[tuple[str, str]]) -> str:
    lines = "".join(f'<tr><th scope="row">{name}</th><td>{what}</td></tr>' for name, what in rows)
    return f'<div class="scroll"><table>{lines}</table></div>'


def _pairs(pairs: dict[str, str]) -> str:
    return (
        "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{_prose(words)}</dd>" for name, words in pairs.items()) + "</dl>"
    )


def _name(name: str, required: bool = False) -> str:
    return f"<code>{escape(name)}</code>" + ('<span class="required">required</span>' if required else "")


def _said(kind: str, words: str) -> str:
    return f"{kind} · {_prose(words)}" if words else kind


def _prose(words: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(words))


def _method(method: str) -> str:
    return f'<span class="method">{method.upper()}</span>'


def _path(path: str) -> str:
    return _VARIABLE.sub(r"<b>\1</b>", escape(path))


def _short(path: str, base: str) -> str:
    """A path for the contents, which are narrow."""
    return _VARIABLE.sub("<b>{id}</b>", escape(path.removeprefix(base)))


def _link(target: str, inner: str) -> str:
    return f'<a href="{escape(target)}">{inner}</a>'


def _slug(words: str) -> str:
    return escape(words.replace(" ", "-"))
