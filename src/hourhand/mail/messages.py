"""What mails say: a function for each message, in English and, by way of `say`, in the language of who gets it.

`say` takes a text as it stands here, for that is how translators are told of it. What people typed is never
a text, but a value of one: there it can neither hold a place for another value nor offer a link.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from hourhand import languages
from hourhand.core import dates
from hourhand.core.mails import (
    Feedback,
    Invitation,
    LongTimer,
    LostPassword,
    Mail,
    Share,
    WebhookDisabled,
    WeeklyReport,
)
from hourhand.languages import Text, Translator
from hourhand.mail.letters import Block, Letter, Line, Link, Table

_LONGEST_NAME = 60
# What programs that show mails make a link of: an address with a scheme, or a dot before what could be a domain.
# Not those of `e.V.`, `S.A.` and `2.0`.
_CLICKABLE = re.compile(r"://|(?<=www)\.|(?<=\w)\.(?=[^\W\d_]{2})", re.IGNORECASE)

Said = tuple[str, tuple[Block, ...]]


def letter(mail: Mail, base_url: str) -> Letter:
    """A mail in the words of its person's language. Links lead below `base_url`."""
    translator = languages.translator(mail.language)

    def say(text: Text, /, **values: object) -> str:
        return translator(text, **{name: _harmless(value) for name, value in values.items()})

    subject, blocks = _said(mail, say, base_url)
    return Letter(languages.tag(mail.language), subject, (Line(say("Hello {name},", name=mail.name)), *blocks))


def _said(mail: Mail, say: Translator, base_url: str) -> Said:
    message = mail.message
    if isinstance(message, Invitation):
        return _invitation(message, say, base_url)
    if isinstance(message, LostPassword):
        return _lost_password(message, say, base_url)
    if isinstance(message, LongTimer):
        return _long_timer(message, mail.timezone, say, base_url)
    if isinstance(message, WebhookDisabled):
        return _webhook_disabled(message, say, base_url)
    if isinstance(message, Feedback):
        return _feedback(message, base_url)
    return _weekly_report(message, say, base_url)


def _invitation(message: Invitation, say: Translator, base_url: str) -> Said:
    who, where = message.inviter, message.workspace
    return say("{inviter} invites you to {workspace}", inviter=who, workspace=where), (
        Line(
            say(
                "{inviter} would like you to track time in the workspace “{workspace}”.",
                inviter=who,
                workspace=where,
            )
        ),
        Link(say("Join the workspace"), base_url + message.link),
        Line(say("If you do not know what this is about, you need not do anything.")),
    )


def _lost_password(message: LostPassword, say: Translator, base_url: str) -> Said:
    label = say(
        ("Set a new password, within {count} minute", "Set a new password, within {count} minutes"),
        count=message.minutes,
    )
    return say("Set a new password"), (
        Line(say("Somebody, most likely you, asked to set a new password for this address.")),
        Link(label, base_url + message.link),
        Line(say("If it was not you, you need not do anything: your password stays as it is.")),
    )


def _long_timer(message: LongTimer, timezone: str, say: Translator, base_url: str) -> Said:
    subject = say(
        ("Your timer has been running for {count} hour", "Your timer has been running for {count} hours"),
        count=message.seconds // 3600,
    )
    return subject, (
        Line(_running(message, timezone, say)),
        Line(say("If you forgot to stop it, stop it now and set its end to when you were done.")),
        Link(say("Open Hourhand"), base_url),
        Line(say("You get this mail once for an entry, because timer notifications are on in your profile.")),
    )


def _webhook_disabled(message: WebhookDisabled, say: Translator, base_url: str) -> Said:
    why = (
        say("The address said that it wants no more of it.")
        if message.gone
        else say("For three days nothing could be delivered. The last error: {error}", error=message.error)
    )
    return say("The webhook “{description}” was switched off", description=message.description), (
        Line(
            say(
                "Your webhook “{description}” of the workspace “{workspace}” is told of nothing any more.",
                description=message.description,
                workspace=message.workspace,
            )
        ),
        Line(why),
        Line(say("What was not delivered is kept for a week, and delivered when you switch the webhook on again.")),
        Link(say("Open Hourhand"), base_url),
    )


def _running(message: LongTimer, timezone: str, say: Translator) -> str:
    began = datetime.fromtimestamp(message.start, dates.zone(timezone))
    when = {"day": began.date(), "time": began.time(), "timezone": timezone}
    if message.description:
        what = {"description": message.description, **when}
        return say("“{description}” has been running since {day} {time} ({timezone}).", **what)
    return say("A time entry without a description has been running since {day} {time} ({timezone}).", **when)


def _feedback(message: Feedback, base_url: str) -> Said:
    """For the operator, whose language is that of the log. It says all that was typed, for nobody else reads it."""
    facts = [("Name", message.name), ("E-mail", message.email), ("Version", message.version or "not said")]
    if message.channel:
        facts.append(("Update channel", message.channel))
    facts += [("File, not kept", f"{file.name} ({file.size} bytes)") for file in message.files]
    return f"Feedback: {message.subject or 'without a subject'}", (
        Line("Somebody who tracks time on your server writes:"),
        # Marked, so that nothing in it looks as if it were said by the server.
        *(Line(f"> {line}") for line in message.details.splitlines() if line.strip()),
        Table(tuple(facts)),
        Link("Open Hourhand", base_url),
    )


def _weekly_report(message: WeeklyReport, say: Translator, base_url: str) -> Said:
    first, last = date.fromisoformat(message.first), date.fromisoformat(message.last)
    total = _hours(sum(share.seconds for share in message.shares))
    rows = tuple((_project(share, say), _hours(share.seconds)) for share in message.shares)
    return say("Your week from {first} to {last}: {total}", first=first, last=last, total=total), (
        Line(say("This is what you tracked from {first} to {last}, in hours and minutes.", first=first, last=last)),
        Table((*rows, (say("Total"), total))),
        Link(say("Open Hourhand"), base_url),
        Line(say("You get this mail on Mondays, because the weekly report is on in your profile.")),
    )


def _project(share: Share, say: Translator) -> str:
    if share.project_id is None:
        return say("{workspace}: without a project", workspace=share.workspace)
    if share.project is None:
        return say("{workspace}: a project you have left", workspace=share.workspace)
    return say("{workspace}: {project}", workspace=share.workspace, project=share.project)


def _hours(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}"


def _harmless(value: object) -> object:
    """A value as it is said: a name that somebody chose is short, and nothing to click on.

    Otherwise an invitation would carry anybody's advertisements to people who never asked for them.
    """
    if not isinstance(value, str):
        return value
    shown = _CLICKABLE.sub(" ", value)
    return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - 1].rstrip() + "…"
