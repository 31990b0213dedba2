"""Plain pages that Hourhand serves itself, with a form at most: for people who come by a link from a mail.

A page is a `Page`, and `shown` is the answer that has it. What its form sends, `sent` reads. Handlers are made by
`get` and `post` below, which count the strangers who come and refuse in pages too. A page needs no script, and
nothing but the one style; all that is put into it is escaped. It speaks the language that the browser asks for:
`speaker` translates its texts, which stand in the code as they are.

No cookie says who sends a form: the code in it does, in a hidden field. So no other page can send one in
somebody's name, and nothing here needs another guard against that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, partial
from html import escape
from importlib import resources
from typing import Any, Literal
from urllib.parse import parse_qsl

import litestar
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from hourhand import languages
from hourhand.api import http
from hourhand.api.auth import Gate
from hourhand.core.errors import Malformed, NotFound, TooMany
from hourhand.db import Overloaded, StorageFull, Unavailable
from hourhand.languages import Translator

AnyRequest = Request[Any, Any, Any]
_STYLE_PATH = "/pages.css"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'",
    # The address of a page may hold a code.
    "Referrer-Policy": "no-referrer",
}
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 20
# The type of each kind of input, and what the browser may fill in.
_INPUTS = {
    "name": ("text", "name"),
    "email": ("email", "username"),
    "password": ("password", "new-password"),
    "current_password": ("password", "current-password"),
}


class Field(Struct, frozen=True, kw_only=True):
    """One thing that a form asks for, under its `name`; a `hidden` one is sent along and not shown.

    The browser fills in the person's name and their current password, suggests a new one, and takes the e-mail for the
    log-in that the password is for; one that is `fixed` can be read and not changed. `hint` and `error` stand below
    it. `least` is in characters. A password is never written into the page, whatever its `value`.
    """

    kind: Literal["hidden", "name", "email", "password", "current_password"]
    name: str
    label: str = ""
    value: str = ""
    hint: str = ""
    error: str = ""
    least: int = 1
    fixed: bool = False


class Form(Struct, frozen=True):
    """Fields, the path that they are sent to, by POST, and what the button says."""

    action: str
    fields: tuple[Field, ...]
    button: str


class Page(Struct, frozen=True):
    """A title, paragraphs, and perhaps a form, or a link to go on by: its words, and a path or an address."""

    title: str
    paragraphs: tuple[str, ...] = ()
    form: Form | None = None
    link: tuple[str, str] | None = None


def speaker(request: AnyRequest) -> Translator:
    """Who says it in the language that the browser asks for."""
    return languages.translator(_language(request))


def shown(request: AnyRequest, page: Page, status: int = 200, headers: dict[str, str] | None = None) -> Response[str]:
    """The answer that is this page, in words of `speaker`'s."""
    html = _html(page, languages.tag(_language(request)))
    return Response(html, status_code=status, media_type="text/html", headers={**_HEADERS, **(headers or {})})


def see(path: str) -> Response[str]:
    """The answer to a form that has done its work: go on to this page, which can be loaded again without harm."""
    return http.text(303, headers={**_HEADERS, "Location": path})


async def sent(request: AnyRequest) -> dict[str, str]:
    """What a form has sent, by the names of its fields. Raises `Malformed`."""
    # The edge has kept the body within its limit.
    return read(request.headers.get("content-type", ""), await request.body())


def read(content_type: str, body: bytes) -> dict[str, str]:
    """What the body of a form says, by the names of its fields. Raises `Malformed`."""
    if content_type.partition(";")[0].strip().lower() != _FORM:
        raise Malformed(f"a form is sent as {_FORM}")
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise Malformed("the form cannot be read") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Malformed("the form says something twice")
    if any("\0" in text for pair in pairs for text in pair):
        raise Malformed("a text contains the character U+0000")
    return fields


def gone(request: AnyRequest, error: NotFound) -> Response[str]:
    """What a link leads to that leads nowhere. Why, is not told: whoever guesses must not learn from it."""
    say = speaker(request)
    words = (
        say("It has been used already, or its time is over, or a part of it is missing."),
        say("If you still need it, ask for a new one."),
    )
    return shown(request, Page(say("This link does not work"), words), 404)


@cache
def style(name: str) -> str:
    """A style sheet of this package, with the look that all pages share before it."""
    folder = resources.files("hourhand.web")
    return "".join((folder / it).read_text(encoding="utf-8") for it in ("look.css", name))


async def _admit(request: AnyRequest) -> None:
    gate: Gate = request.app.state.gate
    gate.admit_stranger(request)


def _malformed(request: AnyRequest, error: Malformed) -> Response[str]:
    say = speaker(request)
    words = say("What arrived here was not what this page sends: {error}.", error=error)
    return shown(request, Page(say("That was not understood"), (words,)), 400)


def _too_many(request: AnyRequest, error: TooMany) -> Response[str]:
    say, seconds = speaker(request), max(1, error.retry_after)
    words = say(
        (
            "There were too many requests from your address. Try again in {count} second.",
            "There were too many requests from your address. Try again in {count} seconds.",
        ),
        count=seconds,
    )
    return shown(request, Page(say("Please wait a moment"), (words,)), 429, {"Retry-After": str(seconds)})


def _unavailable(request: AnyRequest, error: Exception) -> Response[str]:
    say = speaker(request)
    words = say("The server cannot answer right now, and nothing was changed. Try again in a moment.")
    return shown(request, Page(say("Please try again"), (words,)), 503, {"Retry-After": "1"})


def _storage_full(request: AnyRequest, error: StorageFull) -> Response[str]:
    say = speaker(request)
    words = say("The server's disk is full, and nothing was changed. Tell whoever runs it.")
    return shown(request, Page(say("That could not be stored"), (words,)), 507)


_REFUSALS: dict[int | type[Exception], Callable[[AnyRequest, Any], Response[Any]]] = {
    NotFound: gone,
    Malformed: _malformed,
    TooMany: _too_many,
    Overloaded: _unavailable,
    Unavailable: _unavailable,
    StorageFull: _storage_full,
}
# For the handlers of pages.
get = partial(litestar.get, include_in_schema=False, before_request=_admit, exception_handlers=_REFUSALS)
post = partial(
    litestar.post, include_in_schema=False, status_code=200, before_request=_admit, exception_handlers=_REFUSALS
)


@litestar.get(_STYLE_PATH, include_in_schema=False)
async def get_style() -> Response[str]:
    """The style of all pages."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(style("pages.css"), media_type="text/css", headers=headers)


ROUTES: list[HTTPRouteHandler] = [get_style]


def _language(request: AnyRequest) -> str | None:
    return languages.preferred(request.headers.get("accept-language"))


def _html(page: Page, language: str) -> str:
    title = escape(page.title)
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in page.paragraphs)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title} · Hourhand</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f'<link rel="stylesheet" href="{_style_address()}"></head><body><main><p class="house">Hourhand</p>'
        f'<div class="card"><h1>{title}</h1>{paragraphs}{_form(page.form)}{_link(page.link)}</div></main>'
        "</body></html>\n"
    )


@cache
def _style_address() -> str:
    """The style's path, named by what is in it too, so that browsers may keep it."""
    return f"{_STYLE_PATH}?{hashlib.sha256(style('pages.css').encode()).hexdigest()[:16]}"


def _link(link: tuple[str, str] | None) -> str:
    return f'<p><a href="{escape(link[1])}">{escape(link[0])}</a></p>' if link else ""


def _form(form: Form | None) -> str:
    if form is None:
        return ""
    fields = "".join(map(_field, form.fields))
    return (
        f'<form method="post" action="{escape(form.action)}">{fields}'
        f'<button type="submit">{escape(form.button)}</button></form>'
    )


def _field(field: Field) -> str:
    name, value = escape(field.name), escape(field.value)
    if field.kind == "hidden":
        return f'<input type="hidden" name="{name}" value="{value}">'
    below = {"hint": field.hint, "error": field.error}
    notes = [f'<span class="{it}" id="{name}-{it}">{escape(words)}</span>' for it, words in below.items() if words]
    return (
        f'<div class="field"><label for="{name}">{escape(field.label)}</label>'
        f"<input {_attributes(field, name, value)}>{''.join(notes)}</div>"
    )


def _attributes(field: Field, name: str, value: str) -> str:
    kind, filled_in = _INPUTS[field.kind]
    described = " ".join(f"{name}-{it}" for it in ("hint", "error") if getattr(field, it))
    attributes = {
        "type": kind,
        "id": name,
        "name": name,
        "autocomplete": filled_in,
        "value": "" if kind == "password" else value,
        "minlength": "" if field.least < 2 else str(field.least),
        "aria-describedby": described,
        "aria-invalid": "true" if field.error else "",
    }
    flags = " readonly" if field.fixed else " required"
    return " ".join(f'{it}="{said}"' for it, said in attributes.items() if said) + flags
