"""How an account begins: by a sign-up of its person, or by somebody who makes it for them."""

from __future__ import annotations

from msgspec import Struct, structs

from hourhand.core import accounts, dates, events, ids, texts, tokens, workspaces
from hourhand.core.accounts import NOUN, Account
from hourhand.core.actor import Actor
from hourhand.core.errors import Invalid, Problem, Problems
from hourhand.core.ids import bucket_of_text
from hourhand.core.secrets import Vault
from hourhand.db import Tx


class Draft(Struct, frozen=True):
    """What may be said of an account before its birth."""

    email: str | None
    name: str | None = None
    timezone: str | None = None
    language: str | None = None
    created_with: str | None = None


def check(tx: Tx, draft: Draft, password: str | None, least: int) -> None:
    """Raise `Invalid` with all that is wrong with a sign-up, before the password is hashed for it."""
    problems = Problems(NOUN)
    _refuse_taken(tx, problems, texts.email(problems, draft.email))
    dates.zone_name(problems, draft.timezone or "Etc/UTC")
    accounts.judge_password(problems, password, least)
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


def _refuse_taken(tx: Tx, problems: Problems, email: str) -> None:
    if accounts.id_of(tx, email) is not None and _waiting(tx, email) is None:
        problems.add("email", "taken")


def _waiting(tx: Tx, email: str) -> Account | None:
    """The account that was made for this address and has had no password yet."""
    found = accounts.credentials(tx, email)
    return accounts.find(tx, found.account_id) if found and found.password_hash is None else None


def _claim(tx: Tx, account: Account, password_hash: str | None, timezone: str) -> Account:
    if password_hash is None:
        raise Invalid(Problem(NOUN, "email", "taken"))
    actor = Actor(account.id, tx.now)
    accounts.set_password(tx, actor, account.id, password_hash)
    before = accounts.find(tx, account.id)
    return accounts.TABLE.update(tx, actor, before, structs.replace(before, timezone=timezone))


def _insert(tx: Tx, vault: Vault, draft: Draft, email: str, timezone: str, password_hash: str | None) -> Account:
    bucket = bucket_of_text(email)
    account_id = ids.new(tx, NOUN, bucket)
    actor = Actor(account_id, tx.now, draft.created_with)
    account = _newborn(account_id, email, timezone, draft, events.stamp(tx, bucket))
    accounts.TABLE.insert(tx, actor, account)
    tx.run(
        "update accounts set password_hash = :password_hash where bucket = :bucket and id = :id",
        password_hash=password_hash,
        bucket=bucket,
        id=account_id,
    )
    accounts.point_email(tx, email, account_id)
    tokens.give(tx, vault, account_id)
    workspace = workspaces.create(tx, actor, workspaces.Draft(name=f"{account.name}'s workspace"))
    return accounts.TABLE.update(tx, actor, account, structs.replace(account, default_workspace_id=workspace.id))


def _newborn(account_id: int, email: str, timezone: str, draft: Draft, at: int) -> Account:
    return Account(
        id=account_id,
        email=email,
        name=(draft.name or "").strip()[: texts.LONGEST_NAME - 20] or _name_from(email),
        auth_epoch=1,
        default_workspace_id=None,
        timezone=timezone,
        language=draft.language if draft.language in accounts.LANGUAGES else accounts.LANGUAGES[0],
        beginning_of_week=1,
        timeofday_format=accounts.TIME_FORMATS[0],
        date_format=accounts.DATE_FORMATS[0],
        duration_format=accounts.DURATION_FORMATS[0],
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
