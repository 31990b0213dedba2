"""Reports as they are found, for printing: made by hand, because how they are found is tested elsewhere."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import date, timedelta

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE  # type: ignore[import-untyped]

from hourhand.reports.looks import Look
from hourhand.reports.results import Amount, Bar, Cover, Days, Group, Item, Line, Row, Summary, Title, Totals, Weekly

SINCE = date(2024, 5, 1)
HOUR = 3600
# A name in each script that fonts are shipped for.
NAMES = (
    "Käufer & Söhne",
    "Čeština Łódź",
    "Ромашка",
    "Ελιά",
    "株式会社サクラ",
    "网站设计",
    "웹사이트",
    "Հայաստան",
    "საქართველო",
    "เว็บไซต์",
    "አማርኛ",
    "ᏣᎳᎩ",
    "ⵜⴰⵎⴰⵣⵉⵖⵜ",
)


def look(**changed: str | bool) -> Look:
    """A reader who writes as Europeans do."""
    formats = {"date_format": "DD.MM.YYYY", "timeofday_format": "H:mm", "duration_format": "improved"}
    return Look(**{**formats, "timezone": "Europe/Tallinn", "language": "en_US", **changed})  # type: ignore[arg-type]


def cover(reader: Look, *, workspace: str = "Studio", logo: bytes | None = None) -> Cover:
    """A cover of May 2024."""
    return Cover(
        workspace=workspace,
        since=SINCE,
        until=date(2024, 5, 31),
        filters=(("tag_ids", ("paid", None)),),
        logo=logo,
        language=reader.language,
        timezone=reader.timezone,
        date_format=reader.date_format,
        timeofday_format=reader.timeofday_format,
        duration_format=reader.duration_format,
    )


def bars() -> list[Bar]:
    """A bar for each day, of more and more time."""
    return [Bar(SINCE + timedelta(days=i), i * 600, i * 300) for i in range(31)]


def summary(*names: str, currencies: tuple[str, ...] = ("EUR",)) -> Summary:
    """Projects of these names, with an item of the same name each; an hour and 50.00 each."""
    groups = []
    for i, name in enumerate(names):
        currency = currencies[i % len(currencies)]
        item = Item(Title("time_entry", None, name), HOUR, currency, 5000, 5000)
        title = Title("project", i + 1, name, name, str(i % 15))
        groups.append(Group(title, HOUR, HOUR, (Amount(currency, 5000),), [item]))
    worth = tuple(Amount(it, 5000 * len(names[i :: len(currencies)])) for i, it in enumerate(currencies))
    return Summary(Totals(HOUR * len(names), HOUR * len(names), worth), groups)


def lines(count: int, description: str = "Design") -> list[Line]:
    """So many entries of an hour and a quarter, one after the other."""
    start = 1_714_550_400  # 2024-05-01 11:00 in Tallinn
    return [
        Line(
            id=i,
            account_id=1,
            project_id=1,
            task_id=None,
            description=description,
            start=start + i * 5400,
            stop=start + i * 5400 + 4500,
            at=start,
            seconds=4500,
            billable=True,
            currency="EUR",
            rate=5000,
            amount=6250,
            user="Ann",
            email="ann@example.org",
            timezone="Europe/Tallinn",
            keeps_times=True,
            client="Customer",
            project="Site",
            color="3",
            task=None,
            tags=("paid",),
        )
        for i in range(count)
    ]


def weekly() -> Weekly:
    """A week of one project and one person."""
    days = Days((HOUR, None, None, None, None, None, 2 * HOUR, 3 * HOUR), ())
    row = Row(Title("project", 1, "Site", "Customer", "3"), days, (Row(Title("user", 1, "Ann"), days),))
    return Weekly(date(2024, 5, 6), Totals(3 * HOUR, None, (Amount(None, None),)), [row], days)


def text(file: bytes) -> list[str]:
    """What stands on each page, without the marks for where a word may be broken."""
    document = pypdfium2.PdfDocument(file)
    try:
        return [_page_text(document[i]) for i in range(len(document))]
    finally:
        document.close()


def picture(kind: str, mode: str = "RGB") -> bytes:
    """A picture of 300 by 120 pixels, of which no two are alike."""
    file = io.BytesIO()
    noise = Image.effect_noise((300, 120), 80)
    (Image.new(mode, noise.size, 999) if mode == "I;16" else noise.convert(mode)).save(file, kind)
    return file.getvalue()


def picture_that_claims(size: tuple[int, int]) -> bytes:
    """A PNG whose head says that it is of another size than it is."""
    true = picture("PNG")
    head = b"IHDR" + struct.pack(">II", *size) + true[24:29]
    return true[:12] + head + struct.pack(">I", zlib.crc32(head)) + true[33:]


def drawing_of_drawings() -> bytes:
    """A short SVG of a million parts."""
    parts = "".join(f'<g id="a{i}">{f"""<use href="#a{i - 1}"/>""" * 10}</g>' for i in range(1, 7))
    shown = f'<defs><rect id="a0" width="1" height="1"/>{parts}</defs><use href="#a6"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{shown}</svg>'.encode()


def pictures(file: bytes) -> int:
    """How many pictures are on the first page."""
    document = pypdfium2.PdfDocument(file)
    try:
        return sum(1 for _ in document[0].get_objects(filter=[FPDF_PAGEOBJ_IMAGE]))
    finally:
        document.close()


def edges(file: bytes, letter: str) -> tuple[float, float]:
    """Where on the first page a letter occurs for the first time from the left and the last time from the right."""
    document = pypdfium2.PdfDocument(file)
    try:
        page = document[0].get_textpage()
        boxes = [page.get_charbox(i) for i in range(page.count_chars()) if page.get_text_range(i, 1) == letter]
        return min(box[0] for box in boxes), max(box[2] for box in boxes)
    finally:
        document.close()


def _page_text(page: pypdfium2.PdfPage) -> str:
    found: str = page.get_textpage().get_text_range()
    return found.replace("\u200b\r\n", "").replace("\u200b", "").replace("\r\n", "\n")
