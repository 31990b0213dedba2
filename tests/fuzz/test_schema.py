"""Requests made up from the OpenAPI document: none makes the server fail, and each answer is as the document says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from hourhand.api.reports_v2 import routes as reports
from hourhand.api.v8 import routes as v8
from hourhand.api.webhooks_v1 import routes as webhooks
from hourhand.calls.calling import Line
from tests.fuzz.asking import GOOD, filled
from tests.matrix.stage import Stage, served

CASES = 2800
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DOCUMENTS = [schemathesis.openapi.from_dict(msgspec.json.decode(it.openapi())) for it in (v8, reports, webhooks)]
OPERATIONS: dict[str, Any] = {
    it.ok().label: it.ok()  # type: ignore[union-attr]
    for document in DOCUMENTS
    for it in document.get_all_operations()
}
# Where there is nothing to make up, one request is as good as fifty.
FIXED = {label for label, it in OPERATIONS.items() if not it.body and not it.query and not it.path_parameters}
EACH = -(-(CASES - len(FIXED)) // (len(OPERATIONS) - len(FIXED)))
# Sign-up is closed, Ann owns the workspaces that she is in, neither a picture nor feedback is made up, and no address
# can be reached.
REFUSED = {
    "POST /api/v8/signups",
    "DELETE /api/v8/workspaces/{workspace_id}/leave",
    "POST /api/v8/workspaces/{workspace_id}/logo",
    "POST /api/v8/feedback",
    "POST /api/v8/feedback/web",
    f"POST {webhooks.PATH}/ping/{{workspace_id}}/{{subscription_id}}",
}
_HOOKS = f"{webhooks.PATH}/subscriptions/{{workspace_id}}"
_HOOK = {
    "url_callback": "https://hooks.example/",
    "event_filters": [{"entity": "tag", "action": "*"}],
    "description": "$",
    "enabled": False,
    "secret": "s",
}
# What a body without a wrapper needs.
UNWRAPPED: dict[str, dict[str, Any]] = {
    "POST /api/v8/workspaces/{workspace_id}/invite": {"emails": ["new@example.org", "nonsense"]},
    f"POST {_HOOKS}": _HOOK,
    f"PUT {_HOOKS}/{{subscription_id}}": _HOOK,
    f"PATCH {_HOOKS}/{{subscription_id}}": {"enabled": False},
}
_number = count()
_KINDS = {"wid": "workspace", "default_wid": "workspace", "pid": "project", "template_id": "project", "cid": "client"}
_KINDS |= {"tid": "task", "uid": "person", "id": "workspace", "client_id": "client", "project_id": "project"}
_KINDS |= {"group_id": "group", "workspace_user_id": "member", "project_user_id": "project_user"}
_KINDS |= {"tag_id": "tag", "task_id": "task", "time_entry_id": "entry", "workspace_id": "workspace"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The world on SQLite, from where no name leads anywhere."""
    folder: Path = tmp_path_factory.mktemp("world")
    with served(f"sqlite:///{folder}/hourhand.db", folder, Line(resolve=_unknown)) as stage:
        yield stage


@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_the_document_allows_is_answered_as_it_says(stage: Stage, label: str) -> None:
    statuses: list[int] = []

    @settings(
        max_examples=1 if label in FIXED else EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(), known=st.data())
    def ask(case: schemathesis.Case[Any], known: st.DataObject) -> None:
        case.path_parameters = _acquainted(stage, case.path_parameters, known)
        case.query = _acquainted(stage, case.query, known)
        if webhooks.PATH in label:
            case.path_parameters = _hooked(stage, case.path_parameters, known)
        if label.startswith(f"GET {reports.PATH}"):
            case.query = _to_the_point(stage, case.query, known)
        case.body = _complete(stage, label, _acquainted(stage, case.body, known), known)
        sent = requests.Request(**case.as_transport_kwargs(base_url="http://127.0.0.1:8300")).prepare()
        assert sent.url is not None
        content = sent.body.encode() if isinstance(sent.body, str) else sent.body
        answer = stage.api(case.method, sent.url, stage.world.people["ann"], content=content)  # type: ignore[arg-type]
        statuses.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    try:
        ask()
    finally:
        stage.reset()
    assert len(statuses) >= (1 if label in FIXED else EACH)
    assert (200 in statuses) != (label in REFUSED)


def _acquainted(stage: Stage, said: Any, known: st.DataObject) -> Any:
    """The same with ids of things there are, more often than chance has them."""
    if isinstance(said, dict):
        return {
            name: _some_id(stage, _KINDS[name], value, known) if name in _KINDS else _acquainted(stage, value, known)
            for name, value in said.items()
        }
    return said


def _hooked(stage: Stage, said: dict[str, Any], known: st.DataObject) -> dict[str, Any]:
    """The same, or what leads to a subscription that Ann may change; more often the latter."""
    if not known.draw(st.sampled_from((True, True, False))):
        return said
    of_a_hook = ("workspace_id", "subscription_id", "code")
    place = known.draw(st.sampled_from(stage.world.ids("proof", "anns,bobs")))
    return {**said, **{name: it for name, it in zip(of_a_hook, place.split("/"), strict=True) if name in said}}


def _some_id(stage: Stage, kind: str, made_up: Any, known: st.DataObject) -> Any:
    # The first of a kind is Ann's, which she may do most with.
    things = list(stage.world.things[kind].values())
    return known.draw(st.one_of(st.just(things[0]), st.sampled_from([made_up, *things])))


def _to_the_point(stage: Stage, said: Any, known: st.DataObject) -> Any:
    """The arguments as they are; or what a report needs, and one of the others."""
    if known.draw(st.booleans()):
        return said
    needed = {"workspace_id": stage.world.things["workspace"]["acme"], "user_agent": "tests"}
    needed |= {"project_id": stage.world.things["project"]["public"]}
    others = {name: value for name, value in (said or {}).items() if name not in needed}
    one = known.draw(st.sampled_from([{}, *({name: value} for name, value in sorted(others.items()))]))
    return needed | one


def _complete(stage: Stage, label: str, said: Any, known: st.DataObject) -> Any:
    """The body as it is, with what it needs, or with nothing else: so that chance has successes to look at as well."""
    how = known.draw(st.sampled_from(("as it is", "with what it needs", "with nothing else")))
    if not isinstance(said, dict) or how == "as it is":
        return said
    if label in UNWRAPPED:
        needed = {name: filled(stage, value, next(_number)) for name, value in UNWRAPPED[label].items()}
        return needed if how == "with nothing else" else {**said, **needed}
    wrapper = next((name for name in GOOD if isinstance(said.get(name), dict)), None)
    if wrapper is None:
        return said
    needed = {name: filled(stage, value, next(_number)) for name, value in GOOD[wrapper][0].items()}
    return {**said, wrapper: needed if how == "with nothing else" else {**said[wrapper], **needed}}


async def _unknown(host: str, port: int) -> list[str]:
    raise OSError
