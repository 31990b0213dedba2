"""The English texts of refusals. Clients match on some of them: those are the contract's, to the letter.

Each has a translation in every catalogue of `hourhand.languages`; `make catalogues` tells them of a new one.
"""

from __future__ import annotations

from hourhand.core.errors import Problem
from hourhand.languages import Text, Translator

# (noun, field, reason), with "*" for any: the first that fits is said. `{…}` come from the problem.
_TEXTS: dict[tuple[str, str, str], str] = {
    ("account", "email", "blank"): "Emails should not be blank",
    ("account", "email", "invalid"): "Invalid e-mail",
    ("account", "email", "taken"): "User with this email already exists",
    ("account", "email", "closed"): "Sign-up is closed on this server",
    ("account", "email", "uninvited"): "Sign-up on this server needs an invitation",
    ("account", "password", "too_short"): "Password should be at least {limit} characters long",
    ("account", "current_password", "invalid"): "Current password is not valid",
    ("account", "default_workspace_id", "unreachable"): "User {account_id} cannot access workspace {workspace_id}",
    ("workspace", "id", "unreachable"): "User {account_id} cannot access workspace {id}",
    ("workspace", "", "owner_stays"): "The owner cannot leave the workspace",
    ("member", "id", "unreachable"): "Workspace not found/accessible",
    ("member", "", "owner_stays"): "The owner stays in the workspace as its admin",
    ("member", "", "last_admin"): "The workspace needs an admin",
    ("invitation", "emails", "blank"): "Emails should not be blank",
    ("invitation", "emails", "too_many"): "At most {limit} people can be invited at once",
    ("invitation", "email", "invalid"): "Invalid e-mail: {email}",
    ("invitation", "email", "taken"): "{email} is in the workspace already",
    ("invitation", "email", "waiting"): "{email} has been invited already",
    ("invitation", "email", "too_many"): "{email} has been invited too often today",
    ("group", "id", "unreachable"): "Group not found/no access to it",
    ("group", "workspace_id", "unreachable"): "User {account_id} cannot access workspace {workspace_id}",
    ("group", "account_id", "unreachable"): "User {account_id} cannot access workspace {workspace_id}",
    ("client", "id", "unreachable"): "User {account_id} cannot access client {id}",
    ("client", "workspace_id", "unreachable"): "cannot add or edit clients in workspace",
    ("project", "workspace_id", "unreachable"): "User cannot add or edit projects in workspace",
    ("project", "workspace_id", "forbidden"): "User cannot add or edit projects in workspace",
    ("project", "id", "unreachable"): "User cannot access the selected project",
    ("project", "client_id", "unreachable"): "User {account_id} cannot access client {client_id}",
    ("project", "client_id", "mismatch"): "client is in another workspace",
    ("project", "is_private", "forbidden"): "Only admins can change project visibility",
    ("project", "template_id", "unreachable"): "User cannot access the selected template",
    ("project", "template_id", "mismatch"): "template is in another workspace",
    ("project", "template_id", "invalid"): "The selected project is not a template",
    ("project_member", "id", "unreachable"): "Project user not found/no access to it",
    ("project_member", "project_id", "unreachable"): "User cannot access the selected project",
    ("project_member", "workspace_id", "mismatch"): "Project is in another workspace",
    ("project_member", "account_id", "unreachable"): "User {account_id} cannot access workspace {workspace_id}",
    ("project_member", "account_id", "taken"): "User {account_id} is already in the project",
    ("tag", "name", "taken"): "Tag already exists: {name}",
    ("tag", "id", "unreachable"): "Tag not found/no access to it",
    ("tag", "workspace_id", "unreachable"): "User {account_id} cannot access workspace {workspace_id}",
    ("task", "id", "unreachable"): "User cannot access selected task",
    ("task", "project_id", "unreachable"): "User cannot access the selected project",
    ("task", "workspace_id", "mismatch"): "Project is in another workspace",
    ("task", "account_id", "unreachable"): "User {account_id} cannot access workspace {workspace_id}",
    ("time_entry", "id", "unreachable"): "Time entry not found/no access to it",
    ("time_entry", "start", "blank"): "Start can't be blank",
    ("time_entry", "created_with", "blank"): "created_with needs to be provided an a valid string",
    ("time_entry", "project_id", "unreachable"): "User cannot access the selected project",
    ("time_entry", "project_id", "mismatch"): "Project is in another workspace",
    ("time_entry", "task_id", "unreachable"): "User cannot access selected task",
    ("time_entry", "task_id", "mismatch"): "Task belongs to another project",
    ("time_entry", "workspace_id", "unreachable"): "User {account_id} cannot access workspace {workspace_id}",
    ("time_entry", "duration", "too_large"): "Max allowed duration per 1 time entry is 999 hours",
    ("time_entry", "stop", "before_start"): "Stop time must be after start time",
    ("time_entry", "start", "year"): "Start time year must be between 2006 and 2100",
    ("time_entry", "stop", "year"): "Stop time year must be between 2006 and 2100",
    ("time_entry", "description", "too_long"): "Maximum length for description ({limit} chars) exceeded",
    ("time_entry", "tags", "too_many"): "Tags are limited to {limit} per time entry",
    ("batch", "elements", "too_many"): "A batch has at most {limit} elements",
    ("*", "name", "taken"): "Name has already been taken",
    ("*", "*", "blank"): "{label} can't be blank",
    ("*", "*", "taken"): "{label} has already been taken",
    ("*", "*", "too_long"): "{label} is too long (maximum is {limit} characters)",
    ("*", "*", "too_many"): "{label} is limited to {limit}",
    ("*", "*", "unreachable"): "{label} not found/no access to it",
    ("*", "*", "forbidden"): "{label} cannot be changed",
    ("*", "*", "*"): "{label} is invalid",
}
# What is not allowed, where a line says so; without one the answer is empty.
_FORBIDDEN = {
    "sign up": "Sign-up is closed on this server",
    "see members": "Cannot access workspace users",
    "manage project members": "You have no permissions to add users to the project",
}
# Limits that are met by a person whose language is known.
_TOO_MANY = {"log-ins": "Too many log-ins"}
_BAD_RANGE = {"start": "Invalid start date", "end": "Invalid end date"}
# The wire's names of fields that the core calls otherwise. They are the same in every language.
_WIRE_NAMES = {
    "account_id": "uid",
    "account_ids": "uid",
    "workspace_id": "wid",
    "project_id": "pid",
    "client_id": "cid",
    "task_id": "tid",
    "default_workspace_id": "default_wid",
    "template_id": "template_id",
    "group_id": "group_id",
}
# The fields that are said as words.
_FIELDS = (
    *("id", "name", "notes", "email", "password", "current_password", "timezone", "language", "beginning_of_week"),
    *("timeofday_format", "date_format", "duration_format", "rounding", "rounding_minutes", "default_hourly_rate"),
    *("default_currency", "color", "hex_color", "rate", "currency", "is_private", "estimated_hours"),
    *("estimated_seconds", "start", "stop", "duration", "description", "tags", "tag_action", "created_with", "guid"),
    *("timeline", "start_time", "end_time", "filename", "title", "emails"),
    *("subject", "details", "version", "channel", "files"),
)
# The wrappers that are said as words; one of several words is said as it is written.
_WRAPPERS = ("client", "group", "project", "tag", "task", "user", "workspace")


def message(problem: Problem, say: Translator) -> str:
    """What is wrong, as API v8 says it."""
    noun, field, reason = problem.noun, problem.field, problem.reason
    for key in ((noun, field, reason), ("*", field, reason), ("*", "*", reason), ("*", "*", "*")):
        if key in _TEXTS:
            return say(_TEXTS[key], **{**problem.about, "label": _label(field, say)})
    raise AssertionError(problem)


def wrapper_missing(name: str, say: Translator) -> str:
    """That a body lacks the wrapper of this name."""
    return say(_TEXTS["*", "*", "blank"], label=name if "_" in name else say(name.capitalize()))


def forbidden(right: str, say: Translator) -> str:
    """That one has not this right; mostly nothing."""
    return say(_FORBIDDEN.get(right, ""))


def too_many(limit: str, say: Translator) -> str:
    """That one has to wait."""
    return say(_TOO_MANY[limit]) if limit in _TOO_MANY else f"Too many {limit}"


def bad_range(bound: str, say: Translator) -> str:
    """That the start or the end of a list is no time."""
    return say(_BAD_RANGE[bound])


def texts() -> dict[Text, str]:
    """All that is said in the reader's language, and where, for those who translate it."""
    where: dict[Text, str] = {}
    for (noun, field, reason), text in _TEXTS.items():
        where.setdefault(text, " ".join(word for word in (noun, field, reason) if word not in ("", "*")))
    for text in (*_FORBIDDEN.values(), *_TOO_MANY.values(), *_BAD_RANGE.values()):
        where.setdefault(text, "a whole answer")
    for field in _FIELDS:
        where.setdefault(_words(field), f"{{label}}: the field {field}")
    for name in _WRAPPERS:
        where.setdefault(name.capitalize(), f"{{label}}: a whole {name}, which is missing")
    return where


def _label(field: str, say: Translator) -> str:
    return _WIRE_NAMES.get(field) or say(_words(field))


def _words(field: str) -> str:
    return field.replace("_", " ").capitalize()
