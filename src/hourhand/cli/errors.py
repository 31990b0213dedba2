"""Errors in the command line's words: one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hourhand.core.errors import Problem

EXIT_CODE = 2
_REASONS = {
    "blank": "is missing",
    "invalid": "is not valid",
    "taken": "has an account already",
    "too_short": "needs at least {limit} characters",
    "too_long": "has more than {limit} characters",
}
_CONFLICTS = {
    "not_deleted": "{noun} {thing_id} is not deleted",
    "name_taken": "the name {name!r} is in use by another {noun} now: rename that first",
    "project_gone": "its project {project_id} is deleted: bring that back first",
    "workspace_gone": "its workspace {workspace_id} is gone",
}
_OF_REPORTS = {
    "before_since": "is before since",
    "too_long": "is more than a year after since",
    "year": "is not between the years 2006 and 2100",
    "mismatch": "does not go with this grouping",
    "too_many": "are more than the {limit} that such a file can have: choose csv, or fewer days",
}
# What the drivers say that the storage does not translate: a right that is missing, a table that is not there.
_DRIVERS = ("apsw", "psycopg")


def line(error: Exception) -> str | None:
    """What to say of an error, or None for a bug."""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return _joined(f"{error.format_message()} See: {error.ctx.command_path} --help")
    if isinstance(error, click.ClickException):
        return _joined(error.format_message())
    if isinstance(error, click.Abort):
        return "stopped"
    if isinstance(error, OSError):
        return f"{error.filename or 'the system'}: {error.strerror}"
    if hasattr(error, "exit_code") or type(error).__module__.split(".")[0] in _DRIVERS:
        return _joined(str(error))
    return _refusal(error)


def exit_code(error: Exception) -> int:
    """What the process leaves with."""
    code: int = EXIT_CODE if isinstance(error, click.ClickException) else getattr(error, "exit_code", EXIT_CODE)
    return code


def _refusal(error: Exception) -> str | None:
    from hourhand.core.errors import Conflict, Invalid, NotFound

    if isinstance(error, NotFound):
        return f"there is no {error.noun} {error.key}"
    if isinstance(error, Conflict) and error.reason in _CONFLICTS:
        return _CONFLICTS[error.reason].format(noun=error.noun, **error.about)
    if isinstance(error, Invalid):
        said = (f"{problem.field} {_reason(problem)}" for problem in error.problems)
        abouts = (problem.about for problem in error.problems)
        return "; ".join(text.format_map(about) for text, about in zip(said, abouts, strict=True))
    return None


def _reason(problem: Problem) -> str:
    return (_OF_REPORTS if problem.noun == "report" else _REASONS).get(problem.reason, "is not valid")


def _joined(text: str) -> str:
    return " ".join(text.split())
