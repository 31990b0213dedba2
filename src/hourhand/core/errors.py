"""What the core refuses, said as what is wrong and never as a status. Dialects find the words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One thing wrong with one field. `about` holds the values a message may want to name.

    Reasons: `blank`, `invalid`, `taken`, `too_long`, `too_many`, `too_large`, `too_short`,
    `unreachable` (absent or hidden, which nobody may tell apart), `mismatch`, `forbidden`.
    """

    noun: str
    field: str
    reason: str
    about: dict[str, Any] = {}


class Refusal(Exception):
    """Every refusal of the core. It can be pickled, for it may be raised in another process than it is answered."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (type(self), self.args, self.__dict__)


def _remade(kind: type[Refusal], words: tuple[Any, ...], about: dict[str, Any]) -> Refusal:
    error = kind.__new__(kind, *words)
    error.__dict__.update(about)
    return error


class NotFound(Refusal):
    """There is no such thing for this actor; whether it is absent or hidden is not told."""

    def __init__(self, noun: str, key: object = None) -> None:
        super().__init__(f"{noun} {key}")
        self.noun = noun
        self.key = key


class Forbidden(Refusal):
    """The actor may know of the thing, and may not do this to it."""

    def __init__(self, right: str) -> None:
        super().__init__(right)
        self.right = right


class Invalid(Refusal):
    """What was asked cannot be; `problems` says all that is wrong."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.noun}.{p.field} {p.reason}" for p in problems))
        self.problems = problems


class Conflict(Refusal):
    """The thing as it stands does not allow this: the last admin, a name that is taken."""

    def __init__(self, noun: str, reason: str, **about: Any) -> None:
        super().__init__(f"{noun} {reason}")
        self.noun = noun
        self.reason = reason
        self.about = about


class TooMany(Refusal):
    """More than is allowed; `retry_after` is in seconds."""

    def __init__(self, limit: str, retry_after: int) -> None:
        super().__init__(limit)
        self.limit = limit
        self.retry_after = retry_after


class Unauthenticated(Refusal):
    """No credentials, or wrong ones. `attempts_left` where a password was tried."""

    def __init__(self, attempts_left: int | None = None) -> None:
        super().__init__("unauthenticated")
        self.attempts_left = attempts_left


class Malformed(Refusal):
    """What was sent cannot be read at all."""


class Problems:
    """Collects what is wrong, so that a refusal can say all of it at once."""

    def __init__(self, noun: str, found: Iterable[Problem] = ()) -> None:
        """`found` is what was noted before, elsewhere."""
        self._noun = noun
        self._found = list(found)

    def add(self, field: str, reason: str, **about: Any) -> None:
        """Note one problem."""
        self._found.append(Problem(self._noun, field, reason, about))

    def refuse(self) -> None:
        """Raise `Invalid` if anything was noted."""
        if self._found:
            raise Invalid(*self._found)
