"""All kinds of jobs, by the names they have in the database."""

from __future__ import annotations

from hourhand.core import mails
from hourhand.jobs import send_mail, tidy_up
from hourhand.jobs.kinds import Kind

KINDS = {
    mails.KIND: Kind(send_mail.do),
    "tidy_up": Kind(tidy_up.do, every=tidy_up.EVERY),
}
