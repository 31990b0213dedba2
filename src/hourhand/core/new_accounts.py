"""How an account begins: by a sign-up of its person, or by somebody who makes it for them."""

from __future__ import annotations

from msgspec import Struct, structs

from hourhand.core import accounts, dates, events, ids, texts, tokens, workspaces
from hourhand.core.accounts import NOUN, Account
from hourhand.core.actor import Actor
from hourhand.core.errors import Invalid, Problems
from hourhand.core.ids import bucket_of, bucket_of_text
from hourhand.core.secrets import Vault
from hourhand.db import Retry, Tx

_TIMEZONE = "Etc/UTC"


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
    dates.zone_name(problems, draft.timezone or _TIMEZONE)
    accounts.judge_password(problems, password, least)
    problems.refuse()


def sign_up(tx: Tx, vault: Vault, draft: Draft, password_hash: str, *, invited_only: bool) -> Account:
    """Make one's own account. Raises `Invalid`, also for an address that nobody invited where that is needed."""
    problems = Problems(NOUN)
    email, timezone = _checked(problems, draft)
    _refuse_taken(tx, problems, email)
    invited = _waiting(tx, email)
    if invited_only and invited is None:
        problems.add("email", "uninvited")
    problems.refuse()
    return _begin(tx, vault, invited or _insert(tx, draft, email, timezone), draft, timezone, password_hash)


def create(tx: Tx, vault: Vault, draft: Draft, password_hash: str | None) -> Account:
    """Make an account for somebody, with a token and a workspace of its own; for the operator.

    One that has no password yet gets it so. Raises `Invalid`, also when the address is taken.
    """
    problems = Problems(NOUN)
    email, timezone = _checked(problems, draft)
    waiting = _waiting(tx, email, with_token=True)
    if accounts.id_of(tx, email) is not None and (waiting is None or password_hash is None):
        problems.add("email", "taken")
    problems.refuse()
    return _begin(tx, vault, waiting or _insert(tx, draft, email, timezone), draft, timezone, password_hash)


def invited(tx: Tx, email: str, language: str | None, software: str | None) -> Account:
    """The account of an address: the one that is there, or a new one, of no use until its person claims it.

    Raises `Invalid` for what is no address.
    """
    problems = Problems(NOUN)
    draft = Draft(email, language=language, created_with=software)
    email, timezone = _checked(problems, draft)
    problems.refuse()
    account_id = accounts.id_of(tx, email)
    if account_id is not None:
        return accounts.named(tx, [account_id])[account_id]
    try:
        return _insert(tx, draft, email, timezone)
    except Invalid:
        # Somebody else has just invited them: the next try finds the account.
        raise Retry from None


def waits(tx: Tx, account_id: int) -> bool:
    """Whether an account is of no use yet: it has neither a password nor a token.

    One with a token is in use, password or not: whoever knows its address must not get it by that.
    """
    row = tx.row(
        "select 1 from accounts where bucket = :bucket and id = :id and password_hash is null and token_hash is null"
        " and disabled_at is null and deleted_at is null",
        bucket=bucket_of(account_id),
        id=account_id,
    )
    return row is not None


def claim(tx: Tx, vault: Vault, account: Account, draft: Draft, password_hash: str, workspace_id: int) -> Account:
    """Let the person of an account that `waits` use it, by default in a workspace that they are in."""
    return _begin(tx, vault, account, draft, account.timezone, password_hash, workspace_id)


def unseen(account: Account) -> Account:
    """An account as those see it who know only its address: they are not told whether anybody uses it."""
    return structs.replace(account, name=_name_from(account.email), timezone=_TIMEZONE, disabled_at=None, picture=None)


def _checked(problems: Problems, draft: Draft) -> tuple[str, str]:
    return texts.email(problems, draft.email), dates.zone_name(problems, draft.timezone or _TIMEZONE)


def _refuse_taken(tx: Tx, problems: Problems, email: str) -> None:
    if accounts.id_of(tx, email) is not None and _waiting(tx, email) is None:
        problems.add("email", "taken")


def _waiting(tx: Tx, email: str, *, with_token: bool = False) -> Account | None:
    """The account of this address that waits for its person; perhaps one that has a token, but no password."""
    found = accounts.credentials(tx, email)
    if found is None or found.password_hash is not None:
        return None
    return accounts.find(tx, found.account_id) if with_token or waits(tx, found.account_id) else None


def _begin(
    tx: Tx,
    vault: Vault,
    account: Account,
    draft: Draft,
    timezone: str,
    password_hash: str | None,
    workspace_id: int | None = None,
) -> Account:
    """Make an account usable: its password, and a token and a default workspace, this or a new one, if it has none."""
    actor = Actor(account.id, tx.now, draft.created_with)
    if password_hash is not None:
        account = accounts.set_password(tx, actor, account.id, password_hash)
    named = structs.replace(account, name=_name(draft.name) or account.name, timezone=timezone)
    if account.default_workspace_id is not None:
        return accounts.TABLE.update(tx, actor, account, named)
    if tokens.sealed(tx, account.id) is None:
        tokens.give(tx, vault, account.id)
    if workspace_id is None:
        workspace_id = workspaces.create(tx, actor, workspaces.Draft(name=f"{named.name}'s workspace")).id
    return accounts.TABLE.update(tx, actor, account, structs.replace(named, default_workspace_id=workspace_id))


def _insert(tx: Tx, draft: Draft, email: str, timezone: str) -> Account:
    bucket = bucket_of_text(email)
    account_id = ids.new(tx, NOUN, bucket)
    account = _newborn(account_id, email, timezone, draft, events.stamp(tx, bucket))
    accounts.TABLE.insert(tx, Actor(account_id, tx.now, draft.created_with), account)
    accounts.point_email(tx, email, account_id)
    return account


def _newborn(account_id: int, email: str, timezone: str, draft: Draft, at: int) -> Account:
    return Account(
        id=account_id,
        email=email,
        name=_name(draft.name) or _name_from(email),
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
        picture=None,
    )


def _name(said: str | None) -> str:
    """A person's name, short enough to name a workspace after."""
    return (said or "").strip()[: texts.LONGEST_NAME - 20]


def _name_from(email: str) -> str:
    """`test.user@example.org` is probably Test User."""
    words = email.split("@")[0].replace("_", ".").replace("-", ".").replace("+", ".").split(".")
    return " ".join(word.capitalize() for word in words if word) or email
