"""Subscriptions: who wants to be told of what happens in a workspace, at which address.

A subscription is its maker's, and tells what they may know. Workspace admins see and change everybody's. It is told
of events while it is enabled and its address is validated: proven to belong to whoever subscribed. The secret
that signs what is sent is sealed.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import event_filters, event_log, events, ids, members, texts
from hourhand.core.actor import Actor
from hourhand.core.errors import Conflict, NotFound, Problems
from hourhand.core.event_filters import EventFilter
from hourhand.core.ids import bucket_of
from hourhand.core.members import Member
from hourhand.core.secrets import Vault, new_token
from hourhand.db import Row, Tx, columns, insert_into, parameters, reader, update_of

NOUN = "subscription"
LONGEST_URL = 2048
LONGEST_SECRET = 256


class Subscription(Struct, frozen=True):
    """A subscription. `filters` are as they are stored; `pending` tells whether something is to be delivered."""

    id: int
    workspace_id: int
    account_id: int
    description: str
    url: str
    filters: str
    secret: bytes
    enabled: bool
    position: int
    validated_at: int | None
    failing_since: int | None
    created_at: int
    at: int
    deleted_at: int | None
    pending: bool = False

    @property
    def event_filters(self) -> list[EventFilter]:
        return msgspec.json.decode(self.filters, type=list[EventFilter])

    @property
    def listens(self) -> bool:
        """Whether it is told of events."""
        return self.enabled and self.validated_at is not None and self.deleted_at is None

    def code(self, vault: Vault) -> str:
        """What proves that whoever subscribed reads what is sent to the address. Another address has another."""
        return vault.derive(f"subscriptions|code|{self.id}|{self.url}")

    def opened_secret(self, vault: Vault) -> str | None:
        """The secret that signs; None where the key of the vault is another by now."""
        return vault.open(_place(self.id), self.secret)


class Draft(Struct, frozen=True):
    """What may be said of a subscription. Without a `secret`, one is made, or the one that is there stays."""

    url: str | None
    filters: list[EventFilter]
    description: str | None
    enabled: bool = True
    secret: str | UnsetType | None = UNSET


_COLUMNS = columns(Subscription, "s")
_PENDING = """
exists (select 1 from deliveries d
    where d.bucket = s.bucket and d.subscription_id = s.id and d.finished_at is null)
"""
_SELECT = f"select {_COLUMNS}, {_PENDING} from subscriptions s"
_WIDTH = len([field for field in structs.fields(Subscription) if field.required])
_read_plain = reader(Subscription)
_INSERT = insert_into("subscriptions", Subscription)
_UPDATE = update_of("subscriptions", Subscription)


# For callers --------------------------------------------------------------------------------------


def listing(tx: Tx, actor: Actor, workspace_id: int) -> list[Subscription]:
    """The actor's own subscriptions in a workspace, or an admin's view of all, oldest first. Raises `NotFound`."""
    reader_ = members.current(tx, actor, workspace_id)
    rows = tx.rows(
        f"{_SELECT} where s.bucket = :bucket and s.workspace_id = :workspace_id and s.deleted_at is null"
        + ("" if reader_.admin else " and s.account_id = :me")
        + " order by s.id",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        me=actor.account_id,
    )
    return [_read(row) for row in rows]


def count(tx: Tx, actor: Actor, workspace_id: int) -> int:
    """How many enabled subscriptions the actor has in a workspace. Raises `NotFound`."""
    members.current(tx, actor, workspace_id)
    return _enabled(tx, workspace_id, actor.account_id)


def visible(tx: Tx, actor: Actor, workspace_id: int, subscription_id: int) -> Subscription:
    """A subscription of the actor's, or an admin's view of any. Raises `NotFound` of it, or of the workspace."""
    return _visible(tx, members.current(tx, actor, workspace_id), subscription_id)


def proposed(
    tx: Tx, actor: Actor, workspace_id: int, draft: Draft, vault: Vault, most: int, subscription_id: int | None = None
) -> Subscription:
    """What a draft would make: of a new subscription, or of one that is there. Nothing is stored yet.

    So that its address can be tried before. Raises `NotFound`, `Invalid`; `Conflict` where the maker has
    `most` enabled ones already.
    """
    reader_ = members.current(tx, actor, workspace_id)
    known = None if subscription_id is None else _visible(tx, reader_, subscription_id)
    _check(tx, workspace_id, draft, known)
    made = _made(tx, actor, workspace_id, draft, vault, known)
    if made.enabled:
        _refuse_more(tx, made, most)
    return made


def save(tx: Tx, actor: Actor, proposal: Subscription, most: int, *, validated: bool) -> Subscription:
    """Store what was proposed; `validated` says that its address has just been proven. Raises as `proposed`."""
    reader_ = members.current(tx, actor, proposal.workspace_id)
    members.hold(tx, proposal.workspace_id)
    known = _visible(tx, reader_, proposal.id, lock=True) if _row(tx, proposal.id) else None
    problems = Problems(NOUN)
    _refuse_taken(tx, problems, proposal.workspace_id, proposal.description, known)
    problems.refuse()
    if proposal.enabled:
        _refuse_more(tx, proposal, most)
    at = events.stamp(tx, bucket_of(proposal.id))
    if validated:
        proposal = structs.replace(proposal, validated_at=at)
    return _stored(tx, known, structs.replace(proposal, at=at))


def enable(tx: Tx, actor: Actor, workspace_id: int, subscription_id: int, enabled: bool, most: int) -> Subscription:
    """Let a subscription be told of what happens from now on, or no more. Raises as `proposed`."""
    reader_ = members.current(tx, actor, workspace_id)
    members.hold(tx, workspace_id)
    known = _visible(tx, reader_, subscription_id, lock=True)
    if enabled and not known.enabled:
        _refuse_more(tx, known, most)
    at = events.stamp(tx, bucket_of(known.id))
    return _stored(tx, known, structs.replace(known, enabled=enabled, failing_since=None, at=at))


def delete(tx: Tx, actor: Actor, workspace_id: int, subscription_id: int) -> Subscription:
    """End a subscription, with all that it was still to be told. Raises `NotFound`."""
    known = visible(tx, actor, workspace_id, subscription_id)
    bucket = bucket_of(known.id)
    at = events.stamp(tx, bucket)
    for table in ("lanes", "deliveries"):
        tx.run(f"delete from {table} where bucket = :bucket and subscription_id = :id", bucket=bucket, id=known.id)
    return _stored(tx, known, structs.replace(known, enabled=False, at=at, deleted_at=at, pending=False))


def validate(tx: Tx, vault: Vault, workspace_id: int, subscription_id: int, code: str) -> Subscription:
    """Take the code that was sent to an address as proof; it needs nobody. Raises `NotFound`, `Conflict`."""
    known = _row(tx, subscription_id, lock=True)
    if known is None or known.workspace_id != workspace_id or known.code(vault) != code:
        raise NotFound(NOUN, subscription_id)
    if known.validated_at is not None:
        raise Conflict(NOUN, "validated", id=known.id)
    return _proven(tx, known)


def prove(tx: Tx, actor: Actor, workspace_id: int, subscription_id: int, url: str) -> Subscription:
    """Note that an address has answered as the subscriber's, if it is still that of the subscription.

    Raises `NotFound`.
    """
    known = _visible(tx, members.current(tx, actor, workspace_id), subscription_id, lock=True)
    return _proven(tx, known) if known.url == url and known.validated_at is None else known


# For others ---------------------------------------------------------------------------------------


def listening(tx: Tx, bucket: int) -> list[Subscription]:
    """The subscriptions of a bucket that are told of events, whoever they belong to."""
    rows = tx.rows(
        f"{_SELECT} where s.bucket = :bucket and s.enabled and s.validated_at is not null and s.deleted_at is null"
        " order by s.id",
        bucket=bucket,
    )
    return [_read(row) for row in rows]


def every(tx: Tx) -> list[Subscription]:
    """All subscriptions, oldest first; for the operator's eyes. Asks everywhere."""
    rows = tx.rows(f"{_SELECT} where s.deleted_at is null order by s.created_at, s.id")
    return [_read(row) for row in rows]


def find(tx: Tx, subscription_id: int) -> Subscription:
    """A subscription that was not deleted, whoever asks. Raises `NotFound`."""
    found = _row(tx, subscription_id)
    if found is None:
        raise NotFound(NOUN, subscription_id)
    return found


def disable(tx: Tx, subscription_id: int) -> Subscription:
    """Tell a subscription nothing more: for how its address answers, or as the operator says. Raises `NotFound`."""
    known = _row(tx, subscription_id, lock=True)
    if known is None:
        raise NotFound(NOUN, subscription_id)
    at = events.stamp(tx, bucket_of(known.id))
    return _stored(tx, known, structs.replace(known, enabled=False, at=at))


def note_failing(tx: Tx, subscription_id: int, since: int | None) -> None:
    """Note since when all deliveries have failed (unix seconds); None once one has not."""
    tx.run(
        "update subscriptions set failing_since = :since where bucket = :bucket and id = :id",
        since=since,
        bucket=bucket_of(subscription_id),
        id=subscription_id,
    )


# How ----------------------------------------------------------------------------------------------


def _check(tx: Tx, workspace_id: int, draft: Draft, known: Subscription | None) -> None:
    problems = Problems(NOUN)
    description = texts.name(problems, draft.description, "description")
    if description:
        _refuse_taken(tx, problems, workspace_id, description, known)
    event_filters.check(problems, draft.filters)
    if not draft.url:
        problems.add("url", "blank")
    elif len(draft.url) > LONGEST_URL:
        problems.add("url", "too_long", limit=LONGEST_URL)
    _check_secret(problems, draft.secret, known)
    problems.refuse()


def _check_secret(problems: Problems, secret: str | UnsetType | None, known: Subscription | None) -> None:
    if not secret:
        if secret == "" and known is not None:
            problems.add("secret", "blank")
    elif len(secret) > LONGEST_SECRET:
        problems.add("secret", "too_long", limit=LONGEST_SECRET)


def _refuse_taken(tx: Tx, problems: Problems, workspace_id: int, description: str, known: Subscription | None) -> None:
    row = tx.row(
        "select id from subscriptions where bucket = :bucket and workspace_id = :workspace_id"
        " and description = :description and deleted_at is null",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        description=description,
    )
    if row and (known is None or row[0] != known.id):
        problems.add("description", "taken", description=description, workspace_id=workspace_id)


def _refuse_more(tx: Tx, wanted: Subscription, most: int) -> None:
    if _enabled(tx, wanted.workspace_id, wanted.account_id, other_than=wanted.id) >= most:
        about = {"account_id": wanted.account_id, "workspace_id": wanted.workspace_id, "limit": most}
        raise Conflict(NOUN, "too_many", **about)


def _made(
    tx: Tx, actor: Actor, workspace_id: int, draft: Draft, vault: Vault, known: Subscription | None
) -> Subscription:
    assert draft.url is not None
    assert draft.description is not None
    bucket = bucket_of(workspace_id)
    subscription_id = known.id if known else ids.new(tx, NOUN, bucket)
    secret = draft.secret or (None if known else new_token())
    moved = known is None or known.url != draft.url
    at = events.stamp(tx, bucket)
    return Subscription(
        id=subscription_id,
        workspace_id=workspace_id,
        account_id=known.account_id if known else actor.account_id,
        description=draft.description.strip(),
        url=draft.url,
        filters=msgspec.json.encode(draft.filters).decode(),
        secret=vault.seal(_place(subscription_id), secret) if secret else known.secret if known else b"",
        enabled=draft.enabled,
        position=known.position if known else 0,
        validated_at=None if moved or known is None else known.validated_at,
        failing_since=None if moved or known is None else known.failing_since,
        created_at=known.created_at if known else at,
        at=at,
        deleted_at=None,
        pending=known.pending if known else False,
    )


def _enabled(tx: Tx, workspace_id: int, account_id: int, other_than: int = 0) -> int:
    row = tx.row(
        "select count(*) from subscriptions where bucket = :bucket and workspace_id = :workspace_id"
        " and account_id = :account_id and enabled and deleted_at is null and id <> :id",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        account_id=account_id,
        id=other_than,
    )
    assert row is not None
    found: int = row[0]
    return found


def _proven(tx: Tx, known: Subscription) -> Subscription:
    at = events.stamp(tx, bucket_of(known.id))
    return _stored(tx, known, structs.replace(known, validated_at=at, at=at))


def _stored(tx: Tx, known: Subscription | None, after: Subscription) -> Subscription:
    bucket = bucket_of(after.id)
    if after.listens and not (known and known.listens):
        # What happened before is not for it.
        after = structs.replace(after, position=_followed(tx, bucket))
    tx.run(_UPDATE if known else _INSERT, bucket=bucket, **parameters(after))
    return after


def _followed(tx: Tx, bucket: int) -> int:
    """The end of a bucket's log, which is followed from there on at the latest."""
    head = event_log.heads(tx, [bucket])[bucket]
    tx.run(
        "insert into fan_outs (bucket, position) values (:bucket, :position) on conflict (bucket) do nothing",
        bucket=bucket,
        position=head,
    )
    return head


def _visible(tx: Tx, reader_: Member, subscription_id: int, *, lock: bool = False) -> Subscription:
    found = _row(tx, subscription_id, lock=lock)
    if (
        found is None
        or found.workspace_id != reader_.workspace_id
        or not (reader_.admin or found.account_id == reader_.account_id)
    ):
        raise NotFound(NOUN, subscription_id)
    return found


def _row(tx: Tx, subscription_id: int, *, lock: bool = False) -> Subscription | None:
    # All of it is stored again when it changes, so whoever changes it keeps others from doing so meanwhile.
    row = ids.possible(subscription_id) and tx.row(
        f"{_SELECT} where s.bucket = :bucket and s.id = :id and s.deleted_at is null"
        + (" for update of s" if lock else ""),
        bucket=bucket_of(subscription_id),
        id=subscription_id,
    )
    return _read(row) if row else None


def _read(row: Row) -> Subscription:
    return structs.replace(_read_plain(row), pending=bool(row[_WIDTH]))


def _place(subscription_id: int) -> str:
    return f"subscriptions|secret|{subscription_id}"
