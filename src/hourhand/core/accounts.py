"""Accounts: a person's log-in, profile and API token.

An account lives in the bucket of its first e-mail's hash and never moves; `emails` and
`api_tokens` lead to it from elsewhere. `auth_epoch` counts the resets of password and token:
whatever remembers an earlier one is no longer valid.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import dates, events, ids, texts, workspaces
from hourhand.core.actor import Actor
from hourhand.core.errors import Invalid, NotFound, Problem, Problems
from hourhand.core.ids import bucket_of, bucket_of_hash, bucket_of_text
from hourhand.core.secrets import Vault, digest, new_token
from hourhand.db import Tx, columns, insert_into, parameters, reader, update_of

NOUN = "account"
TIME_FORMATS = ("h:mm A", "H:mm")
DATE_FORMATS = ("MM/DD/YYYY", "YYYY-MM-DD", "DD.MM.YYYY", "DD-MM-YYYY", "DD/MM/YYYY", "MM-DD-YYYY")
DURATION_FORMATS = ("improved", "classic", "decimal")
LANGUAGES = ("en_US", "de_DE", "fr_FR", "es_ES", "et_EE")
LEAST_PASSWORD = 6
LONGEST_PASSWORD = 1024
_MOST_LED = 10_000


class Account(Struct, frozen=True):
    """A person's profile, without their secrets. Times are unix seconds."""

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


class Credentials(Struct, frozen=True):
    """What a password is checked against."""

    account_id: int
    password_hash: str | None
    auth_epoch: int


class Draft(Struct, frozen=True):
    """What may be said of an account before its birth."""

    email: str | None
    name: str | None = None
    timezone: str | None = None
    language: str | None = None
    created_with: str | None = None


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


COLUMNS = columns(Account)
_USABLE = f"""
select {COLUMNS} from accounts
where bucket = :bucket and id = :id and disabled_at is null and deleted_at is null
"""
_read = reader(Account)
_INSERT = insert_into("accounts", Account)
_UPDATE = update_of("accounts", Account)


def find(tx: Tx, account_id: int) -> Account:
    """An account that may be used. Raises `NotFound`, also for a disabled or deleted one."""
    row = tx.row(_USABLE, bucket=bucket_of(account_id), id=account_id)
    if row is None:
        raise NotFound(NOUN, account_id)
    return _read(row)


def by_token(tx: Tx, token: str) -> Account:
    """The account of an API token. Raises `NotFound`."""
    hashed = digest(token)
    # Where it led to before. That is no more than a hint: the account itself says whether the token is still its own.
    led: dict[bytes, int] = tx.memory.setdefault("tokens", {})
    if account_id := led.get(hashed):
        row = tx.row(_USABLE + " and token_hash = :hash", bucket=bucket_of(account_id), id=account_id, hash=hashed)
        if row is not None:
            return _read(row)
    account = find(tx, _account_of(tx, hashed))
    if len(led) >= _MOST_LED:
        led.clear()
    led[hashed] = account.id
    return account


def by_email(tx: Tx, email: str) -> Account:
    """The account of an e-mail address, disabled ones too. Raises `NotFound`."""
    account_id = _account_id(tx, email)
    row = account_id and tx.row(
        f"select {COLUMNS} from accounts where bucket = :bucket and id = :id and deleted_at is null",
        bucket=bucket_of(account_id),
        id=account_id,
    )
    if not row:
        raise NotFound(NOUN, email)
    return _read(row)


def credentials(tx: Tx, email: str) -> Credentials | None:
    """What a password for this address is checked against, or None where nobody may log in."""
    account_id = _account_id(tx, email)
    row = account_id and tx.row(
        "select id, password_hash, auth_epoch from accounts where bucket = :bucket and id = :id"
        " and disabled_at is null and deleted_at is null",
        bucket=bucket_of(account_id),
        id=account_id,
    )
    return Credentials(*row) if row else None


def named(tx: Tx, account_ids: list[int]) -> dict[int, Account]:
    """The accounts of these ids, for showing who a thing belongs to."""
    rows = tx.rows(
        f"select {COLUMNS} from accounts where bucket in (:buckets) and id in (:ids)",
        buckets=sorted({bucket_of(account_id) for account_id in account_ids}),
        ids=account_ids,
    )
    return {account.id: account for account in map(_read, rows)}


def token_of(tx: Tx, vault: Vault, account_id: int) -> str | None:
    """The account's API token as its owner may see it; None when the key file is not the one it was sealed with."""
    return vault.open(token_place(account_id), sealed_token(tx, account_id))


def sealed_token(tx: Tx, account_id: int) -> bytes | None:
    """The account's API token as it is stored: open it with `token_place`."""
    row = tx.row(
        "select sealed_token from accounts where bucket = :bucket and id = :id",
        bucket=bucket_of(account_id),
        id=account_id,
    )
    return row[0] if row else None


def token_place(account_id: int) -> str:
    """The place an account's token is sealed for."""
    return f"accounts|sealed_token|{account_id}"


def every(tx: Tx) -> list[Account]:
    """All accounts, for the operator's eyes."""
    return [
        _read(row)
        for row in tx.rows(f"select {COLUMNS} from accounts where deleted_at is null order by created_at, id")
    ]


def check_password(password: str | None, least: int = LEAST_PASSWORD) -> None:
    """Raise `Invalid` for a password that may not be set."""
    if not password or len(password) < least:
        raise Invalid(Problem(NOUN, "password", "too_short", {"limit": least}))
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(Problem(NOUN, "password", "too_long", {"limit": LONGEST_PASSWORD}))


def check(tx: Tx, draft: Draft, password: str | None, least: int) -> None:
    """Raise `Invalid` with all that is wrong with a sign-up, before the password is hashed for it."""
    problems = Problems(NOUN)
    _refuse_taken(tx, problems, texts.email(problems, draft.email))
    dates.zone_name(problems, draft.timezone or "Etc/UTC")
    if not password or len(password) < least:
        problems.add("password", "too_short", limit=least)
    elif len(password) > LONGEST_PASSWORD:
        problems.add("password", "too_long", limit=LONGEST_PASSWORD)
    problems.refuse()


def sign_up(tx: Tx, vault: Vault, draft: Draft, password_hash: str, *, invited_only: bool) -> Account:
    """Make one's own account. Raises `Invalid`, also for an address that nobody invited where that is needed."""
    if invited_only and _waiting(tx, texts.email(Problems(NOUN), draft.email)) is None:
        raise Invalid(Problem(NOUN, "email", "uninvited"))
    return create(tx, vault, draft, password_hash)


def create(tx: Tx, vault: Vault, draft: Draft, password_hash: str | None) -> Account:
    """Make an account with a token and a workspace of its own.

    Without a password it waits for its person to sign up; signing up then keeps the account.
    Raises `Invalid`, also when the address is taken.
    """
    problems = Problems(NOUN)
    email = texts.email(problems, draft.email)
    timezone = dates.zone_name(problems, draft.timezone or "Etc/UTC")
    _refuse_taken(tx, problems, email)
    problems.refuse()
    waiting = _waiting(tx, email)
    if waiting is not None:
        return _claim(tx, waiting, password_hash, timezone)
    return _insert(tx, vault, draft, email, timezone, password_hash)


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


def set_password(tx: Tx, actor: Actor, account_id: int, password_hash: str) -> Account:
    """Set a password; sessions and remembered log-ins from before end."""
    tx.serialise(bucket_of(account_id), account_id)
    tx.run(
        "update accounts set password_hash = :password_hash where bucket = :bucket and id = :id",
        password_hash=password_hash,
        bucket=bucket_of(account_id),
        id=account_id,
    )
    return _end_what_was(tx, actor, account_id)


def reset_token(tx: Tx, vault: Vault, actor: Actor, account_id: int) -> str:
    """A new API token; the old one and all sessions stop working at once."""
    tx.serialise(bucket_of(account_id), account_id)
    _forget_token(tx, account_id)
    token = _give_token(tx, vault, account_id)
    _end_what_was(tx, actor, account_id)
    return token


def disable(tx: Tx, account: Account, now: int) -> Account:
    """Let nobody in through this account any more; its time stays."""
    actor = Actor(account.id, now, "hourhand account disable")
    return _store(tx, actor, account, structs.replace(account, disabled_at=now, auth_epoch=account.auth_epoch + 1))


def _account_of(tx: Tx, hashed_token: bytes) -> int:
    row = tx.row(
        "select account_id from api_tokens where bucket = :bucket and hash = :hash",
        bucket=bucket_of_hash(hashed_token),
        hash=hashed_token,
    )
    if row is None:
        raise NotFound(NOUN)
    return int(row[0])


def _account_id(tx: Tx, email: str) -> int | None:
    email = email.strip().lower()
    row = tx.row(
        "select account_id from emails where bucket = :bucket and email = :email",
        bucket=bucket_of_text(email),
        email=email,
    )
    return row[0] if row else None


def _refuse_taken(tx: Tx, problems: Problems, email: str) -> None:
    if _account_id(tx, email) is not None and _waiting(tx, email) is None:
        problems.add("email", "taken")


def _waiting(tx: Tx, email: str) -> Account | None:
    """The account that was made for this address and has had no password yet."""
    found = credentials(tx, email)
    return find(tx, found.account_id) if found and found.password_hash is None else None


def _claim(tx: Tx, account: Account, password_hash: str | None, timezone: str) -> Account:
    if password_hash is None:
        raise Invalid(Problem(NOUN, "email", "taken"))
    actor = Actor(account.id, tx.now)
    set_password(tx, actor, account.id, password_hash)
    before = find(tx, account.id)
    return _store(tx, actor, before, structs.replace(before, timezone=timezone))


def _insert(tx: Tx, vault: Vault, draft: Draft, email: str, timezone: str, password_hash: str | None) -> Account:
    bucket = bucket_of_text(email)
    account_id = ids.new(tx, NOUN, bucket)
    actor = Actor(account_id, tx.now, draft.created_with)
    account = _newborn(account_id, email, timezone, draft, events.stamp(tx, bucket))
    tx.run(_INSERT, bucket=bucket, **parameters(account))
    tx.run(
        "update accounts set password_hash = :password_hash where bucket = :bucket and id = :id",
        password_hash=password_hash,
        bucket=bucket,
        id=account_id,
    )
    _point_email(tx, email, account_id)
    _give_token(tx, vault, account_id)
    events.record(tx, actor, NOUN, account_id, workspace_id=None, after=account)
    workspace = workspaces.create(tx, actor, workspaces.Draft(name=f"{account.name}'s workspace"))
    return _store(tx, actor, account, structs.replace(account, default_workspace_id=workspace.id))


def _newborn(account_id: int, email: str, timezone: str, draft: Draft, at: int) -> Account:
    return Account(
        id=account_id,
        email=email,
        name=(draft.name or "").strip()[: texts.LONGEST_NAME - 20] or _name_from(email),
        auth_epoch=1,
        default_workspace_id=None,
        timezone=timezone,
        language=draft.language if draft.language in LANGUAGES else LANGUAGES[0],
        beginning_of_week=1,
        timeofday_format=TIME_FORMATS[0],
        date_format=DATE_FORMATS[0],
        duration_format=DURATION_FORMATS[0],
        store_start_and_stop_time=True,
        sidebar_piechart=True,
        record_timeline=False,
        render_timeline=True,
        timeline_enabled=False,
        timeline_experiment=False,
        openid_enabled=False,
        send_product_emails=False,
        send_weekly_report=False,
        send_timer_notifications=True,
        created_with=draft.created_with and draft.created_with[: texts.LONGEST_SOFTWARE],
        created_at=at,
        at=at,
        disabled_at=None,
        deleted_at=None,
    )


def _name_from(email: str) -> str:
    """`test.user@example.org` is probably Test User."""
    words = email.split("@")[0].replace("_", ".").replace("-", ".").replace("+", ".").split(".")
    return " ".join(word.capitalize() for word in words if word) or email


def _check(tx: Tx, actor: Actor, problems: Problems, before: Account, wanted: dict[str, object]) -> None:
    if "email" in wanted:
        wanted["email"] = email = texts.email(problems, str(wanted["email"]))
        if email != before.email and _account_id(tx, email) is not None:
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
    }
    for field, allowed in choices.items():
        if field in wanted and wanted[field] not in allowed:
            problems.add(field, "invalid")
    if "language" in wanted and wanted["language"] not in LANGUAGES:
        problems.add("language", "invalid")
    if "default_workspace_id" in wanted:
        _check_default_workspace(tx, actor, problems, wanted["default_workspace_id"])


def _check_default_workspace(tx: Tx, actor: Actor, problems: Problems, workspace_id: object) -> None:
    try:
        workspaces.visible(tx, actor, int(str(workspace_id)))
    except NotFound:
        problems.add("default_workspace_id", "unreachable", workspace_id=workspace_id, account_id=actor.account_id)


def _store(tx: Tx, actor: Actor, before: Account, after: Account) -> Account:
    bucket = bucket_of(after.id)
    after = structs.replace(after, at=events.stamp(tx, bucket))
    tx.run(_UPDATE, bucket=bucket, **parameters(after))
    events.record(tx, actor, NOUN, after.id, workspace_id=None, before=before, after=after)
    return after


def _end_what_was(tx: Tx, actor: Actor, account_id: int) -> Account:
    before = find(tx, account_id)
    return _store(tx, actor, before, structs.replace(before, auth_epoch=before.auth_epoch + 1))


def _move_email(tx: Tx, account: Account, email: str) -> None:
    tx.run(
        "delete from emails where bucket = :bucket and email = :email",
        bucket=bucket_of_text(account.email),
        email=account.email,
    )
    _point_email(tx, email, account.id)


def _point_email(tx: Tx, email: str, account_id: int) -> None:
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


def _give_token(tx: Tx, vault: Vault, account_id: int) -> str:
    token = new_token()
    hashed = digest(token)
    tx.run(
        "insert into api_tokens (bucket, hash, account_id, created_at) values (:bucket, :hash, :account_id, :now)",
        bucket=bucket_of_hash(hashed),
        hash=hashed,
        account_id=account_id,
        now=tx.now,
    )
    tx.run(
        "update accounts set sealed_token = :sealed, token_hash = :hash where bucket = :bucket and id = :id",
        sealed=vault.seal(token_place(account_id), token),
        hash=hashed,
        bucket=bucket_of(account_id),
        id=account_id,
    )
    return token


def _forget_token(tx: Tx, account_id: int) -> None:
    row = tx.row(
        "select token_hash from accounts where bucket = :bucket and id = :id",
        bucket=bucket_of(account_id),
        id=account_id,
    )
    if row and row[0] is not None:
        tx.run(
            "delete from api_tokens where bucket = :bucket and hash = :hash",
            bucket=bucket_of_hash(row[0]),
            hash=row[0],
        )
