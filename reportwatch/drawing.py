"""What was read, drawn over the page it was read from: the cells of the figures, their values, and what they mean."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from reportwatch.pages import Page, page_of, png
from reportwatch.shape import digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parsers.model import Box, Figure, Origin, Parsed, State

DPI = 110.0
MOST_PAGES = 40
# Colours that differ for the colour-blind as well; the frame's, and what fills the cell (with transparency).
COLOURS: dict[State, tuple[int, int, int]] = {
    "number": (0, 114, 178),
    "blank": (110, 110, 110),
    "not_number": (166, 110, 0),
    "unsure": (213, 30, 0),
}
MEANING: dict[State, str] = {
    "number": "a number", "blank": "a blank cell", "not_number": "no number", "unsure": "unsure: for a person",
}  # fmt: skip
_FILL = 36  # of 255
_SMALL, _TAG = 10, 11  # pixels of type
_LINE = 18  # pixels: a lower box has no room for a tag
_WHITE, _GREY = (255, 255, 255), (70, 70, 70)
_ONE_ROW = "disputes"  # the section whose table has one row, and two names for each of its columns


def drawn_pages(body: bytes, reports: Sequence[Parsed]) -> list[tuple[int, bytes]]:
    """(page, PNG) of every page that has figures, at most forty. `body` is a PDF or a picture file.

    Raises Unreadable where a page cannot be shown. In a limited worker only.
    """
    on_page: dict[int, list[Figure]] = defaultdict(list)
    for parsed in reports:
        for figure in parsed.figures:
            if figure.origin.box is not None:
                on_page[figure.origin.page or 1].append(figure)
    return [
        (number, png(_drawn(page_of(body, number, DPI), on_page[number])))
        for number in sorted(on_page)[:MOST_PAGES]
    ]


def _drawn(page: Page, figures: Iterable[Figure]) -> Image.Image:
    """The page with its figures, paler than printed so that what is drawn stands out, and the legend below."""
    figures = [figure for figure in figures if figure.origin.box is not None]
    plain = _with_margin(page, figures)
    image = Image.blend(plain, Image.new("RGB", plain.size, _WHITE), 0.25).convert("RGBA")
    over = Image.new("RGBA", image.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(over)
    for figure in figures:
        pen.rectangle(
            _drawable(_box(page, figure.origin)), fill=(*COLOURS[figure.state], _FILL),
            outline=(*COLOURS[figure.state], 255), width=1,
        )  # fmt: skip
    for figure in figures:
        _tag(pen, _box(page, figure.origin), figure)
    _name_rows(pen, page, figures)
    _name_columns(over, page, figures)
    return _with_legend(Image.alpha_composite(image, over).convert("RGB"), figures)


def _box(page: Page, origin: Origin) -> Box:
    return page.pixels(origin.box or (0.0, 0.0, 0.0, 0.0))


def _drawable(box: Box) -> Box:
    left, top, right, bottom = box
    return left, top, max(left, right), max(top, bottom)


def _shown(figure: Figure) -> str:
    if figure.value is not None:
        return digits(figure.value)
    return {"blank": "", "unsure": "?"}.get(figure.state, "–")


def _tag_width(figure: Figure) -> float:
    return ImageFont.load_default(_TAG).getlength(_shown(figure)) + 4


def _is_tight(box: Box, figure: Figure) -> bool:
    """Whether the box is no cell but the number's own line: the tag then stands beside it."""
    return bool(_shown(figure)) and box[3] - box[1] < _LINE


def _tag(pen: ImageDraw.ImageDraw, box: Box, figure: Figure) -> None:
    """The value, white on its colour: in the lower right corner of the cell, or beside a tight one."""
    shown = _shown(figure)
    if not shown:
        return
    width, right, bottom = _tag_width(figure), box[2], box[3]
    left = right + 1 if _is_tight(box, figure) else right - width
    pen.rectangle((left, bottom - _TAG - 2, left + width, bottom), fill=(*COLOURS[figure.state], 255))
    pen.text((left + 2, bottom - 1), shown, _WHITE, ImageFont.load_default(_TAG), anchor="ls")


def _is_sideways(figures: Sequence[Figure]) -> bool:
    """Whether the rows of the tables run up or down the page: names would then stand across their cells."""
    rows: dict[str, Box] = {}
    for figure in figures:
        box = figure.origin.box or (0.0, 0.0, 0.0, 0.0)
        first = rows.setdefault(figure.key.rpartition(".")[0], box)
        if abs(first[1] - box[1]) > abs(first[0] - box[0]):
            return True
    return False


def _ends_of_rows(page: Page, figures: Sequence[Figure]) -> dict[tuple[str, str], Box]:
    """The rightmost cell of each row of the form that has a row for each kind of thing: sections 2 and 3."""
    ends: dict[tuple[str, str], Box] = {}
    sideways = _is_sideways(figures)
    for figure in figures:
        section, row, _ = figure.key.split(".", 2)
        box = _box(page, figure.origin)
        if _is_tight(box, figure):
            box = (box[0], box[1], box[2] + _tag_width(figure), box[3])
        if (
            section != _ONE_ROW
            and not sideways
            and box[2] > ends.get((section, row), (0.0, 0.0, -1.0, 0.0))[2]
        ):
            ends[section, row] = box
    return ends


def _feet_of_columns(page: Page, figures: Sequence[Figure]) -> dict[str, Box]:
    """The lowest cell of each column that has a name of its own: those of sections 3 and 4."""
    feet: dict[str, Box] = {}
    sideways = _is_sideways(figures)
    for figure in figures:
        section, row, column = figure.key.split(".", 2)
        name = f"{row}.{column}" if section == _ONE_ROW else column
        box = _box(page, figure.origin)
        if section != "disclosure" and not sideways and box[3] > feet.get(name, (0.0, 0.0, 0.0, -1.0))[3]:
            feet[name] = box
    return feet


def _with_margin(page: Page, figures: Sequence[Figure]) -> Image.Image:
    """The page, made wider and longer where the names beside its tables would not fit."""
    font = ImageFont.load_default(_SMALL)
    rows = [box[2] + font.getlength(row) + 12 for (_, row), box in _ends_of_rows(page, figures).items()]
    columns = [box[3] + font.getlength(name) + 12 for name, box in _feet_of_columns(page, figures).items()]
    width = max(page.image.width, *map(round, rows), 0) if rows else page.image.width
    height = max(page.image.height, *map(round, columns), 0) if columns else page.image.height
    whole = Image.new("RGB", (width, height), _WHITE)
    whole.paste(page.image, (0, 0))
    return whole


def _name_rows(pen: ImageDraw.ImageDraw, page: Page, figures: Sequence[Figure]) -> None:
    """The row's part of the key, at the right of each row."""
    font = ImageFont.load_default(_SMALL)
    for (_, row), (_, top, right, bottom) in _ends_of_rows(page, figures).items():
        y = (top + bottom) / 2
        pen.rectangle((right + 3, y - 6, right + 6 + font.getlength(row), y + 6), fill=(*_WHITE, 230))
        pen.text((right + 5, y), row, (*_GREY, 255), font, anchor="lm")


def _name_columns(over: Image.Image, page: Page, figures: Sequence[Figure]) -> None:
    """The column's part of the key, below its lowest cell and read downwards."""
    font = ImageFont.load_default(_SMALL)
    for name, (left, _, right, bottom) in _feet_of_columns(page, figures).items():
        label = Image.new("RGBA", (round(font.getlength(name)) + 4, _SMALL + 4), (*_WHITE, 230))
        ImageDraw.Draw(label).text((2, _SMALL), name, (*_GREY, 255), font, anchor="ls")
        turned = label.rotate(-90, expand=True)
        over.paste(turned, (round((left + right - turned.width) / 2), round(bottom) + 3))


def _with_legend(image: Image.Image, figures: Sequence[Figure]) -> Image.Image:
    """The image with a line below: each colour that is used, what it means, and how many figures have it."""
    font = ImageFont.load_default(_TAG)
    whole = Image.new("RGB", (image.width, image.height + 24), _WHITE)
    whole.paste(image, (0, 0))
    pen = ImageDraw.Draw(whole)
    pen.line((0, image.height, image.width, image.height), (200, 200, 200))
    x = 10.0
    for state, colour in COLOURS.items():
        count = sum(figure.state == state for figure in figures)
        if count:
            words = f"{MEANING[state]} ({count})"
            pen.rectangle((x, image.height + 7, x + 10, image.height + 17), fill=colour)
            pen.text((x + 15, image.height + 12), words, (40, 40, 40), font, anchor="lm")
            x += pen.textlength(words, font) + 40
    return whole
