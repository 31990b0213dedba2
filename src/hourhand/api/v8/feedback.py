"""`/feedback`, `/feedback/web`: what somebody writes to whoever runs the server, from the desktop client's menu."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from hourhand.api.body import JsonBody, decode, form_sent
from hourhand.api.http import Caller, CallerGiven
from hourhand.api.v8.refuse import ARGUMENTS
from hourhand.api.v8.wire import post
from hourhand.core import feedback
from hourhand.core.errors import Malformed
from hourhand.core.feedback import Draft
from hourhand.core.mails import AttachedFile

AnyRequest = Request[Any, Any, Any]
_SENT = "Thank you: your feedback is on its way to the operator of this server"


class FeedbackIn(Struct):
    """Feedback as it is sent, in JSON or as the fields of a form."""

    subject: str | None = None
    details: str | None = None
    toggl_version: str | None = None
    update_channel: str | None = None
    desktop: bool | None = None
    base64_encoded_attachment: str | None = None
    attachment_name: str | None = None

    def draft(self, files: tuple[AttachedFile, ...]) -> Draft:
        if self.base64_encoded_attachment:
            # Four letters are three bytes; what is not kept need not be decoded.
            attached = AttachedFile(self.attachment_name or "", len(self.base64_encoded_attachment) * 3 // 4)
            files = (*files, attached)
        return Draft(
            subject=self._plain(self.subject),
            details=self._plain(self.details),
            version=self.toggl_version or "",
            channel=self.update_channel or "",
            files=files,
        )

    def _plain(self, text: str | None) -> str:
        """The text as it was typed: the desktop client escapes it for JSON before it puts it into JSON or a form."""
        if not text or not self.desktop:
            return text or ""
        try:
            return decode(_ESCAPED, f'"{text}"'.encode())
        except Malformed:
            return text


_SHAPE = msgspec.json.Decoder(FeedbackIn, strict=False)
_ESCAPED = msgspec.json.Decoder(str)


@post("/feedback", exception_handlers=ARGUMENTS)
async def send_feedback(request: AnyRequest, caller: CallerGiven) -> str:
    """Write to the operator of the server: `subject` and `details`, as JSON or as a form, whose files are not kept."""
    return await _send(request, caller)


@post("/feedback/web", exception_handlers=ARGUMENTS)
async def send_feedback_from_web(request: AnyRequest, caller: CallerGiven) -> str:
    """The same, under the name that newer clients call."""
    return await _send(request, caller)


async def _send(request: AnyRequest, caller: Caller) -> str:
    settings = caller.house.settings
    await caller.write(feedback.send, caller.house.vault, await _draft(request), settings.feedback_email)
    return _SENT


async def _draft(request: AnyRequest) -> Draft:
    form = await form_sent(request)
    if form is None:
        sent: FeedbackIn = JsonBody.understood(request, _SHAPE, await request.body())
        return sent.draft(())
    files = [await _attached(value) for _, value in form if isinstance(value, UploadFile)]
    try:
        sent = msgspec.convert({name: it for name, it in form if isinstance(it, str)}, FeedbackIn, strict=False)
    except msgspec.ValidationError as error:
        raise Malformed(str(error)) from None
    return sent.draft(tuple(files))


async def _attached(file: UploadFile) -> AttachedFile:
    size = len(await file.read())
    await file.close()
    return AttachedFile(file.filename, size)


ROUTES: list[HTTPRouteHandler] = [send_feedback, send_feedback_from_web]
