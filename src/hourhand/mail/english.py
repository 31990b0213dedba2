"""What mails say in English."""

from __future__ import annotations

from datetime import datetime

from hourhand.core import dates
from hourhand.core.mails import Invitation, LongTimer, LostPassword, Mail, Share, WeeklyReport
from hourhand.mail.letters import Block, Letter, Line, Link, Table


def letter(mail: Mail, base_url: str) -> Letter:
    """A mail in words. Links lead below `base_url`."""
    subject, blocks = _said(mail, base_url)
    return Letter("en", subject, (Line(f"Hello {mail.name},"), *blocks))


def _said(mail: Mail, base_url: str) -> tuple[str, tuple[Block, ...]]:
    message = mail.message
    if isinstance(message, Invitation):
        return _invitation(message, base_url)
    if isinstance(message, LostPassword):
        return _lost_password(message, base_url)
    if isinstance(message, LongTimer):
        return _long_timer(message, mail.timezone, base_url)
    return _weekly_report(message, base_url)


def _invitation(message: Invitation, base_url: str) -> tuple[str, tuple[Block, ...]]:
    return f"{message.inviter} invites you to {message.workspace}", (
        Line(f"{message.inviter} would like you to track time in the workspace “{message.workspace}”."),
        Link("Join the workspace", base_url + message.link),
        Line("If you do not know what this is about, you need not do anything."),
    )


def _lost_password(message: LostPassword, base_url: str) -> tuple[str, tuple[Block, ...]]:
    return "Set a new password", (
        Line("Somebody, most likely you, asked to set a new password for this address."),
        Link(f"Set a new password, within {message.minutes} minutes", base_url + message.link),
        Line("If it was not you, you need not do anything: your password stays as it is."),
    )


def _long_timer(message: LongTimer, timezone: str, base_url: str) -> tuple[str, tuple[Block, ...]]:
    hours = message.seconds // 3600
    began = datetime.fromtimestamp(message.start, dates.zone(timezone))
    what = f"“{message.description}”" if message.description else "A time entry without a description"
    return f"Your timer has been running for {hours} hours", (
        Line(f"{what} has been running since {began:%Y-%m-%d %H:%M} ({timezone})."),
        Line("If you forgot to stop it, stop it now and set its end to when you were done."),
        Link("Open Hourhand", base_url),
        Line("You get this mail once for an entry, because timer notifications are on in your profile."),
    )


def _weekly_report(message: WeeklyReport, base_url: str) -> tuple[str, tuple[Block, ...]]:
    total = _hours(sum(share.seconds for share in message.shares))
    rows = tuple((_project(share), _hours(share.seconds)) for share in message.shares)
    return f"Your week from {message.first} to {message.last}: {total}", (
        Line(f"This is what you tracked from {message.first} to {message.last}, in hours and minutes."),
        Table((*rows, ("Total", total))),
        Link("Open Hourhand", base_url),
        Line("You get this mail on Mondays, because the weekly report is on in your profile."),
    )


def _project(share: Share) -> str:
    if share.project_id is None:
        return f"{share.workspace}: without a project"
    return f"{share.workspace}: {share.project or 'a project you have left'}"


def _hours(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}"
