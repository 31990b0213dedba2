"""The English texts of refusals. Clients match on some of them: those are the contract's, to the letter."""

from __future__ import annotations

from hourhand.core.errors import Problem

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
    ("*", "name", "taken"): "Name has already been taken",
    ("*", "*", "blank"): "{label} can't be blank",
    ("*", "*", "taken"): "{label} has already been taken",
    ("*", "*", "too_long"): "{label} is too long (maximum is {limit} characters)",
    ("*", "*", "too_many"): "{label} is limited to {limit}",
    ("*", "*", "unreachable"): "{label} not found/no access to it",
    ("*", "*", "forbidden"): "{label} cannot be changed",
    ("*", "*", "*"): "{label} is invalid",
}
# The wire's names of fields that the core calls otherwise.
_LABELS = {"account_id": "uid", "workspace_id": "wid", "project_id": "pid", "client_id": "cid", "task_id": "tid"}


def message(problem: Problem) -> str:
    """What is wrong, as API v8 says it."""
    noun, field, reason = problem.noun, problem.field, problem.reason
    for key in ((noun, field, reason), ("*", field, reason), ("*", "*", reason), ("*", "*", "*")):
        if key in _TEXTS:
            return _TEXTS[key].format_map(_Blanks(problem.about, label=_label(field)))
    raise AssertionError(problem)


def _label(field: str) -> str:
    return _LABELS.get(field) or field.replace("_", " ").capitalize()


class _Blanks(dict[str, object]):
    """What a text names and the problem does not tell is left empty rather than failing."""

    def __missing__(self, key: str) -> str:
        return ""
