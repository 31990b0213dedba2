"""What a report says on paper, in whose words, and that what people typed is only ever text."""

from __future__ import annotations

import io
import multiprocessing
import resource

import msgspec
import pytest
from PIL import Image

from hourhand.core.errors import Invalid
from hourhand.reports import pdf
from hourhand.reports.results import Summary, Totals
from tests.reports import paper


def test_a_summary_has_its_sums_its_filters_and_its_rows() -> None:
    reader = paper.look()
    [page] = paper.text(pdf.summary(paper.cover(reader), paper.bars(), paper.summary("Site", "Shop"), reader))
    for said in ("Summary report", "01.05.2024 – 31.05.2024", "Studio", "Tags paid, without", "Total time", "2:00:00"):
        assert said in page
    assert "100.00 EUR" in page
    assert "Site · Site 1:00:00 50.00 EUR" in page
    assert "1 / 1" in page
    # The highest bar, and the share of each.
    assert "5:00:00" in page
    assert page.count("50 %") == 2


def test_amounts_of_several_currencies_stay_apart() -> None:
    reader = paper.look()
    found = paper.summary("Site", "Shop", "Blog", currencies=("EUR", "USD"))
    [page] = paper.text(pdf.summary(paper.cover(reader), paper.bars(), found, reader))
    assert "100.00 EUR\n50.00 USD" in page


def test_a_list_of_entries_has_a_head_and_a_number_on_each_page() -> None:
    reader = paper.look()
    totals = Totals(1, 1, ())
    pages = paper.text(pdf.detailed(paper.cover(reader), paper.bars(), totals, paper.lines(1200), reader))
    assert len(pages) > 40
    for number, page in enumerate(pages, 1):
        assert "Date Description User Duration Amount" in page
        assert f"{number} / {len(pages)}" in page
    assert sum(page.count("Site · Customer · paid") for page in pages) == 1200
    assert "01.05.2024\n11:00 – 12:15\nDesign\nSite · Customer · paid\nAnn 1:15:00 62.50 EUR" in pages[0]


def test_a_list_of_many_entries_takes_little_memory() -> None:
    printing = multiprocessing.get_context("spawn").Process(target=_print_many, args=(5000, 350 << 20))
    printing.start()
    printing.join()
    assert printing.exitcode == 0


def _print_many(count: int, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    reader = paper.look()
    pdf.detailed(paper.cover(reader), [], Totals(1, 1, ()), paper.lines(count), reader)


def test_what_is_widest_makes_a_column_wide_enough() -> None:
    reader = paper.look(timeofday_format="h:mm A", language="de_DE")
    short, long = paper.lines(2)
    long = msgspec.structs.replace(long, seconds=4_000_000, currency="WWW", amount=123_456_789_012)
    [page] = paper.text(pdf.detailed(paper.cover(reader), [], Totals(1, 1, ()), [short, long], reader))
    assert "12:30 PM – 1:45 PM" in page
    assert "1111:06:40 1.234.567.890,12 WWW" in page


def test_a_week_has_a_column_for_each_day() -> None:
    reader = paper.look()
    [page] = paper.text(pdf.weekly(paper.cover(reader), paper.bars()[:7], paper.weekly(), reader))
    assert "Mon\n06.05.2024" in page
    assert "Site · Customer 1:00:00 2:00:00 3:00:00" in page
    assert "Ann 1:00:00 2:00:00 3:00:00" in page


def test_a_report_of_nothing_says_so() -> None:
    reader = paper.look()
    [page] = paper.text(pdf.summary(paper.cover(reader), [], Summary(Totals(None, None, ()), []), reader))
    assert "No time was tracked." in page


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"duration_format": "decimal"}, "1.25 h"),
        ({"duration_format": "classic", "decimal_hours": True}, "1.25 h"),
        ({"duration_format": "classic"}, "1:15:00"),
        ({"date_format": "MM/DD/YYYY", "timeofday_format": "h:mm A"}, "05/01/2024\n11:00 AM – 12:15 PM"),
        ({"date_format": "YYYY-MM-DD", "timezone": "Asia/Tokyo"}, "2024-05-01\n17:00 – 18:15"),
        ({"language": "de_DE"}, "62,50 EUR"),
        ({"language": "fr_FR"}, "Rapport détaillé"),
        ({"language": "et_EE"}, "Üksikasjalik aruanne"),
        ({"language": "es_ES"}, "Informe detallado"),
    ],
)
def test_a_reader_is_written_to_as_they_write(changed: dict[str, str | bool], expected: str) -> None:
    reader = paper.look(**changed)
    totals = Totals(4500, 4500, ())
    [page] = paper.text(pdf.detailed(paper.cover(reader), [], totals, paper.lines(1), reader))
    assert expected in page


@pytest.mark.parametrize("name", paper.NAMES)
def test_any_script_prints(name: str) -> None:
    reader = paper.look()
    [page] = paper.text(pdf.summary(paper.cover(reader, workspace=name), [], paper.summary(name), reader))
    assert page.count(name) >= 4


def test_pictures_print_as_well() -> None:
    reader = paper.look()
    [page] = paper.text(pdf.summary(paper.cover(reader), [], paper.summary("🚀 Launch ⏱"), reader))
    assert "🚀 Launch ⏱" in page


@pytest.mark.parametrize("name", ["شركة النور", "אתר הבית"])
def test_what_is_written_from_the_right_is_there_too(name: str) -> None:
    reader = paper.look()
    [page] = paper.text(pdf.summary(paper.cover(reader, workspace=name), [], paper.summary(name), reader))
    letters = {letter for letter in name if letter != " "}
    # Its letters come out in their order on paper, and some as the shape that they have there.
    assert len(letters & set(page)) >= len(letters) // 2


@pytest.mark.parametrize("name", ["שלום", "عمل", "שלום 5"])
def test_what_is_written_from_the_right_leaves_what_is_beside_it_in_its_place(name: str) -> None:
    reader = paper.look()
    [line] = paper.lines(1)
    line = msgspec.structs.replace(line, project=name, client="7 Dwarfs", tags=(name, "12 days"))
    [page] = paper.text(pdf.detailed(paper.cover(reader), [], Totals(1, 1, ()), [line], reader))
    assert "· 7 Dwarfs ·" in page
    assert ", 12 days" in page


@pytest.mark.parametrize(
    "typed",
    [
        '#read("/etc/hostname")',
        '#import "@preview/cetz:0.3.1"',
        "$x^2$",
        "*a* _b_ `c`",
        "<b>&amp;",
        "= x",
        "@x",
        "a\\b",
    ],
)
def test_what_people_typed_is_text(typed: str) -> None:
    reader = paper.look()
    cover = paper.cover(reader, workspace=typed)
    [page] = paper.text(pdf.summary(cover, [], paper.summary(typed), reader))
    assert page.count(typed) >= 4


def test_a_word_without_an_end_is_broken_and_cut() -> None:
    reader = paper.look()
    totals = Totals(4500, 4500, ())
    [page] = paper.text(pdf.detailed(paper.cover(reader), [], totals, paper.lines(1, "w" * 100_000), reader))
    assert 500 < page.count("w") < 700


@pytest.mark.parametrize("length", [12, 20, 40, 200])
def test_a_word_stays_in_its_cell(length: int) -> None:
    reader = paper.look()
    [line] = paper.lines(1)
    line = msgspec.structs.replace(line, description="Q" * length, user="W" * length, seconds=8 * paper.HOUR)
    file = pdf.detailed(paper.cover(reader), [], Totals(1, 1, ()), [line], reader)
    _, end_of_description = paper.edges(file, "Q")
    begin_of_user, end_of_user = paper.edges(file, "W")
    begin_of_duration, _ = paper.edges(file, "8")
    assert end_of_description < begin_of_user
    assert end_of_user < begin_of_duration


def test_a_word_that_fits_is_not_broken() -> None:
    reader = paper.look()
    [line] = paper.lines(1)
    line = msgspec.structs.replace(
        line, description=f"of the {'Baugenehmigungsverfahren' * 2} of", user="Bartholomew Fotheringham"
    )
    [page] = paper.text(pdf.detailed(paper.cover(reader), [], Totals(1, 1, ()), [line], reader))
    assert "Baugenehmigungsverfahren" * 2 in page
    assert "Bartholomew \nFotheringham" in page


def test_a_row_is_never_higher_than_a_page() -> None:
    reader = paper.look()
    [line] = paper.lines(1)
    name = "株式会社サクラ" * 36
    long = msgspec.structs.replace(
        line, description=name * 10, user=name, project=name, client=name, task=name, tags=(name,) * 40
    )
    cover = paper.cover(reader, workspace=name)
    pages = paper.text(pdf.detailed(cover, paper.bars(), Totals(1, 1, ()), [long, line], reader))
    assert ["1:15:00" in page for page in pages] == [False, True]
    # The other one has room below it.
    assert pages[1].count("1:15:00") == 2


def test_what_cannot_be_seen_is_left_out() -> None:
    reader = paper.look()
    totals = Totals(4500, 4500, ())
    typed = "be\x00fore\x07 \u202eafter\ud800 \ttab"
    [page] = paper.text(pdf.detailed(paper.cover(reader), [], totals, paper.lines(1, typed), reader))
    assert "before after tab" in page


def test_the_logo_is_on_it() -> None:
    reader = paper.look()
    png = io.BytesIO()
    Image.effect_noise((300, 120), 80).save(png, "PNG")
    plain, printed = (
        pdf.summary(paper.cover(reader, logo=logo), [], paper.summary("Site"), reader)
        for logo in (None, png.getvalue())
    )
    assert len(printed) > len(plain) + 10_000


_GOOD = paper.picture("PNG")
_BROKEN = {
    "nothing": b"",
    "words": b"a picture",
    "half": _GOOD[: len(_GOOD) // 2],
    "a head alone": _GOOD[:33],
    "another sum than its own": _GOOD[:29] + b"0000" + _GOOD[33:],
    "wider than it is": paper.picture_that_claims((400, 120)),
    "larger than memory": paper.picture_that_claims((100_000, 100_000)),
    "half a photo": paper.picture("JPEG")[:1000],
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    "a drawing of drawings": paper.drawing_of_drawings(),
    "pages": b"%PDF-1.7",
}


@pytest.mark.parametrize("logo", _BROKEN.values(), ids=_BROKEN)
def test_a_broken_logo_is_left_out(logo: bytes) -> None:
    printed = _with_logo(logo)
    assert paper.pictures(printed) == 0
    assert paper.text(printed) == paper.text(_with_logo(None))


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "CMYK"), ("PNG", "I;16"), ("PNG", "RGBA"), ("GIF", "P"), ("WEBP", "RGB")]
)
def test_a_logo_of_any_kind_is_on_it(kind: str, mode: str) -> None:
    assert paper.pictures(_with_logo(paper.picture(kind, mode))) == 1


def test_a_moving_logo_is_on_it_too() -> None:
    moving = io.BytesIO()
    Image.new("P", (30, 30)).save(moving, "GIF", save_all=True, append_images=[Image.new("P", (30, 30), 9)])
    assert paper.pictures(_with_logo(moving.getvalue())) == 1


def _with_logo(logo: bytes | None) -> bytes:
    reader = paper.look()
    return pdf.summary(paper.cover(reader, logo=logo), [], paper.summary("Site"), reader)


def test_more_rows_than_anybody_prints_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_ROWS", 3)
    reader = paper.look()
    with pytest.raises(Invalid):
        pdf.detailed(paper.cover(reader), [], Totals(1, 1, ()), paper.lines(4), reader)
