"""Who may ask, by which methods and paths, and what a refusal looks like."""

from __future__ import annotations

import pytest

from hourhand import __version__
from hourhand.api.http import House
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.api.reports_v2.asking import BASE, ask, refused, told
from tests.api.v8.sending import PASSWORD, basic, set_password
from tests.cast import Cast

REPORTS = ("/details", "/summary", "/weekly")
FORMS = ("", ".json", ".csv", ".xlsx", ".xls", ".pdf")
PATHS = [f"{report}{form}" for report in REPORTS for form in FORMS]
PATHS += ["/project", "/project.json", "/env", "/env.json"]
MISSING = (401, "api token missing")


@pytest.mark.parametrize("path", PATHS)
def test_without_credentials_there_is_nothing(api: Api, cast: Cast, path: str) -> None:
    answer = ask(api, path, None, cast.acme.id)
    assert refused(answer) == MISSING
    assert answer.json()["error"]["tip"].startswith("You can find your API token")
    # So that browsers do not remember Basic credentials.
    assert "www-authenticate" not in answer.headers
    assert refused(api("GET", f"{BASE}{path}", headers=basic("0" * 32, "api_token"))) == MISSING


def test_a_password_is_taken_at_the_log_in_alone(api: Api, cast: Cast, database: Database) -> None:
    set_password(database, cast.ann)
    credentials = basic("ann@example.org", PASSWORD)
    assert refused(api("GET", f"{BASE}/env", headers=credentials)) == MISSING
    answer = api("POST", f"{BASE}/login", headers=credentials)
    expected = {"workspace": {"id": cast.ann.home}, "user": {"id": cast.ann.id, "api_token": cast.ann.token}}
    assert (answer.status_code, answer.json()) == (200, expected)
    cookie = {"Cookie": answer.headers["set-cookie"].split(";")[0]}
    assert api("GET", f"{BASE}/env", headers=cookie).json() == expected
    assert ask(api, "/details", None, cast.acme.id).status_code == 401
    assert api("GET", f"{BASE}/summary?user_agent=t&workspace_id={cast.acme.id}", headers=cookie).status_code == 200
    # It is the session of API v8, too.
    assert api("GET", "/me", headers=cookie).status_code == 200


def test_a_wrong_password_begins_no_session(api: Api, cast: Cast, database: Database) -> None:
    set_password(database, cast.ann)
    answer = api("POST", f"{BASE}/login", headers=basic("ann@example.org", "wrong"))
    assert refused(answer) == MISSING
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-remaining-login-attempts"] == "9"
    assert refused(api("POST", f"{BASE}/login")) == MISSING


def test_a_token_begins_a_session_too(api: Api, cast: Cast) -> None:
    answer = api("POST", f"{BASE}/login", cast.bob)
    assert answer.json()["user"] == {"id": cast.bob.id, "api_token": cast.bob.token}
    assert answer.headers["set-cookie"]


def test_it_says_what_it_is_and_who_calls(api: Api, cast: Cast) -> None:
    index = api("GET", f"{BASE}/index").json()
    assert "GET /details" in index["Welcome to reports api V2. VALID requests are:"]
    revision = api("GET", f"{BASE}/revision")
    assert (revision.text, revision.headers["content-type"]) == (f"{__version__}\n", "text/plain; charset=utf-8")
    assert list(told(api, "/env", cast.ann, 0)) == ["workspace", "user"]


@pytest.mark.parametrize("status", [400, 500])
def test_a_client_can_be_tried_on_an_error(api: Api, status: int) -> None:
    for path in (f"/error{status}", f"/error{status}.json"):
        answer = api("GET", f"{BASE}{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, status)
        assert answer.headers["warning"] == "This URL is intended only for testing"


def test_no_success_has_a_warning(api: Api, cast: Cast) -> None:
    for path in ("/details", "/summary.json", "/weekly", "/env", "/index", "/revision", "/openapi.json"):
        answer = ask(api, path, cast.ann, cast.acme.id)
        assert answer.status_code == 200
        assert "warning" not in answer.headers


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/details.html", "/details/5", "/detail", "/index.csv", "/env.pdf", "/project.csv"]
)
def test_an_unknown_path_is_refused_like_all_else(api: Api, cast: Cast, path: str) -> None:
    for person in (None, cast.ann):
        assert refused(api("GET", f"{BASE}{path}", person)) == (404, "There is nothing at this path")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_reports_are_only_read(api: Api, cast: Cast, method: str) -> None:
    for path in ("/details", "/details.csv", "/summary.json", "/project", "/env"):
        answer = api(method, f"{BASE}{path}", cast.ann)
        assert refused(answer) == (405, "Method not allowed")
        assert answer.headers["allow"] == "GET, OPTIONS"
    assert api("GET", f"{BASE}/login", cast.ann).headers["allow"] == "OPTIONS, POST"


def test_slashes_too_many_do_not_matter(api: Api, cast: Cast) -> None:
    asked = f"?user_agent=t&workspace_id={cast.acme.id}"
    for path in ("//reports/api/v2//details", "/reports/api/v2/details/", "/reports//api/v2/details"):
        assert api("GET", f"http://127.0.0.1:8300{path}{asked}", cast.ann).status_code == 200


def test_a_head_has_no_body(api: Api, cast: Cast) -> None:
    answer = api("HEAD", f"{BASE}/details?user_agent=t&workspace_id={cast.acme.id}", cast.ann)
    assert (answer.status_code, answer.content) == (200, b"")


def test_too_many_requests_are_told_to_wait(database: Database, cast: Cast) -> None:
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="1/2")))
    answers = [ask(api, "/summary", cast.ann, cast.acme.id) for _ in range(4)]
    api.close()
    assert answers[0].status_code == 200
    assert refused(answers[-1]) == (429, "Too many requests")
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_pages_of_other_origins_may_read_what_clients_read(database: Database, cast: Cast) -> None:
    origin = "https://app.example"
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", cors_origins=(origin,))))
    answer = api("GET", f"{BASE}/env", headers={"Origin": origin})
    api.close()
    assert {"Warning", "Content-Disposition"} <= set(answer.headers["access-control-expose-headers"].split(", "))
