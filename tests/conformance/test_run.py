"""A run believes nothing: what is not kept, not tried or not so any more, makes it fail."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from hourhand.api.http import House
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.api.v8.stage import Stage
from tests.cast import Cast
from tests.clock import Clock
from tests.conformance.chapters import SETTINGS
from tests.conformance.page import section
from tests.conformance.promises import ABSENT, Chapter, Promise, Proof
from tests.conformance.run import run

_TAG = {"tag": {"name": "billed", "wid": "{workspace}"}}
_LIST = "GET /workspaces/{workspace}/tags"
_NOT_KEPT = [
    Promise("GET /nothing"),
    Promise(_LIST, answer=[]),
    Promise(_LIST, answer=[{"name": "another"}]),
    Promise(_LIST, answer=[{"name": ABSENT}]),
    Promise(_LIST, shows="id colour"),
    Promise(_LIST, entity="task"),
    Promise(_LIST, absent={"name": "no longer so"}),
    Promise(_LIST, left_out="no longer so"),
    Promise(_LIST, narrower={"no longer so": [Proof(_LIST, status=403)]}),
    Promise(_LIST, different={"no longer so": [Proof(_LIST, answer=[])]}),
    Promise(_LIST, takes={"since": [Proof(f"{_LIST}?since=1", answer=[])]}),
    Promise("POST /tags", {"tag": {**_TAG["tag"], "colour": "red"}}),
    Promise("PUT /tags/{tag}", {"tag": {"wid": "{home}"}}),
    Promise("POST /tags", {"tag": {}}, refused="Another line"),
]


def test_a_promise_that_is_kept_works_and_one_with_a_true_reason_is_narrower(stage: Stage) -> None:
    kept = Promise(_LIST, shows="id name", different={"Newest first.": [Proof(_LIST, answer=[{"id": "{tag}"}])]})
    narrow = Promise(
        "POST /tags", _TAG, absent={"at": "no clock"}, narrower={"Not twice.": [Proof(_LIST, answer=[{}, {}])]}
    )
    gone = Promise("GET /nothing", left_out="Nobody asks.")
    assert [seen.verdict for seen in run(_chapter(kept, narrow, gone), stage).seen] == ["works", "narrower", "left out"]


def test_what_answers_501_is_never_said_to_work(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "ask", lambda request, sent, by: httpx.Response(501))
    promise = Promise("POST /feedback", {"a": 1}, narrower={"Some day.": [Proof(_LIST)]})
    story = run(_chapter(promise), stage)
    assert [seen.verdict for seen in story.seen] == ["not yet"]
    assert "| `POST /feedback` | not yet |  | Answers 501 with one line. |" in section(story)


def test_a_promise_that_is_not_kept_fails(stage: Stage) -> None:
    for promise in _NOT_KEPT:
        with pytest.raises(AssertionError):
            run(_chapter(promise), stage)


def test_a_member_that_no_answer_shows_needs_a_reason(stage: Stage) -> None:
    for name, unseen in (("billed", {"at": "creates have none"}), ("done", {})):
        created = Promise("POST /tags", {"tag": {"name": name, "wid": "{workspace}"}}, entity="tag")
        chapter = Chapter("Tags", "", [created], "tag", unseen)
        if unseen:
            assert run(chapter, stage).shown == ["id", "wid", "name"]
        else:
            with pytest.raises(AssertionError, match="shown without"):
                run(chapter, stage)


@pytest.fixture
def stage(database: Database, cast: Cast, clock: Clock) -> Iterator[Stage]:
    api = Api(House(database, cast.vault, Settings(**SETTINGS)))
    yield Stage(api, cast, clock)
    api.close()


def _chapter(*promises: Promise) -> Chapter:
    return Chapter("Tags", "", list(promises))
