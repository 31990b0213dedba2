"""The user, as API v8 shows one."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from hourhand.api.http import House
from hourhand.api.v8.clients import ClientOut
from hourhand.api.v8.projects import ProjectOut
from hourhand.api.v8.tags import TagOut
from hourhand.api.v8.tasks import TaskOut
from hourhand.api.v8.time_entries import TimeEntryOut
from hourhand.api.v8.wire import Moment, View
from hourhand.api.v8.workspaces import WorkspaceOut
from hourhand.core.accounts import Account

# The same formats in the words of jQuery's date pickers.
_JQUERY_TIMES = {"H:mm": "H:i", "h:mm A": "h:i A"}
_JQUERY_DATES = {
    "YYYY-MM-DD": "Y-m-d",
    "DD.MM.YYYY": "d.m.Y",
    "DD-MM-YYYY": "d-m-Y",
    "MM/DD/YYYY": "m/d/Y",
    "DD/MM/YYYY": "d/m/Y",
    "MM-DD-YYYY": "m-d-Y",
}
RETENTION_DAYS = 9


class UserOut(Struct):
    """A person's profile. The related lists are set by `GET /me` alone."""

    id: int
    api_token: str | UnsetType
    default_wid: int | UnsetType
    email: str
    fullname: str
    jquery_timeofday_format: str
    jquery_date_format: str
    timeofday_format: str
    date_format: str
    store_start_and_stop_time: bool
    beginning_of_week: int
    language: str
    image_url: str
    sidebar_piechart: bool
    at: Moment
    created_at: Moment
    retention: int
    record_timeline: bool
    render_timeline: bool
    timeline_enabled: bool
    timeline_experiment: bool
    new_blog_post: dict[str, Any]
    should_upgrade: bool
    timezone: str
    openid_enabled: bool
    send_product_emails: bool
    send_weekly_report: bool
    send_timer_notifications: bool
    last_blog_entry: str
    invitation: dict[str, Any]
    duration_format: str
    time_entries: list[TimeEntryOut] | UnsetType = UNSET
    projects: list[ProjectOut] | UnsetType = UNSET
    tags: list[TagOut] | UnsetType = UNSET
    tasks: list[TaskOut] | UnsetType = UNSET
    workspaces: list[WorkspaceOut] | UnsetType = UNSET
    clients: list[ClientOut] | UnsetType = UNSET

    @classmethod
    def of(cls, account: Account, view: View, house: House, token: str | None = None) -> UserOut:
        return cls(
            id=account.id,
            api_token=token or UNSET,
            default_wid=account.default_workspace_id or UNSET,
            email=account.email,
            fullname=account.name,
            jquery_timeofday_format=_JQUERY_TIMES[account.timeofday_format],
            jquery_date_format=_JQUERY_DATES[account.date_format],
            timeofday_format=account.timeofday_format,
            date_format=account.date_format,
            store_start_and_stop_time=account.store_start_and_stop_time,
            beginning_of_week=account.beginning_of_week,
            language=account.language,
            image_url=house.settings.base_url + (account.picture or "/images/profile.png"),
            sidebar_piechart=account.sidebar_piechart,
            at=view.time(account.at),
            created_at=view.time(account.created_at),
            retention=RETENTION_DAYS,
            record_timeline=account.record_timeline,
            render_timeline=account.render_timeline,
            timeline_enabled=account.timeline_enabled,
            timeline_experiment=account.timeline_experiment,
            new_blog_post={},
            should_upgrade=False,
            timezone=account.timezone,
            openid_enabled=account.openid_enabled,
            send_product_emails=account.send_product_emails,
            send_weekly_report=account.send_weekly_report,
            send_timer_notifications=account.send_timer_notifications,
            last_blog_entry="",
            invitation={},
            duration_format=account.duration_format,
        )


class UserIn(Struct):
    """A profile as it is sent. A null changes nothing."""

    email: str | None = None
    fullname: str | None = None
    default_wid: int | None = None
    timezone: str | None = None
    language: str | None = None
    beginning_of_week: int | None = None
    timeofday_format: str | None = None
    date_format: str | None = None
    duration_format: str | None = None
    store_start_and_stop_time: bool | None = None
    sidebar_piechart: bool | None = None
    record_timeline: bool | None = None
    render_timeline: bool | None = None
    timeline_enabled: bool | None = None
    timeline_experiment: bool | None = None
    send_product_emails: bool | None = None
    send_weekly_report: bool | None = None
    send_timer_notifications: bool | None = None
    current_password: str | None = None
    password: str | None = None
    created_with: str | None = None


class Me(Struct):
    """The answer of `GET /me`: `since` is what to send back to learn of all later changes."""

    since: int
    data: UserOut = field()
