"""All chapters, in the order of the page, and the settings of the server that they are tried on."""

from __future__ import annotations

from typing import Any

from tests.conformance.access import AUTHENTICATION, BASICS, CORS, MODES, USERS
from tests.conformance.beside import BESIDE, DESKTOP
from tests.conformance.projects import PROJECT_USERS, PROJECTS
from tests.conformance.teams import WORKSPACE_USERS, WORKSPACES
from tests.conformance.time import DASHBOARD, TIME_ENTRIES
from tests.conformance.work import CLIENTS, GROUPS, TAGS, TASKS

CHAPTERS = [
    BASICS,
    MODES,
    AUTHENTICATION,
    CORS,
    CLIENTS,
    GROUPS,
    PROJECTS,
    PROJECT_USERS,
    TAGS,
    TASKS,
    TIME_ENTRIES,
    USERS,
    WORKSPACES,
    WORKSPACE_USERS,
    DASHBOARD,
    BESIDE,
    DESKTOP,
]
SETTINGS: dict[str, Any] = {
    "log": "off",
    "rate_limit": "off",
    "signup": "open",
    "public_url": "https://time.example.org",
}
