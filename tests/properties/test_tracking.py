"""Any row of verbs does to the database what it does to a model; the events tell all of it, each change once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from msgspec import UNSET, Struct

from hourhand.core import members, new_projects, removals, tags, time_entries
from hourhand.core.actor import Actor
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import Invalid
from hourhand.core.ids import bucket_of
from hourhand.core.places import Place
from hourhand.core.projects import Changes as ProjectChanges
from hourhand.core.timing import Said
from hourhand.db import Database, Tx, open_database
from hourhand.db.migrate import migrate
from tests.cast import Cast, assemble
from tests.clock import Clock
from tests.matrix import snapshot
from tests.matrix.snapshot import Rows
from tests.postgres import Cluster
from tests.properties.model import Entry, Impossible, Model, Wish, born
from tests.properties.replay import events_after, retold
