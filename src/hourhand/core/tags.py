"""Tags: words that time entries carry. Entries hold a tag's id, so a new name shows on all of them."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import events, ids, members, texts
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.tables import Table
from hourhand.db import Tx

NOUN = "tag"
LONGEST_NAME = 128


class Tag(Struct, frozen=True):
    """A tag of a workspace. Its name is unique there."""

    id: int
    workspace_id: int
    name: str
    created_at: int
    at: int
    deleted_at: int | None


class Draft(Struct, frozen=True):
    """What may be said of a tag before its birth."""

    workspace_id: int
    name: str | None


class Changes(Struct, frozen=True):
    """A patch; what is unset stays."""

    name: str | UnsetType | None = UNSET


_TABLE = Table("tags", NOUN, Tag)
_SELECT = f"select {_TABLE.columns('t')} from tags t"
_OF_MEMBER = """
join members m on m.bucket = t.bucket and m.workspace_id = t.workspace_id
    and m.account_id = :account_id and m.active and m.deleted_at is null
"""


def visible(tx: Tx, actor: Actor, tag_id: int) -> Tag:
    """A tag of a workspace the actor is in. Raises `NotFound`."""
    return _find(tx, actor, tag_id)


def editable(tx: Tx, actor: Actor, tag_id: int) -> Tag:
    """A tag the actor may change, which waits for this transaction. Raises `NotFound`."""
    return _find(tx, actor, tag_id, " for update of t")


def listing(tx: Tx, actor: Actor, workspace_ids: list[int] | None = None, since: int | None = None) -> list[Tag]:
    """The tags of these workspaces, or of all the actor is in, newest first.

    With `since` (unix seconds), those changed at or after that time, deleted ones included.
    """
    if workspace_ids is None:
        workspace_ids = members.workspace_ids(tx, actor.account_id)
    rows = tx.rows(
        _SELECT
        + _OF_MEMBER
        + "where t.bucket in (:buckets) and t.workspace_id in (:workspace_ids) and t.at >= :since"
        + (" and t.deleted_at is null" if since is None else "")
        + " order by t.created_at desc, t.id desc",
        buckets=sorted({bucket_of(workspace_id) for workspace_id in workspace_ids}),
        workspace_ids=workspace_ids,
        account_id=actor.account_id,
        since=since or 0,
    )
    return [_TABLE.read(row) for row in rows]


def of_workspace(tx: Tx, actor: Actor, workspace_id: int) -> list[Tag]:
    """The tags of one workspace, newest first. Raises `NotFound` of the workspace for a stranger."""
    members.current(tx, actor, workspace_id)
    return listing(tx, actor, [workspace_id])


def kept(tx: Tx, bucket: int, tag_ids: list[int]) -> list[Tag]:
    """These tags as they are kept, deleted ones too, to tell those who may know of them."""
    return _TABLE.kept(tx, bucket, tag_ids)


def ids_of_names(tx: Tx, workspace_id: int, names: list[str]) -> dict[str, int]:
    """By name, the id of the tag that has it; of a name that none has any more, that of the last one that was made."""
    rows = tx.rows(
        "select name, id from tags where bucket = :bucket and workspace_id = :workspace_id and name in (:names)"
        " order by deleted_at is null, id",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        names=names,
    )
    return {name: tag_id for name, tag_id in rows}  # noqa: C416 - rows are tuples of anything


def create(tx: Tx, actor: Actor, draft: Draft) -> Tag:
    """Add a tag to a workspace the actor is in. Raises `Invalid`."""
    problems = Problems(NOUN)
    name = texts.name(problems, draft.name, longest=LONGEST_NAME)
    try:
        members.current(tx, actor, draft.workspace_id)
    except NotFound:
        problems.add("workspace_id", "unreachable", workspace_id=draft.workspace_id, account_id=actor.account_id)
    else:
        _refuse_taken(tx, problems, draft.workspace_id, name)
    problems.refuse()
    return _insert(tx, actor, draft.workspace_id, name)


def named(tx: Tx, actor: Actor, workspace_id: int, names: list[str]) -> list[int]:
    """The ids of the tags with these names, in their order; those missing are created, each with an event.

    Blank names and repetitions are dropped. For a workspace the actor is known to be in. Raises `Invalid`.
    """
    problems = Problems(NOUN)
    wanted = list(dict.fromkeys(texts.name(problems, name, longest=LONGEST_NAME) for name in names if name.strip()))
    problems.refuse()
    if not wanted:
        return []
    found = _ids_by_name(tx, workspace_id, wanted)
    # Two that create one name at once: the unique index refuses the second, whose work then runs again.
    return [found.get(name) or _insert(tx, actor, workspace_id, name).id for name in wanted]


def update(tx: Tx, actor: Actor, tag_id: int, changes: Changes) -> Tag:
    """Rename a tag; its workspace stays. Raises `NotFound`, `Invalid`."""
    before = editable(tx, actor, tag_id)
    problems = Problems(NOUN)
    after = before
    if changes.name is not UNSET:
        after = structs.replace(after, name=texts.name(problems, changes.name, longest=LONGEST_NAME))
    if after.name != before.name:
        _refuse_taken(tx, problems, before.workspace_id, after.name)
    problems.refuse()
    return _TABLE.update(tx, actor, before, after)


def delete(tx: Tx, actor: Actor, tag: Tag) -> Tag:
    """Mark a tag deleted. The entries that carry it are for `removals`."""
    return _TABLE.delete(tx, actor, tag)


def _find(tx: Tx, actor: Actor, tag_id: int, lock: str = "") -> Tag:
    row = ids.possible(tag_id) and tx.row(
        _SELECT + _OF_MEMBER + "where t.bucket = :bucket and t.id = :id and t.deleted_at is null" + lock,
        bucket=bucket_of(tag_id),
        id=tag_id,
        account_id=actor.account_id,
    )
    if not row:
        raise NotFound(NOUN, tag_id)
    return _TABLE.read(row)


def _insert(tx: Tx, actor: Actor, workspace_id: int, name: str) -> Tag:
    bucket = bucket_of(workspace_id)
    at = events.stamp(tx, bucket)
    tag = Tag(id=ids.new(tx, NOUN, bucket), workspace_id=workspace_id, name=name, created_at=at, at=at, deleted_at=None)
    return _TABLE.insert(tx, actor, tag)


def _refuse_taken(tx: Tx, problems: Problems, workspace_id: int, name: str) -> None:
    if _ids_by_name(tx, workspace_id, [name]):
        problems.add("name", "taken", name=name)


def _ids_by_name(tx: Tx, workspace_id: int, names: list[str]) -> dict[str, int]:
    return dict(
        tx.rows(
            "select name, id from tags where bucket = :bucket and workspace_id = :workspace_id and name in (:names)"
            " and deleted_at is null",
            bucket=bucket_of(workspace_id),
            workspace_id=workspace_id,
            names=names,
        )
    )
