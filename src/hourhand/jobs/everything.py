"""All kinds of jobs, by the names they have in the database."""

from __future__ import annotations

from hourhand.core import lost_passwords as lost
from hourhand.core import mails
from hourhand.jobs import long_timers, lost_passwords, send_mail, tidy_up, weekly_reports
from hourhand.jobs.kinds import Kind

KINDS = {
    mails.KIND: Kind(send_mail.do),
    "long_timers": Kind(long_timers.do, every=long_timers.EVERY),
    "weekly_reports": Kind(weekly_reports.do, every=weekly_reports.EVERY),
    weekly_reports.KIND: Kind(weekly_reports.do_one),
    lost.KIND: Kind(lost_passwords.do),
    "tidy_up": Kind(tidy_up.do, every=tidy_up.EVERY),
}
