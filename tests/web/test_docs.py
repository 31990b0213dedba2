"""`/docs`, the API for people to read, and the document that it is made of."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import schemathesis

from hourhand.api.v8 import routes as v8
from hourhand.web import docs
from tests.api.conftest import Api

SITE = "http://127.0.0.1:8300"
# The documents, and the pages that show them.
DOCUMENTS = {
    "/docs": f"{SITE}/api/v8/openapi.json",
    "/docs/reports": f"{SITE}/reports/api/v2/openapi.json",
}
every_document = pytest.mark.parametrize("page", DOCUMENTS)
METHODS = ("get", "post", "put", "delete")


@every_document
def test_the_document_is_openapi_3_1(api: Api, page: str) -> None:
    answer = api("GET", DOCUMENTS[page])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    document = answer.json()
    assert document["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(document).validate()
    for reference in re.findall(r'"#/components/([^"]+)"', answer.text):
        kind, name = reference.split("/")
        assert name in document["components"][kind]


@every_document
def test_the_document_names_each_endpoint_once(api: Api, page: str) -> None:
    document = api("GET", DOCUMENTS[page]).json()
    names = [operation["operationId"] for _, _, operation in _operations(document)]
    assert len(names) == len(set(names))
    # Paths that differ in the names of their variables alone are the same path (OpenAPI 3.1, 4.8.8).
    paths = [re.sub(r"{\w+}", "{}", path) for path in document["paths"]]
    assert len(paths) == len(set(paths))
    for path, _, operation in _operations(document):
        variables = [it["name"] for it in operation["parameters"] if it["in"] == "path"]
        assert variables == re.findall(r"{(\w+)}", path)


def test_every_endpoint_that_works_is_in_the_document(api: Api) -> None:
    document = api("GET", "/openapi.json").json()
    described = {(method.upper(), path) for path, method, _ in _operations(document)}
    for request in (
        *("GET /me", "PUT /me", "POST /sessions", "DELETE /sessions", "POST /signups", "POST /reset_token"),
        *("GET /workspaces", "PUT /workspaces/{workspace_id}", "DELETE /workspaces/{workspace_id}/leave"),
        *("POST /time_entries/start", "PUT /time_entries/{time_entry_id}/stop", "DELETE /time_entries/{time_entry_id}"),
    ):
        method, path = request.split(" ")
        assert (method, f"{v8.PATH}{path}") in described


def test_the_page_names_every_endpoint_and_every_member(api: Api) -> None:
    answer = api("GET", f"{SITE}/docs")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    document = api("GET", "/openapi.json").json()
    page = _Page(answer.text)
    for path, method, operation in _operations(document):
        shown = page.articles[operation["operationId"]]
        for word in (method.upper(), path, operation["summary"].replace("`", "")):
            assert word in shown
        for parameter in operation["parameters"]:
            assert parameter["name"] in shown
        if "requestBody" in operation:
            body = operation["requestBody"]["content"]["application/json"]["schema"]
            sent = body.get("items", body)
            reference = sent.get("$ref", "").rsplit("/", 1)[-1]
            members = (document["components"]["schemas"][reference] if reference else sent)["properties"]
            if reference.endswith("Body"):
                [wrapper] = members
                assert f'{{"{wrapper}": {{…}}}}' in shown
            else:
                assert ("[{…}]" if "items" in body else "{…}") in shown
                assert all(member in shown for member in members)
    for name in ("TimeEntryOut", "ProjectOut", "UserOut"):
        for member in document["components"]["schemas"][name]["properties"]:
            assert member in page.articles[name]


@every_document
def test_every_link_of_the_page_leads_somewhere(api: Api, page: str) -> None:
    read = _Page(api("GET", f"{SITE}{page}").text)
    assert set(DOCUMENTS) - {page} <= set(read.links)
    for target in read.links:
        if target.startswith("#"):
            assert target[1:] in read.ids
        else:
            assert api("GET", f"{SITE}{target}").status_code == 200


def test_the_page_of_reports_names_every_argument_and_every_kind_of_file(api: Api) -> None:
    document = api("GET", DOCUMENTS["/docs/reports"]).json()
    read = _Page(api("GET", f"{SITE}/docs/reports").text)
    for path, _, operation in _operations(document):
        shown = read.articles[operation["operationId"]]
        assert path in shown
        for parameter in operation["parameters"]:
            assert parameter["name"] in shown
            assert ("required" in shown) or not parameter["required"]
        [media_type] = operation["responses"]["200"]["content"]
        assert media_type == "application/json" or media_type == "text/plain" or media_type in shown
    needed = {it["name"] for it in document["paths"]["/reports/api/v2/details"]["get"]["parameters"] if it["required"]}
    assert needed == {"user_agent", "workspace_id"}


def test_the_page_needs_nothing_and_allows_nothing_but_its_own_style(api: Api) -> None:
    answer = api("GET", f"{SITE}/docs")
    page = _Page(answer.text)
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "form", "object", "svg", "base"})
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"].split("; ")
    assert policy[:2] == ["default-src 'none'", f"style-src 'sha256-{digest}'"]
    assert not re.search(r"url\(|@import|https?:", page.style)
    assert not re.search(r"\sstyle=|\son\w+=|javascript:", answer.text)


def test_nothing_in_a_document_becomes_markup() -> None:
    evil = '"><script>alert(1)</script>&amp;`<b>`'
    schema = {"type": "object", "properties": {evil: {"type": evil}, "list": {"enum": [evil]}}, "description": evil}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/EvilBody"}}}}
    operation = {
        "operationId": evil,
        "tags": [f"{evil}s"],
        "summary": evil,
        "description": evil,
        "parameters": [{"name": evil, "schema": {"type": "string"}, "description": evil}],
        "requestBody": body,
        "responses": {evil: {"description": evil}},
    }
    document = {
        "info": {"title": evil, "version": evil, "description": evil},
        "paths": {f"/{{{evil}}}": {"get": operation}},
        "components": {
            "schemas": {"EvilOut": schema, "EvilBody": {"properties": {evil: schema}}},
            "securitySchemes": {evil: {"description": evil}},
            "responses": {evil: {"description": evil}},
        },
    }
    written = docs.page(document, f"/{evil}/openapi.json")
    assert "<script" not in written
    assert _Page(written).tags.isdisjoint({"script"})
    assert "alert(1)" in _Page(written).articles[evil]


class _Page(HTMLParser):
    """What a page holds: the text of each article, ids, links, tags, and its style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.articles: dict[str, str] = {}
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.style = ""
        self._article: str | None = None
        self._in_style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self._in_style = tag == "style"
        if "id" in given:
            assert given["id"] not in self.ids
            self.ids.add(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if tag == "article":
            self._article = given["id"]
            self.articles[self._article] = ""

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        if tag == "article":
            self._article = None

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.style += data
        if self._article is not None:
            self.articles[self._article] += data


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                yield path, method, operations[method]
