"""`/dashboard`: what the people of a workspace are doing, and who has tracked the most time."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET, Struct, UnsetType

from hourhand.api.http import CallerGiven
from hourhand.api.v8.wire import Moment, PathId, View, get, path_id
from hourhand.core import dashboard
from hourhand.core.dashboard import Action, Dashboard, Effort


class ActionOut(Struct):
    """What somebody is doing or did. `duration` is minus the start (unix seconds) while it goes on."""

    user_id: int
    project_id: int | UnsetType
    duration: int
    description: str | UnsetType
    stop: Moment | None
    tid: int | None

    @classmethod
    def of(cls, action: Action, view: View) -> ActionOut:
        return cls(
            user_id=action.account_id,
            project_id=action.project_id or (UNSET if view.recorded else 0),
            duration=action.duration,
            description=action.description or UNSET,
            stop=None if action.stop is None else view.time(action.stop),
            tid=action.task_id,
        )


class EffortOut(Struct):
    """How long somebody has worked in the last seven days, in seconds."""

    user_id: int
    duration: int

    @classmethod
    def of(cls, effort: Effort) -> EffortOut:
        return cls(effort.account_id, effort.duration)


class DashboardOut(Struct):
    """A dashboard as it is shown, without a wrapper."""

    most_active_user: list[EffortOut]
    activity: list[ActionOut]

    @classmethod
    def of(cls, found: Dashboard, view: View) -> DashboardOut:
        return cls(
            [EffortOut.of(effort) for effort in found.most_active],
            [ActionOut.of(action, view) for action in found.activity],
        )


@get("/dashboard/{workspace_id:str}")
async def get_dashboard(caller: CallerGiven, workspace_id: PathId) -> DashboardOut:
    """The 20 latest actions in a workspace, and the 5 people who tracked the most time in the last 7 days."""
    found = await caller.read_long(dashboard.of, path_id("workspace", workspace_id))
    return DashboardOut.of(found, View.of(caller))


ROUTES: list[HTTPRouteHandler] = [get_dashboard]
