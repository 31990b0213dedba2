"""Odd values in every argument of every report: taken or refused, alike on both engines, and never a failure."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from hourhand.api.reports_v2.arguments import DetailsArguments, ProjectArguments, SummaryArguments, WeeklyArguments
from tests.api.reports_v2.asking import BASE
from tests.fuzz.asking import ask
from tests.fuzz.oddities import ARGUMENTS, IDS, TEXTS
from tests.matrix.stage import Stage

ARGUMENTS_OF = {
    "/details": DetailsArguments,
    "/summary": SummaryArguments,
    "/weekly": WeeklyArguments,
    "/project": ProjectArguments,
}
# As long as an address may be.
_LONGEST = 20_000
ODD = [*ARGUMENTS, *IDS, *(quote(text) for text in TEXTS.values())]
ODD = [it for it in dict.fromkeys(ODD) if len(it) <= _LONGEST and "&" not in it and "#" not in it]


@pytest.mark.parametrize("report", ARGUMENTS_OF)
def test_an_odd_argument_is_taken_or_refused(stages: list[Stage], report: str) -> None:
    wrong = []
    for argument in ARGUMENTS_OF[report].__struct_fields__:
        for odd in ODD:
            verdicts = [
                ask(stage, "GET", f"{BASE}{report}?{_needed(stage, argument)}&{argument}={odd}") for stage in stages
            ]
            statuses = {it.status for it in verdicts}
            if len(statuses) > 1 or not statuses <= {200, 400, 403, 404}:
                wrong.append(f"{argument}={odd[:80]!r}: {[(it.status, it.body[:300]) for it in verdicts]}")
            elif statuses == {400} and not re.search(rf"\b{argument}\b|\buntil\b", verdicts[0].body):
                wrong.append(f"{argument}={odd[:80]!r} is not named: {verdicts[0].body}")
    assert wrong == []


def _needed(stage: Stage, but: str) -> str:
    things = stage.world.things
    said = {
        "user_agent": "tests",
        "workspace_id": things["workspace"]["acme"],
        "project_id": things["project"]["public"],
    }
    return "&".join(f"{name}={value}" for name, value in said.items() if name != but)
