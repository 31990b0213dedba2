"""What groups and rows are of: an object whose members depend on the kind."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from hourhand.api.reports_v2.wire import ColorOut
from hourhand.reports.results import Title

Name = str | UnsetType | None


class TitleOut(Struct, kw_only=True):
    """What a group or an item is of: the member of its kind, null for none. A project has its client and colour too."""

    project: Name = UNSET
    client: Name = UNSET
    color: str | UnsetType = UNSET
    hex_color: Name = UNSET
    user: Name = UNSET
    task: Name = UNSET
    time_entry: Name = UNSET

    @classmethod
    def of(cls, title: Title) -> TitleOut:
        if title.kind != "project":
            named = cls()
            setattr(named, title.kind, title.name)
            return named
        color = ColorOut.of(title.color)
        return cls(project=title.name, client=title.client, color=color.color, hex_color=color.hex_color)


class WeekTitleOut(Struct, kw_only=True):
    """What a row of a week is of: a project and its client, or a person."""

    project: Name = UNSET
    client: Name = UNSET
    user: Name = UNSET

    @classmethod
    def of(cls, title: Title) -> WeekTitleOut:
        return cls(user=title.name) if title.kind == "user" else cls(project=title.name, client=title.client)


class WeekPartTitleOut(Struct, kw_only=True):
    """The same within a row, in the order that this API has there."""

    client: Name = UNSET
    project: Name = UNSET
    user: Name = UNSET

    @classmethod
    def of(cls, title: Title) -> WeekPartTitleOut:
        return cls(user=title.name) if title.kind == "user" else cls(client=title.client, project=title.name)
