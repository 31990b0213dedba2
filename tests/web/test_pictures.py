"""The promises of pictures: drawn anew, bounded, and nothing of the file that was sent goes on."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from hourhand import images
from hourhand.core import accounts
from hourhand.db import Database
from tests.api.conftest import Api
from tests.cast import Cast
from tests.cli.conftest import Cli, cli

__all__ = ["cli"]
HOST = "http://127.0.0.1:8300"


@pytest.mark.parametrize("kind", images.FORMATS)
def test_a_logo_is_shown_as_a_small_png(api: Api, cast: Cast, kind: str) -> None:
    out = _send(api, cast, _picture(kind, (1000, 500))).json()["data"]
    assert out["id"] == cast.acme.id
    shown = api("GET", out["logo_url"])
    assert (shown.headers["content-type"], shown.headers["x-content-type-options"]) == ("image/png", "nosniff")
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (512, 256))
        reds = picture.getchannel("R").getextrema()
        assert isinstance(reds[0], int)
        assert reds[0] > 200
    assert api.data("GET", f"/workspaces/{cast.acme.id}", cast.bob)["logo_url"] == out["logo_url"]


def test_a_logo_comes_as_the_file_of_a_form_too(api: Api, cast: Cast) -> None:
    form = httpx.Request("POST", HOST, files={"logo": ("logo.png", _picture("PNG", (2, 2)), "image/png")})
    form.read()
    headers = {"Content-Type": form.headers["content-type"]}
    assert _send(api, cast, form.content, headers).status_code == 200
    broken = _send(api, cast, form.content[:50], headers)
    assert broken.status_code == 404
    nothing = httpx.Request("POST", HOST, files={"logo": (None, "words")})
    nothing.read()
    assert _send(api, cast, nothing.content, {"Content-Type": nothing.headers["content-type"]}).status_code == 404
    assert _send(api, cast, b"x", {"Content-Type": "multipart/form-data"}).status_code == 404


def test_a_logo_goes_and_its_path_with_it(api: Api, cast: Cast) -> None:
    first = _send(api, cast, _picture("PNG", (2, 2))).json()["data"]["logo_url"]
    second = _send(api, cast, _picture("PNG", (3, 3))).json()["data"]["logo_url"]
    assert [api("GET", url).status_code for url in (first, second)] == [404, 200]
    assert api("DELETE", f"/workspaces/{cast.acme.id}/logo", cast.ann).text == "null\n"
    assert api("GET", second).status_code == 404
    assert "logo_url" not in api.data("GET", f"/workspaces/{cast.acme.id}", cast.ann)


def test_nothing_else_of_a_file_goes_on(api: Api, cast: Cast) -> None:
    words = PngInfo()
    words.add_text("Comment", "<script>hidden</script>")
    sent = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(sent, "PNG", pnginfo=words)
    url = _send(api, cast, sent.getvalue() + b"<script>behind</script>").json()["data"]["logo_url"]
    assert b"script" not in api("GET", url).content


@pytest.mark.parametrize(
    "sent",
    {
        "nothing": b"",
        "words": b"GIF89a, said the liar",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        "half": None,
        "bomb": b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
            for kind, body in (
                (b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 6, 0, 0, 0)),
                (b"IDAT", zlib.compress(bytes(100_000))),
                (b"IEND", b""),
            )
        ),
    }.items(),
    ids=lambda pair: pair[0],
)
def test_what_is_no_picture_is_refused_and_nothing_is_lost(
    api: Api, cast: Cast, sent: tuple[str, bytes | None]
) -> None:
    kept = _send(api, cast, _picture("PNG", (2, 2))).json()["data"]["logo_url"]
    refused = _send(api, cast, _picture("JPEG", (90, 90))[:300] if sent[1] is None else sent[1])
    assert (refused.status_code, refused.json()) == (404, ["Logo is invalid"])
    assert api("GET", kept).status_code == 200


def test_an_unknown_picture_is_an_unknown_path(api: Api, cast: Cast) -> None:
    url = _send(api, cast, _picture("PNG", (2, 2))).json()["data"]["logo_url"]
    digest = url.rsplit("/", 1)[1]
    for path in (
        f"account/{cast.acme.id}/{digest}",
        f"workspace/{cast.ann.home}/{digest}",
        f"workspace/{'9' * 16}/{digest}",
        f"workspace/x/{digest}",
        f"workspace/{cast.acme.id}/{'0' * 32}.png",
        f"workspace/{cast.acme.id}/secret.key",
    ):
        assert api("GET", f"{HOST}/images/{path}").status_code == 404


def test_a_persons_picture_is_where_their_profile_says(api: Api, cast: Cast, database: Database) -> None:
    png = images.anew(_picture("JPEG", (8, 8)), accounts.NOUN, "picture")
    database.write_now(lambda tx: accounts.set_picture(tx, cast.bob.at(tx), cast.bob.id, png))
    url = api.data("GET", "/me", cast.bob)["image_url"]
    assert api("GET", url).content == png
    database.write_now(lambda tx: accounts.set_picture(tx, cast.bob.at(tx), cast.bob.id, None))
    assert api.data("GET", "/me", cast.bob)["image_url"].endswith("/images/profile.png")


def test_the_command_line_gives_and_takes_pictures(cli: Cli, tmp_path: Path) -> None:
    cli.add("ann@example.org")
    file, other = tmp_path / "ann.jpg", tmp_path / "words.jpg"
    file.write_bytes(_picture("JPEG", (8, 8)))
    other.write_bytes(b"words")
    assert cli.done("account", "picture", "ann@example.org", str(file)) == ""
    assert cli.done("account", "picture", "ann@example.org", "--remove") == ""
    assert cli.refused("account", "picture", "ann@example.org", str(other)) == "picture is not valid"
    assert "FILE or --remove" in cli.refused("account", "picture", "ann@example.org")


def _picture(kind: str, size: tuple[int, int]) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, kind)
    return written.getvalue()


def _send(api: Api, cast: Cast, content: bytes, headers: dict[str, str] | None = None) -> Any:
    return api("POST", f"/workspaces/{cast.acme.id}/logo", cast.ann, content=content, headers=headers)
