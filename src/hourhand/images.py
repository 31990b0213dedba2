"""Pictures that people send, made anew: whatever else a file is or hides, only its pixels go on."""

from __future__ import annotations

import io

from hourhand.core.errors import Invalid, Problem

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
LARGEST_SIDE = 512
# What it may take to look at one: 4 bytes each.
MOST_PIXELS = 8_000_000


def anew(sent: bytes, noun: str, field: str) -> bytes:
    """The picture as PNG, upright, no side longer than 512 pixels. Takes a while: never on the event loop.

    Takes PNG, JPEG, GIF and WebP, and of a moving picture the first moment. Raises `Invalid`.
    """
    # Not above, because few ask for it, and it takes its time to load.
    from PIL import Image, ImageOps

    # Judged here, before the pixels are read, and not by a warning after it.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(sent), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except Exception:  # noqa: BLE001 - a broken file makes the decoders raise whatever they like
        raise Invalid(Problem(noun, field, "invalid")) from None
    upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    # On a sheet of its own, because a picture carries texts and profiles along.
    bare = Image.new("RGBA", upright.size)
    bare.paste(upright)
    written = io.BytesIO()
    bare.save(written, "PNG", optimize=True)
    return written.getvalue()
