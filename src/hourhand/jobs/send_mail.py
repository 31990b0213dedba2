"""Send a mail; or, where there is no mail server or nobody to send it to, put it into the server's log."""

from __future__ import annotations

from datetime import UTC, datetime

from hourhand.core import mails
from hourhand.core.jobs import Job
from hourhand.core.mails import Mail
from hourhand.jobs.kinds import Failed, Hopeless, Tools
from hourhand.mail import letters, messages, smtp
from hourhand.mail.letters import Letter


async def do(tools: Tools, job: Job) -> None:
    """Hand a mail over to the mail server. A repeat has the same message id, by which it is known as one."""
    mail = mails.opened(tools.vault, job)
    if mail is None:
        raise Hopeless("it was sealed with another key")
    letter = messages.letter(mail, tools.settings.base_url)
    if tools.settings.smtp_url is None or not mail.email:
        _log(tools, job, mail, letter)
    else:
        await _send(tools.settings.smtp_url, tools.settings.mail_from, job, mail, letter)


async def _send(url: str, mail_from: str, job: Job, mail: Mail, letter: Letter) -> None:
    sender = letters.address_of(mail_from)
    created = datetime.fromtimestamp(job.created_at, UTC)
    try:
        to = letters.address(mail.name, mail.email)
        message_id = f"<{job.id}.{job.created_at}@{sender.domain}>"
        message = letters.compose(letter, sender=sender, to=to, message_id=message_id, date=created)
    except ValueError as error:
        raise Hopeless(f"the address cannot be written to: {error}") from error
    try:
        await smtp.send(smtp.Relay.of(url), message)
    except smtp.NotSent as error:
        raise (Hopeless if error.for_good else Failed)(str(error)) from error


def _log(tools: Tools, job: Job, mail: Mail, letter: Letter) -> None:
    about = {"id": job.id, "to": mail.email, "subject": letter.subject, "text": letter.text()}
    tools.say(mail=about)
