"""Sending a body to a subscriber, signed, and what its answer comes to."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from hourhand import __version__
from hourhand.calls.calling import Answer, Line
from hourhand.calls.errors import NotCalled
from hourhand.core.secrets import Vault
from hourhand.core.subscriptions import Subscription
from hourhand.webhooks import signatures

AGENT = f"Hourhand/{__version__}"


async def send(
    line: Line, vault: Vault, subscription: Subscription, body: bytes, message_id: str, now: float
) -> Answer:
    """Send a body at a time (unix seconds); a repeat has the same id. Raises `NotCalled`."""
    secret = subscription.opened_secret(vault)
    if secret is None:
        raise NotCalled("its secret was sealed with another key: give it a new one")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        **signatures.headers(secret, body, message_id, int(now)),
    }
    return await line.post(subscription.url, headers, body)


def status_class(answer: Answer) -> str:
    """All that a subscriber is told of an answer: `5xx`."""
    return f"{answer.status // 100}xx"


def retry_after(answer: Answer, now: float) -> int | None:
    """How many seconds the receiver asks to wait, if it does so in a way that can be read."""
    text = (answer.retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, int((at - datetime.fromtimestamp(now, UTC)).total_seconds()))
