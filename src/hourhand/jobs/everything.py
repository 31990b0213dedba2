"""All kinds of jobs, by the names they have in the database."""

from __future__ import annotations

from hourhand.jobs import tidy_up
from hourhand.jobs.kinds import Kind

KINDS = {
    "tidy_up": Kind(tidy_up.do, every=tidy_up.EVERY),
}
