"""What a table of promises is made of: for each endpoint of API v8 a call, what its answer holds, what else is told.

A promise is what the public documentation, or the contract alone, says of an endpoint. Nothing in a table is a claim:
whatever stands in it is tried by a run (`tests.conformance.run`), the shortcomings too. A reason that no longer holds
makes the run fail as a promise does that is not kept.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Absent(Struct, frozen=True):
    """In the place of a member's value: that it is not there."""


class ByMode(Struct, frozen=True):
    """A value that is another one in each mode."""

    documented: Any
    recorded: Any


class Matching(Struct, frozen=True):
    """A text that matches a pattern."""

    pattern: str


ABSENT = Absent()


class Proof(Struct, frozen=True):
    """A request that is answered so only if something holds.

    In `request`, `sent` and `answer` `{name}` stands for an id of the stage; `keeps` keeps a new one under a name, or
    another `member` of the answer. The answer holds at least the members of `answer`, of lists exactly as many
    elements; `...` is any value. Times are compared as moments. `by` is who asks: Ann by her `token`, `password` or
    `cookie`, or `bob`, `eve`, `nobody`, or an e-mail and a password with a colon between. `refused` is the message of
    a failed create or update. `headers` are beginnings. `settings` are those of the server that is asked.
    """

    request: str
    sent: Any = None
    answer: Any = ...
    by: str = "token"
    status: int | ByMode = 200
    refused: str = ""
    keeps: str = ""
    member: str = "id"
    headers: dict[str, str] = {}
    settings: dict[str, Any] = {}
    seconds_later: int = 0


class Promise(Struct, frozen=True):
    """An endpoint, and what is promised of it.

    `request` and `sent` are the call. Each member that is sent has to count: the answer shows it, or `takes` has what
    proves it; `takes` has arguments of the query too. `shows` are the members that the documentation has in the
    answer, with dots between levels, `data` left out; `entity` is what the answer is made of, whose members and their
    order are the contract's. `proofs` are of what else is promised.

    `absent` are members of the documentation that are not there, `unshown` those that may be sent and whose effect no
    answer shows, each with its reason. `narrower` is what falls short otherwise, `different`
    what is merely otherwise, or more than is documented: each a reason, with what shows that it is so. `left_out` is
    why the endpoint is not there at all. `case` tells rows of one endpoint apart; `name` is what a row
    is called that is about no endpoint by itself.
    """

    request: str
    sent: Any = None
    answer: Any = ...
    shows: str = ""
    entity: str = ""
    takes: dict[str, list[Proof]] = {}
    proofs: list[Proof] = []
    absent: dict[str, str] = {}
    unshown: dict[str, str] = {}
    narrower: dict[str, list[Proof]] = {}
    different: dict[str, list[Proof]] = {}
    left_out: str = ""
    case: str = ""
    name: str = ""
    by: str = "token"
    keeps: str = ""
    member: str = "id"
    status: int = 200
    refused: str = ""
    seconds_later: int = 0

    @property
    def call(self) -> Proof:
        """The call by itself."""
        return Proof(**{field: getattr(self, field) for field in Proof.__struct_fields__ if hasattr(self, field)})


class Chapter(Struct, frozen=True):
    """Promises, made on one stage in their order. `source` is the file of the public documentation they are from.

    `about` is the entity whose members of the contract are all shown by the answers, but for the `unseen`, which have
    a reason.
    """

    title: str
    source: str
    promises: list[Promise]
    about: str = ""
    unseen: dict[str, str] = {}
