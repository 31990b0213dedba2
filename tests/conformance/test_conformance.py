"""The page about conformance says what a run sees, on both engines and in both modes; nothing is left out of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hourhand.api.http import House
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.api.v8.stage import Stage
from tests.cast import Cast
from tests.clock import Clock
from tests.conformance import page
from tests.conformance.chapters import CHAPTERS, SETTINGS
from tests.conformance.promises import Chapter
from tests.conformance.run import run
from tests.endpoints import endpoints

RENEW = "`make conformance` writes docs/conformance.md anew"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda it: it.title)
def test_the_page_says_what_a_run_sees(stage: Stage, chapter: Chapter) -> None:
    written = {text.split("\n")[0]: text for text in _sections()}
    assert written.get(f"## {chapter.title}") == page.section(run(chapter, stage)), RENEW


def test_the_page_is_whole() -> None:
    written = page.PAGE.read_text(encoding="utf-8")
    assert [text.split("\n")[0] for text in _sections()] == [f"## {chapter.title}" for chapter in CHAPTERS], RENEW
    assert page.assemble(_sections()) == written, RENEW


def test_every_endpoint_is_promised_and_no_other(database: Database, cast: Cast) -> None:
    there = {it.name for it in endpoints(House(database, cast.vault, Settings()))} - {"GET /openapi.json"}
    promised = {
        page.endpoint(promise.request).replace("{ids}", "{id}")
        for chapter in CHAPTERS
        for promise in chapter.promises
        if not promise.left_out
    }
    assert promised == there


def test_every_reason_is_tried() -> None:
    for chapter in CHAPTERS:
        for promise in chapter.promises:
            for shown_by in (promise.takes, promise.narrower, promise.different):
                assert [reason for reason, proofs in shown_by.items() if not proofs] == [], promise.request


@pytest.fixture(params=["documented", "recorded"])
def stage(request: pytest.FixtureRequest, database: Database, cast: Cast, clock: Clock) -> Iterator[Stage]:
    api = Api(House(database, cast.vault, Settings(v8_mode=request.param, **SETTINGS)))
    yield Stage(api, cast, clock)
    api.close()


def _sections() -> list[str]:
    return page.sections_of(page.PAGE.read_text(encoding="utf-8"))
