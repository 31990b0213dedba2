"""Contract §1, transport: bodies, headers, paths, methods, and what any endpoint may meet."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest

from hourhand.api.edge import Edge, Record
from hourhand.api.http import House
from hourhand.app import litestar_app
from hourhand.core.ids import bucket_of
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.api.v8.sending import START, entry, made
from tests.cast import Cast

JSON = "application/json; charset=utf-8"
LINE = "text/plain; charset=utf-8"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_every_answer_says_what_it_is_and_is_not_kept(api: Api, cast: Cast) -> None:
    answers = {
        200: api("GET", "/me", cast.bob),
        400: api("GET", "/clients/x", cast.bob),
        403: api("GET", "/me"),
        404: api("GET", f"/clients/{1 << 40}", cast.bob),
        405: api("PATCH", "/me", cast.bob),
        413: api("POST", "/clients", cast.bob, content=b" " * (1 << 20) + b"{}"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["content-type"] == (JSON if status in (200, 404) else LINE)
        assert answer.headers["cache-control"] == "no-store"
        assert "warning" not in answer.headers
    assert len({answer.headers["x-request-id"] for answer in answers.values()}) == len(answers)


def test_a_success_is_200_with_a_body_of_json(api: Api, cast: Cast) -> None:
    client = made(api, cast.bob, "client", name="A")["id"]
    for method, path, body in (
        ("PUT", f"/clients/{client}", {"client": {"name": "B"}}),
        ("DELETE", f"/clients/{client}", None),
        ("POST", "/sessions", None),
        ("DELETE", "/sessions", None),
        ("GET", "/time_entries/current", None),
    ):
        answer = api(method, path, cast.bob, body)
        assert (answer.status_code, answer.headers["content-type"]) == (200, JSON)
        msgspec.json.decode(answer.content)


def test_a_body_is_json_whatever_its_type_says(api: Api, cast: Cast) -> None:
    types = [{"Content-Type": it} for it in ("text/plain", "application/json", "multipart/form-data", "nonsense")]
    for number, headers in enumerate([{}, FORM, *types]):
        sent = b' {"client": {"name": "Caf\xc3\xa9 \\u2615 %d"}}' % number
        answer = api("POST", "/clients", cast.bob, content=sent, headers=headers)
        assert answer.json()["data"]["name"] == f"Café ☕ {number}"


def test_a_form_says_nothing(api: Api, recorded: Api, cast: Cast) -> None:
    for content in (b"client[name]=A", b"{broken", b"", b"client=%7B%7D"):
        refused = api("POST", "/clients", cast.bob, content=content, headers=FORM)
        assert (refused.status_code, refused.json()) == (404, ["Client can't be blank"])
        plain = recorded("POST", "/clients", cast.bob, content=content, headers=FORM)
        assert (plain.status_code, plain.text) == (400, "Client can't be blank\n")


def test_a_packed_body_is_unpacked_within_the_limit(api: Api, cast: Cast) -> None:
    packed = {"Content-Encoding": "gzip"}
    whole = gzip.compress(b'{"client": {"name": "Packed"}}', mtime=0)
    assert api("POST", "/clients", cast.bob, content=whole, headers=packed).json()["data"]["name"] == "Packed"
    for content, status in ((whole[:-5], 400), (b"plain", 400), (gzip.compress(b" " * (8 << 20), mtime=0), 413)):
        refused = api("POST", "/clients", cast.bob, content=content, headers=packed)
        assert (refused.status_code, refused.text.count("\n")) == (status, 1)
    other = api("POST", "/clients", cast.bob, content=b"{}", headers={"Content-Encoding": "br"})
    assert (other.status_code, other.headers["accept-encoding"]) == (415, "gzip")


def test_a_body_may_come_in_pieces(api: Api, cast: Cast) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b'{"client"', b': {"name": ', b'"In pieces"}}'):
            yield piece

    answer = api("POST", "/clients", cast.bob, content=pieces())
    assert answer.request.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in answer.request.headers
    assert answer.json()["data"]["name"] == "In pieces"


def test_the_limit_of_a_body_is_a_setting(database: Database, cast: Cast) -> None:
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", body_limit=1024)))
    assert api("POST", "/clients", cast.bob, content=b" " * 994 + b'{"client": {"name": "Largest"}}').status_code == 413
    assert api("POST", "/clients", cast.bob, content=b" " * 993 + b'{"client": {"name": "Largest"}}').status_code == 200
    api.close()


def test_slashes_may_be_doubled_and_trailing(api: Api, cast: Cast) -> None:
    for path in ("/me/", "//me", "///me//"):
        assert api("GET", path, cast.bob).json()["data"]["id"] == cast.bob.id
    assert api("GET", f"/workspaces//{cast.acme.id}/clients/", cast.bob).text == "[]"


def test_query_arguments_that_nobody_knows_are_ignored(api: Api, cast: Cast) -> None:
    for query in ("?app_name=x", "?active", "?&&=&a=b=c", "?since=yesterday&with_related_data=maybe", "?%ff=%00"):
        answer = api("GET", f"/me{query}", cast.bob)
        assert (answer.status_code, "projects" in answer.json()["data"]) == (200, False)
    twice = api("GET", f"/workspaces/{cast.acme.id}/projects?active=false&active=true", cast.bob)
    assert len(twice.json()) == 1


def test_flags_in_a_query_are_said_in_many_ways(api: Api, cast: Cast) -> None:
    projects = f"/workspaces/{cast.acme.id}/projects"
    for said, meant in {"true": True, "1": True, "on": True, "false": False, "0": False, "": False}.items():
        assert ("projects" in api.data("GET", f"/me?with_related_data={said}", cast.bob)) is meant
        hours = api("GET", f"{projects}?actual_hours={said}", cast.bob).json()
        assert ("actual_hours" in hours[0]) is meant
        assert len(api("GET", f"{projects}?only_templates={said}", cast.bob).json()) == (0 if meant else 1)


def test_an_unknown_path_is_no_page(api: Api, cast: Cast) -> None:
    for path in ("", "/nope", "/me/nope", f"/clients/{1 << 40}/nope", "/openapi", "/time_entries/1/2/3"):
        for person in (None, cast.bob):
            for method in ("GET", "POST", "OPTIONS"):
                answer = api(method, path, person)
                assert (answer.status_code, answer.text) == (404, "404 page not found\n"), path
                assert answer.headers["content-type"] == LINE


def test_a_wrong_method_is_told_the_right_ones(api: Api, cast: Cast) -> None:
    for path, allowed in {
        "/me": "GET, OPTIONS, PUT",
        "/sessions": "DELETE, OPTIONS, POST",
        "/clients": "GET, OPTIONS, POST",
        "/projects/1": "DELETE, GET, OPTIONS, PUT",
        "/tags/1": "DELETE, OPTIONS, PUT",
        "/tasks/1,2": "DELETE, GET, OPTIONS, PUT",
        "/time_entries/1": "DELETE, GET, OPTIONS, PUT",
        "/time_entries/start": "OPTIONS, POST",
        "/time_entries/current": "GET, OPTIONS, POST",
        "/time_entries/1/stop": "OPTIONS, POST, PUT",
        "/workspaces/1/clients": "GET, OPTIONS",
    }.items():
        for person in (None, cast.bob):
            refused = api("PATCH", path, person)
            assert (refused.status_code, refused.text, refused.headers["allow"]) == (405, "", allowed)
        asked = api("OPTIONS", path)
        assert (asked.status_code, asked.text, asked.headers["allow"]) == (204, "", allowed)


def test_a_head_is_that_of_a_get(api: Api, cast: Cast) -> None:
    for path, person in (("/me", cast.bob), ("/me", None), ("/clients/x", cast.bob), ("/nope", cast.bob)):
        got, head = api("GET", path, person), api("HEAD", path, person)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.headers["content-length"] == got.headers["content-length"] == str(len(got.content))
    assert api("HEAD", "/time_entries/start", cast.bob).status_code == 405


def test_who_one_is_comes_before_what_one_wants(api: Api, cast: Cast) -> None:
    for method, path, content in (
        ("POST", "/clients", b"{"),
        ("PUT", "/clients/x", b"{}"),
        ("GET", "/clients/x", b""),
        ("GET", "/time_entries?start_date=x", b""),
        ("POST", "/groups", b""),
    ):
        refused = api(method, path, content=content)
        assert (refused.status_code, refused.text) == (403, "")


def test_times_are_strict_to_the_second_and_fractions_are_cut(api: Api, cast: Cast) -> None:
    for text, read in (
        ("2023-11-14T09:00:00.999999999+02:00", "2023-11-14T07:00:00+00:00"),
        ("2023-11-14T09:00:00.9Z", "2023-11-14T09:00:00+00:00"),
        ("2023-11-14T09:00:00-00:00", "2023-11-14T09:00:00+00:00"),
        ("2023-11-14T09:00:00+23:59", "2023-11-13T09:01:00+00:00"),
    ):
        born = api.data("POST", "/time_entries", cast.bob, entry(start=text, duration=1))
        assert born["start"] == text
        assert api.data("GET", f"/time_entries/{born['id']}", cast.bob)["start"] == read
    for text in (
        *("2023-11-14", "2023-11-14T09:00Z", "2023-11-14T09:00:00", "2023-11-14 09:00:00Z", "2023-11-14T09:00:00+0200"),
        *("2023-11-14T09:00:00+02:60", "2023-11-14T09:00:00+24:00", "2023-02-30T09:00:00Z", "2023-11-14T24:00:00Z"),
        *("2023-11-14T09:00:00.Z", "2023-11-14T09:00:00.1234567890Z", "1699945200", "2023-11-14T09:00:00Z\n", "٢٠٢٣"),
    ):
        refused = api("POST", "/time_entries", cast.bob, entry(start=text, duration=1))
        assert (refused.status_code, refused.json()) == (404, ["Start is invalid"]), text
        listed = api("GET", "/time_entries", cast.bob, params={"end_date": text})
        assert (listed.status_code, listed.text) == (400, "Invalid end date\n"), text


def test_numbers_that_are_no_ids_are_refused_and_impossible_ones_are_absent(api: Api, cast: Cast) -> None:
    for segment in ("x", "0", "-1", "1.0", "1e3", "0x10", "+1", "%20", "%D9%A3", "1%2C2", "null"):
        refused = api("GET", f"/clients/{segment}", cast.bob)
        assert (refused.status_code, refused.text) == (400, "Invalid client_id\n"), segment
    for number in (1, 4095, (1 << 53) - 1, 1 << 53, 1 << 63, 10**30):
        absent = api("GET", f"/clients/{number}", cast.bob)
        assert (absent.status_code, absent.text) == (404, "null\n"), number


def test_text_of_any_language_comes_back_as_it_went(api: Api, cast: Cast) -> None:
    for name in ("日本語", "naïve ☕", "🏳️‍🌈", "\u202eright to left", 'quote " and \\ slash', "<b>&amp;</b>", "a\tb"):
        assert made(api, cast.bob, "client", name=name)["name"] == name
    for sent in (b'{"client":{"name":"a\\u0000b"}}', b'{"client":{"name":"\\ud800"}}', b'{"client":{"name":"\xff"}}'):
        assert api("POST", "/clients", cast.bob, content=sent).status_code == 404


def test_unknown_members_are_ignored(api: Api, cast: Cast) -> None:
    sent = {"client": {"name": "A", "hrate": 2, "cur": "USD", "deep": {"a": [1, {}]}}, "junk": None}
    assert list(api.data("POST", "/clients", cast.bob, sent)) == ["id", "wid", "name"]


@pytest.fixture
def failing(database: Database, cast: Cast) -> Iterator[tuple[Api, list[Record]]]:
    """The application and its log, with a row in its database that cannot be."""
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off")))
    log: list[Record] = []
    api.app = Edge(litestar_app(api.house), log=log.append)
    database.write_now(
        lambda tx: tx.run(
            "update accounts set timezone = 'No/Where' where bucket = :bucket and id = :id",
            bucket=bucket_of(cast.bob.id),
            id=cast.bob.id,
        )
    )
    yield api, log
    api.close()


def test_a_bug_is_told_by_its_request_id_and_logged_once(failing: tuple[Api, list[Record]], cast: Cast) -> None:
    api, log = failing
    answer = api("POST", "/time_entries", cast.bob, entry(start=START, duration=1))
    assert answer.status_code == 500
    assert answer.text == f"Internal error, request id {answer.headers['x-request-id']}\n"
    assert [record["request_id"] for record in log if "FileNotFoundError" in record["traceback"]] == [
        answer.headers["x-request-id"]
    ]
