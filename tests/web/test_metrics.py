"""The promises of the metrics: off unless set, shut without the token, and true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hourhand.api.http import House
from hourhand.core import jobs
from hourhand.db import Database, Unavailable
from hourhand.jobs.everything import KINDS
from hourhand.jobs.kinds import Nothing
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.cast import Cast
from tests.scraping import OPEN_METRICS, TOKEN, URL, scrape, visit

SITE = "http://127.0.0.1:8300"
REQUESTS = "hourhand_http_requests_total"
DURATIONS = "hourhand_http_request_duration_seconds"
ME = "/api/v8/me"


@pytest.fixture
def settings() -> Settings:
    """With metrics."""
    return Settings(log="off", rate_limit="off", body_limit=2000, metrics_token=TOKEN)


@pytest.fixture
def without(database: Database, cast: Cast) -> Iterator[Api]:
    """The application without metrics."""
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off")))
    yield api
    api.close()


# Who may see them


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_without_a_token_in_the_settings_there_is_no_such_page(without: Api, method: str) -> None:
    for authorization in (None, "Bearer ", f"Bearer {TOKEN}"):
        answer, unknown = visit(without, authorization, method), without(method, f"{SITE}/nowhere")
        assert (answer.status_code, answer.content) == (404, unknown.content)
        assert answer.headers.keys() == unknown.headers.keys()


@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", f"bearer {TOKEN}"])
def test_the_token_opens_the_page_which_nobody_keeps(api: Api, authorization: str) -> None:
    answer = visit(api, authorization)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    head = visit(api, authorization, "HEAD")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer 0123456789abcde", f"Bearer {TOKEN}f", f"Basic {TOKEN}", TOKEN, "Bearer é"],
)
def test_whoever_has_another_token_or_none_is_told_nothing(api: Api, authorization: str | None) -> None:
    answer = api("GET", URL, headers={} if authorization is None else {"Authorization": authorization.encode()})  # type: ignore[dict-item]
    assert (answer.status_code, answer.text) == (401, "401 unauthorized\n")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["cache-control"] == "no-store"


def test_the_credentials_of_a_person_do_not_open_the_page(api: Api, cast: Cast) -> None:
    assert api("GET", URL, cast.ann).status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_done_there(api: Api, method: str) -> None:
    answer = visit(api, method=method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, OPTIONS")


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (
            f"{OPEN_METRICS};version=1.0.0,text/plain;version=0.0.4;q=0.5",
            f"{OPEN_METRICS}; version=1.0.0; charset=utf-8",
        ),
        (f"{OPEN_METRICS};version=x", f"{OPEN_METRICS}; version=1.0.0; charset=utf-8"),
        ("text/plain;version=x", "text/plain; version=0.0.4; charset=utf-8"),
        ("*/*", "text/plain; version=0.0.4; charset=utf-8"),
    ],
)
def test_who_asks_for_openmetrics_gets_that(api: Api, accept: str, content_type: str) -> None:
    assert visit(api, Accept=accept).headers["content-type"] == content_type
    found = scrape(api, Accept=accept)
    assert found.value(REQUESTS, method="GET", route="/metrics", status="200") == 1
    assert found.text.endswith("# EOF\n") is content_type.startswith(OPEN_METRICS)


# What is counted


def test_requests_are_counted_and_timed_by_the_route_they_took(api: Api, cast: Cast) -> None:
    before = scrape(api)
    for _ in range(3):
        api("GET", "/me", cast.ann)
    api("HEAD", "/me", cast.ann)
    api("GET", "/me")
    for number in (1, 2, 3):
        api("GET", f"/time_entries/{number}", cast.ann)
    after = scrape(api)
    assert before.value(REQUESTS, method="GET", route=ME, status="200") == 0
    assert after.value(REQUESTS, method="GET", route=ME, status="200") == 3
    assert after.value(REQUESTS, method="HEAD", route=ME, status="200") == 1
    assert after.value(REQUESTS, method="GET", route=ME, status="403") == 1
    assert after.value(f"{DURATIONS}_count", route=ME) == 5
    assert 0 < after.value(f"{DURATIONS}_sum", route=ME) < 60
    assert after.value(f"{DURATIONS}_bucket", route=ME, le="+Inf") == 5
    assert after.sum(REQUESTS, route="/api/v8/time_entries/{time_entry_id}") == 3


def test_paths_that_lead_nowhere_and_methods_nobody_knows_share_one_series(api: Api) -> None:
    for number in range(50):
        api("GET", f"{SITE}/nowhere/{number}")
        api("GET", f"/nowhere/{number}")
        api(f"BREW{number}", "/me")
    found = scrape(api)
    assert found.value(REQUESTS, method="GET", route="none", status="404") == 100
    assert found.value(REQUESTS, method="other", route="none", status="405") == 50
    assert found.labels(REQUESTS, "route") == {"none"}


def test_what_the_edge_refuses_is_counted_too(api: Api, cast: Cast) -> None:
    assert api("POST", "/time_entries", cast.ann, content=b"a" * 3000).status_code == 413
    assert scrape(api).value(REQUESTS, method="POST", route="none", status="413") == 1


def test_writes_are_counted_with_their_commits(api: Api, cast: Cast) -> None:
    before = scrape(api)
    for name in ("one", "two"):
        api.data("POST", "/tags", cast.ann, {"tag": {"name": name, "wid": cast.acme.id}})
    api.data("GET", "/me", cast.ann)
    after = scrape(api)
    assert after.value("hourhand_writes_total") - before.value("hourhand_writes_total") == 2
    assert after.value("hourhand_commits_total") - before.value("hourhand_commits_total") == 2


def test_each_application_counts_for_itself(api: Api, cast: Cast, settings: Settings) -> None:
    other = Api(House(api.house.database, cast.vault, settings))
    try:
        api("GET", "/me", cast.ann)
        assert scrape(api).value(REQUESTS, method="GET", route=ME, status="200") == 1
        assert scrape(other).value(REQUESTS, method="GET", route=ME, status="200") == 0
    finally:
        other.close()


def test_the_process_tells_what_it_takes(api: Api) -> None:
    found = scrape(api)
    assert found.value("process_resident_memory_bytes") > 1 << 20
    assert found.value("process_cpu_seconds_total") > 0


# What waits


def test_jobs_are_shown_from_none_of_any_kind_on(api: Api, database: Database) -> None:
    found = scrape(api)
    assert found.labels("hourhand_jobs", "kind") == set(KINDS)
    assert found.labels("hourhand_jobs", "state") == {"waiting", "running", "failing", "buried"}
    assert found.sum("hourhand_jobs") == 0
    job_id = database.write_now(lambda tx: jobs.enqueue(tx, "tidy_up", Nothing(), bucket=1))
    assert job_id is not None
    found = scrape(api)
    assert found.value("hourhand_jobs", kind="tidy_up", state="waiting") == found.sum("hourhand_jobs") == 1
    database.write_now(lambda tx: jobs.claim(tx, job_id))
    assert scrape(api).value("hourhand_jobs", kind="tidy_up", state="running") == 1


def test_a_database_that_does_not_answer_shows_and_what_the_process_knows_is_still_told(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scrape(api).value("hourhand_database_up") == 1

    async def lost(_: object) -> None:
        raise Unavailable("lost")

    monkeypatch.setattr(database, "read_long", lost)
    found = scrape(api)
    assert found.value("hourhand_database_up") == 0
    assert found.value(REQUESTS, method="GET", route="/metrics", status="200") == 1
    assert "hourhand_jobs" not in found.names


def test_nobody_is_named(api: Api, cast: Cast) -> None:
    secret = "5f1d0c2e9b7a"
    api.data("POST", "/tags", cast.ann, {"tag": {"name": secret, "wid": cast.acme.id}})
    api("GET", f"/workspaces/{cast.acme.id}/tags", cast.ann, params={"q": secret})
    api("GET", f"{SITE}/ical/workspace_user/{secret}.ics")
    api("GET", f"{SITE}/{secret}/ann@example.org")
    api("POST", "/lost_passwords", body={"email": "ann@example.org"})
    api(secret, "/me", cast.ann)
    text = scrape(api).text
    ids = {str(it) for it in (cast.ann.id, cast.acme.id)}
    told = {
        word for word in (secret, TOKEN, cast.ann.token, "ann@", "Ann", "Acme", "tests", "127.0.0.1") if word in text
    }
    assert told | {it for it in ids if f"/{it}" in text or f'"{it}' in text} == set()
