"""Passwords: argon2id with the parameters OWASP gives as the least (19 MiB, two passes, one lane)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified when the account is unknown or has no password, so that the answer takes as long.
_NOBODY = _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    """The hash to store. Takes about 20 ms of CPU: never inside a transaction or on the event loop."""
    return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password. As slow for nobody's hash as for a real one."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
