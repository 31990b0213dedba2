"""The members of each entity of API v8, in the order of the contract."""

from __future__ import annotations

from typing import Any

ORDER: dict[str, list[str]] = {
    entity: words.split()
    for entity, words in {
        "user": "id api_token default_wid email fullname jquery_timeofday_format jquery_date_format timeofday_format"
        " date_format store_start_and_stop_time beginning_of_week language image_url sidebar_piechart at created_at"
        " retention record_timeline render_timeline timeline_enabled timeline_experiment new_blog_post should_upgrade"
        " timezone openid_enabled send_product_emails send_weekly_report send_timer_notifications last_blog_entry"
        " invitation duration_format"
        # What `GET /me` adds.
        " time_entries projects tags tasks workspaces clients",
        "workspace": "id name profile premium admin default_hourly_rate default_currency"
        " only_admins_may_create_projects only_admins_see_billable_rates only_admins_see_team_dashboard"
        " projects_billable_by_default rounding rounding_minutes api_token at logo_url ical_url ical_enabled",
        "workspace_user": "id uid wid admin owner active email timezone inactive at name group_ids rate labour_cost"
        " invite_url invitation_code avatar_file_name can_be_removed",
        "client": "id wid name notes at",
        "group": "id wid name at",
        "project": "id guid wid cid name billable is_private active template template_id at created_at color"
        " auto_estimates estimated_hours actual_hours rate currency hex_color",
        "project_user": "id pid uid wid manager rate fullname at",
        "tag": "id wid name at",
        "task": "name id wid pid uid active at estimated_seconds tracked_seconds uname done_seconds",
        "time_entry": "id guid wid pid tid billable start stop duration description tags duronly at uid",
    }.items()
}
# What a member list may be without, because it is only there when it is set.
OPTIONAL: dict[str, set[str]] = {
    entity: set(words.split())
    for entity, words in {
        "user": "api_token default_wid time_entries projects tags tasks clients workspaces",
        "workspace": "default_hourly_rate api_token logo_url ical_url",
        "workspace_user": "",
        "client": "notes",
        "group": "",
        "project": "guid cid template_id estimated_hours actual_hours rate currency",
        "project_user": "fullname",
        "tag": "",
        "task": "uid tracked_seconds uname done_seconds",
        "time_entry": "pid tid stop description tags",
    }.items()
}
# What is shown as null where it is not set.
NULLABLE = {"project_user": {"rate"}}


def well_formed(entity: str, answer: dict[str, Any], *, without: tuple[str, ...] = ()) -> bool:
    """Whether an answer has all members that it must have, but those left out here, no other, and in order."""
    order = [*ORDER[entity], "server_deleted_at"]
    needed = set(ORDER[entity]) - OPTIONAL[entity] - set(without)
    return (
        list(answer) == [member for member in order if member in answer]
        and needed <= set(answer)
        and not set(without) & set(answer)
        and {member for member, value in answer.items() if value is None} <= NULLABLE.get(entity, set())
    )
