"""Accounts: a person's log-in, profile and API token.

An account lives in the bucket of its first e-mail's hash and never moves; `emails` and
`api_tokens` lead to it from elsewhere. `auth_epoch` counts the resets of password and token:
whatever remembers an earlier one is no longer valid.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import dates, members, pictures, texts, workspaces
from hourhand.core.actor import Actor
from hourhand.core.errors import Invalid, NotFound, Problem, Problems
from hourhand.core.ids import bucket_of, bucket_of_text
from hourhand.core.tables import Table
from hourhand.db import Row, Tx

NOUN = "account"
TIME_FORMATS = ("h:mm A", "H:mm")
DATE_FORMATS = ("MM/DD/YYYY", "YYYY-MM-DD", "DD.MM.YYYY", "DD-MM-YYYY", "DD/MM/YYYY", "MM-DD-YYYY")
DURATION_FORMATS = ("improved", "classic", "decimal")
LANGUAGES = ("en_US", "de_DE", "fr_FR", "es_ES", "et_EE")
LEAST_PASSWORD = 6
LONGEST_PASSWORD = 1024
# What fits into one statement's parameters.
_SLICE = 1000


class Account(Struct, frozen=True):
    """A person's profile, without their secrets. Times are unix seconds; `picture` is the path it is served at."""

    id: int
    email: str
    name: str
    auth_epoch: int
    default_workspace_id: int | None
    timezone: str
    language: str
    beginning_of_week: int
    timeofday_format: str
    date_format: str
    duration_format: str
    store_start_and_stop_time: bool
    sidebar_piechart: bool
    record_timeline: bool
    render_timeline: bool
    timeline_enabled: bool
    timeline_experiment: bool
    openid_enabled: bool
    send_product_emails: bool
    send_weekly_report: bool
    send_timer_notifications: bool
    created_with: str | None
    created_at: int
    at: int
    disabled_at: int | None
    deleted_at: int | None
    picture: str | None


class Credentials(Struct, frozen=True):
    """What a password is checked against."""

    account_id: int
    password_hash: str | None
    auth_epoch: int


class Changes(Struct, frozen=True):
    """A patch of a profile; what is unset stays."""

    email: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    default_workspace_id: int | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    beginning_of_week: int | UnsetType = UNSET
    timeofday_format: str | UnsetType = UNSET
    date_format: str | UnsetType = UNSET
    duration_format: str | UnsetType = UNSET
    store_start_and_stop_time: bool | UnsetType = UNSET
    sidebar_piechart: bool | UnsetType = UNSET
    record_timeline: bool | UnsetType = UNSET
    render_timeline: bool | UnsetType = UNSET
    timeline_enabled: bool | UnsetType = UNSET
    timeline_experiment: bool | UnsetType = UNSET
    send_product_emails: bool | UnsetType = UNSET
    send_weekly_report: bool | UnsetType = UNSET
    send_timer_notifications: bool | UnsetType = UNSET


TABLE = Table("accounts", NOUN, Account)
COLUMNS = TABLE.columns()
# What those who share a workspace with somebody see of their account.
_SHOWN_TO_OTHERS = ("email", "name", "timezone", "disabled_at")
# A caller may add conditions.
USABLE = f"""
select {COLUMNS} from accounts
where bucket = :bucket and id = :id and disabled_at is null and deleted_at is null
"""


def find(tx: Tx, account_id: int) -> Account:
    """An account that may be used. Raises `NotFound`, also for a disabled or deleted one."""
    row = tx.row(USABLE, bucket=bucket_of(account_id), id=account_id)
    if row is None:
        raise NotFound(NOUN, account_id)
    return TABLE.read(row)


def by_email(tx: Tx, email: str) -> Account:
    """The account of an e-mail address, disabled ones too. Raises `NotFound`."""
    account_id = id_of(tx, email)
    row = account_id and tx.row(
        f"select {COLUMNS} from accounts where bucket = :bucket and id = :id and deleted_at is null",
        bucket=bucket_of(account_id),
        id=account_id,
    )
    if not row:
        raise NotFound(NOUN, email)
    return TABLE.read(row)


def id_of(tx: Tx, email: str) -> int | None:
    """The account that an e-mail address leads to, whatever its state."""
    email = email.strip().lower()
    row = tx.row(
        "select account_id from emails where bucket = :bucket and email = :email",
        bucket=bucket_of_text(email),
        email=email,
    )
    return row[0] if row else None


def ids_of(tx: Tx, emails: list[str]) -> dict[str, int]:
    """The accounts that these addresses, in lower case, lead to, by address; whatever their state."""
    return dict(
        tx.rows(
            "select email, account_id from emails where bucket in (:buckets) and email in (:emails)",
            buckets=sorted({bucket_of_text(email) for email in emails}),
            emails=emails,
        )
    )


def credentials(tx: Tx, email: str) -> Credentials | None:
    """What a password for this address is checked against, or None where nobody may log in."""
    account_id = id_of(tx, email)
    row = account_id and tx.row(
        "select id, password_hash, auth_epoch from accounts where bucket = :bucket and id = :id"
        " and disabled_at is null and deleted_at is null",
        bucket=bucket_of(account_id),
        id=account_id,
    )
    return Credentials(*row) if row else None


def named(tx: Tx, account_ids: list[int]) -> dict[int, Account]:
    """The accounts of these ids, for showing who a thing belongs to."""
    rows: list[Row] = []
    for i in range(0, len(account_ids), _SLICE):
        some = account_ids[i : i + _SLICE]
        rows += tx.rows(
            f"select {COLUMNS} from accounts where bucket in (:buckets) and id in (:ids)",
            buckets=sorted({bucket_of(account_id) for account_id in some}),
            ids=some,
        )
    return {account.id: account for account in map(TABLE.read, rows)}


def holds(account: Account, auth_epoch: int) -> bool:
    """Whether what was let in at that epoch may stay."""
    return account.auth_epoch == auth_epoch and account.disabled_at is None and account.deleted_at is None


def every(tx: Tx) -> list[Account]:
    """All accounts, for the operator's eyes."""
    return [
        TABLE.read(row)
        for row in tx.rows(f"select {COLUMNS} from accounts where deleted_at is null order by created_at, id")
    ]


def check_password(password: str | None, least: int = LEAST_PASSWORD) -> None:
    """Raise `Invalid` for a password that may not be set. `least` is in characters."""
    problems = Problems(NOUN)
    judge_password(problems, password, least)
    problems.refuse()


def judge_password(problems: Problems, password: str | None, least: int) -> None:
    """Note what is wrong with a password that is to be set."""
    if not password or len(password) < least:
        problems.add("password", "too_short", limit=least)
    elif len(password) > LONGEST_PASSWORD:
        problems.add("password", "too_long", limit=LONGEST_PASSWORD)


def update(tx: Tx, actor: Actor, changes: Changes, found: Iterable[Problem] = ()) -> Account:
    """Change one's own profile. Raises `Invalid`, with what was `found` wrong already too."""
    tx.serialise(bucket_of(actor.account_id), actor.account_id)
    before = find(tx, actor.account_id)
    problems = Problems(NOUN, found)
    wanted = {field: value for field, value in structs.asdict(changes).items() if value is not UNSET}
    _check(tx, actor, problems, before, wanted)
    problems.refuse()
    if all(getattr(before, field) == value for field, value in wanted.items()):
        return before
    if wanted.get("email", before.email) != before.email:
        _move_email(tx, before, wanted["email"])
    return _store(tx, actor, before, structs.replace(before, **wanted))


def without_workspace(tx: Tx, actor: Actor, account_id: int, workspace_id: int) -> None:
    """Let somebody who has left their default workspace have another of theirs as that, or none."""
    account = named(tx, [account_id])[account_id]
    if account.default_workspace_id == workspace_id:
        remaining = members.workspace_ids(tx, account_id)
        default_id = remaining[0] if remaining else None
        TABLE.update(tx, actor, account, structs.replace(account, default_workspace_id=default_id))


def with_workspace(tx: Tx, actor: Actor, account_id: int, workspace_id: int) -> None:
    """Let somebody who comes into a workspace have it as their default one, if they have none."""
    account = find(tx, account_id)
    if account.default_workspace_id is None:
        TABLE.update(tx, actor, account, structs.replace(account, default_workspace_id=workspace_id))


def set_password(tx: Tx, actor: Actor, account_id: int, password_hash: str) -> Account:
    """Set a password; sessions and remembered log-ins from before end."""
    tx.serialise(bucket_of(account_id), account_id)
    tx.run(
        "update accounts set password_hash = :password_hash where bucket = :bucket and id = :id",
        password_hash=password_hash,
        bucket=bucket_of(account_id),
        id=account_id,
    )
    return end_what_was(tx, actor, account_id)


def set_picture(tx: Tx, actor: Actor, account_id: int, png: bytes | None) -> Account:
    """Give a person this picture (PNG), or none."""
    before = find(tx, account_id)
    return TABLE.update(tx, actor, before, structs.replace(before, picture=pictures.put(tx, NOUN, account_id, png)))


def disable(tx: Tx, account: Account, now: int) -> Account:
    """Let nobody in through this account any more; its time stays."""
    actor = Actor(account.id, now, "hourhand account disable")
    return _store(tx, actor, account, structs.replace(account, disabled_at=now, auth_epoch=account.auth_epoch + 1))


def point_email(tx: Tx, email: str, account_id: int) -> None:
    """Let an e-mail address lead to an account. Raises `Invalid` when it leads to one already."""
    # Two sign-ups at once: the second finds the row taken, instead of a second account.
    added = tx.run(
        "insert into emails (bucket, email, account_id) values (:bucket, :email, :account_id)"
        " on conflict (bucket, email) do nothing",
        bucket=bucket_of_text(email),
        email=email,
        account_id=account_id,
    )
    if not added:
        raise Invalid(Problem(NOUN, "email", "taken"))


def end_what_was(tx: Tx, actor: Actor, account_id: int) -> Account:
    """End what remembers the password or the token of before."""
    before = find(tx, account_id)
    return TABLE.update(tx, actor, before, structs.replace(before, auth_epoch=before.auth_epoch + 1))


def _store(tx: Tx, actor: Actor, before: Account, after: Account) -> Account:
    if any(getattr(before, field) != getattr(after, field) for field in _SHOWN_TO_OTHERS):
        members.tell_of(tx, actor, before.id)
    return TABLE.update(tx, actor, before, after)


def _check(tx: Tx, actor: Actor, problems: Problems, before: Account, wanted: dict[str, object]) -> None:
    if "email" in wanted:
        wanted["email"] = email = texts.email(problems, str(wanted["email"]))
        if email != before.email and id_of(tx, email) is not None:
            problems.add("email", "taken")
    if "name" in wanted:
        wanted["name"] = texts.name(problems, str(wanted["name"]))
    if "timezone" in wanted:
        wanted["timezone"] = dates.zone_name(problems, str(wanted["timezone"]))
    choices = {
        "timeofday_format": TIME_FORMATS,
        "date_format": DATE_FORMATS,
        "duration_format": DURATION_FORMATS,
        "beginning_of_week": range(7),
        "language": LANGUAGES,
    }
    for field, allowed in choices.items():
        if field in wanted and wanted[field] not in allowed:
            problems.add(field, "invalid")
    if "default_workspace_id" in wanted:
        _check_default_workspace(tx, actor, problems, wanted["default_workspace_id"])


def _check_default_workspace(tx: Tx, actor: Actor, problems: Problems, workspace_id: object) -> None:
    try:
        workspaces.visible(tx, actor, int(str(workspace_id)))
    except NotFound:
        problems.add("default_workspace_id", "unreachable", workspace_id=workspace_id, account_id=actor.account_id)


def _move_email(tx: Tx, account: Account, email: str) -> None:
    tx.run(
        "delete from emails where bucket = :bucket and email = :email",
        bucket=bucket_of_text(account.email),
        email=account.email,
    )
    point_email(tx, email, account.id)
