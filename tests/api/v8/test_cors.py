"""Pages of other origins: only those that are listed, and never with the cookie."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hourhand.api.http import House
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.cast import Cast

LISTED = "https://one.example"
ASKING = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization, content-type"}


@pytest.fixture
def listing(database: Database, cast: Cast) -> Iterator[Api]:
    """The application with two origins listed."""
    api = Api(
        House(
            database,
            cast.vault,
            Settings(log="off", rate_limit="off", cors_origins=(LISTED, "http://two.example:8080")),
        )
    )
    yield api
    api.close()


def test_a_listed_origin_may_read_every_answer(listing: Api, cast: Cast) -> None:
    for method, path, person in (
        ("GET", "/me", cast.bob),
        ("GET", "/me", None),
        ("GET", "/nope", None),
        ("PATCH", "/me", cast.bob),
        ("GET", "/clients/x", cast.bob),
    ):
        answer = listing(method, path, person, headers={"Origin": LISTED})
        assert answer.headers["access-control-allow-origin"] == LISTED
        assert answer.headers["vary"] == "Origin"
        assert "X-Request-Id" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers
    asked = listing("OPTIONS", "/me", headers={"Origin": LISTED, **ASKING})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == LISTED
    assert "PUT" in asked.headers["access-control-allow-methods"]
    assert "authorization" in asked.headers["access-control-allow-headers"].lower()
    assert "x-request-id" in asked.headers


def test_other_origins_read_nothing(listing: Api, api: Api, cast: Cast) -> None:
    for origin in (
        *("null", "https://two.example", "http://one.example", "https://one.example:8443", "https://one.example.evil"),
        *("https://evil-one.example", "https://onexexample", "HTTPS://ONE.EXAMPLE", "https://one.example/", "*", ""),
    ):
        for answer in (
            listing("GET", "/me", cast.bob, headers={"Origin": origin}),
            listing("OPTIONS", "/me", headers={"Origin": origin, **ASKING}),
            api("GET", "/me", cast.bob, headers={"Origin": origin}),
            api("OPTIONS", "/me", headers={"Origin": origin, **ASKING}),
        ):
            assert "access-control-allow-origin" not in answer.headers
            assert "access-control-allow-credentials" not in answer.headers


def test_without_the_setting_nobody_is_listed(api: Api, cast: Cast) -> None:
    answer = api("GET", "/me", cast.bob, headers={"Origin": LISTED})
    assert not [name for name in answer.headers if name.startswith("access-control")]
