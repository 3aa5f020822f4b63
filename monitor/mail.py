"""A digest as HTML that a phone shows well, in the dark too, and that loads nothing from anywhere. Pure."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from monitor.words import templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.lines import Line
    from monitor.told import Lang
    from monitor.wording import Table

RED, ORANGE, BROWN, GREEN, BLUE, GREY, VIOLET = (
    "#b91c1c", "#c2410c", "#92600a", "#15803d", "#1d4ed8", "#4b5563", "#6d28d9",
)  # fmt: skip
COLOURS = {
    "monitor": RED, "storm": RED, "channel": RED, "corrected": VIOLET, "missing": RED, "withdrawn": RED,
    "doubtful": BROWN, "late": ORANGE, "invalid": ORANGE, "blind": GREY, "revised": BLUE, "appeared": GREEN,
    "resolved": GREEN, "still": BROWN, "summary": GREY, "alive": GREEN, "due_soon": BLUE,
}  # fmt: skip
# What stands here holds for programs that drop the style sheet; the sheet has the dark colours (templates/mail.html).
CARD = "background:#ffffff;border:1px solid #e5e7eb;border-radius:6px;margin:0 0 10px;padding:10px 12px"
BADGE = "display:inline-block;color:#ffffff;border-radius:4px;padding:1px 7px;font-size:13px;font-weight:600"
ID = "float:right;color:#4b5563;font-size:13px;font-family:ui-monospace,Menlo,Consolas,monospace"
BODY = "margin:6px 0 0;overflow-wrap:anywhere"
TABLE = "width:100%;border-collapse:collapse;margin:8px 0 0;font-size:14px;line-height:1.4"
HEAD = "text-align:left;font-weight:600;color:#4b5563;border-bottom:1px solid #d1d5db;padding:3px 8px 3px 0"
CELL = "text-align:left;vertical-align:top;border-bottom:1px solid #e5e7eb;padding:4px 8px 4px 0;overflow-wrap:anywhere"
LINK = "color:#1d4ed8;font-size:14px;word-break:break-all"
SOFT = "color:#4b5563;font-size:13px;margin:14px 4px 0;overflow-wrap:anywhere"
REGION = "margin:18px 4px 6px;font-size:14px;font-weight:600;color:#4b5563"
NUMBER = f"{CELL};white-space:nowrap"
WIDE, NARROW = frozenset({"label", "fault"}), ";white-space:nowrap"  # columns of words, and of figures
NOTE = "color:#4b5563;font-size:13px"
SHORT = 14  # signs of a figure that need not break


def html_of(
    lines: Sequence[Line], lang: Lang, *, heading: str, counts: str, notes: Sequence[str], regions: bool
) -> str:
    """The page: counts, a card for each line, the notes. With `regions` each region has a heading."""
    return _skeleton().substitute(
        lang="zh-CN" if lang == "zh" else "en",
        title=escape(counts),
        heading=escape(heading),
        counts=escape(counts),
        lines="\n".join(_cards(lines, lang, regions=regions)),
        notes="\n".join(f'<p class="soft" style="{SOFT}">{escape(note)}</p>' for note in notes),
    )


def _cards(lines: Sequence[Line], lang: Lang, *, regions: bool) -> Iterator[str]:
    region = None
    for line in lines:
        if regions and line.region and line.region != region:
            region = line.region
            yield f'<p class="soft" style="{REGION}">{escape(region)}</p>'
        yield _card(line, lang)


def _card(line: Line, lang: Lang) -> str:
    words = templates(lang)
    badge = (
        f'<span style="{BADGE};background:{COLOURS[line.group]}">{escape(words["names"][line.group])}</span>'
    )
    links = "".join(_link(url) for url in line.urls)
    said = [_with_name(line.saying.head, line.who)]
    said += [] if line.tables else [escape(text) for text in line.saying.particulars]
    tail = f'<p style="{BODY}">{escape(line.saying.tail)}</p>' if line.saying.tail else ""
    return (
        f'<div class="card" style="{CARD}"><span class="soft" style="{ID}">#{escape(line.told.short_id)}</span>{badge}'
        f'<p style="{BODY}">{("" if lang == "zh" else " ").join(said)}</p>'
        f"{''.join(_table(table, lang) for table in line.tables)}{tail}{links}</div>"
    )


def _link(url: str) -> str:
    url = escape(url, quote=True)
    return f'<p style="{BODY}"><a class="link" href="{url}" style="{LINK}">{url}</a></p>'


def _with_name(text: str, who: str) -> str:
    """The sentence with the name of whom it is about in bold."""
    text, who = escape(text), escape(who)
    return text.replace(who, f"<b>{who}</b>", 1) if who else text


def _table(table: Table, lang: Lang) -> str:
    words = templates(lang)
    heads = "".join(
        f'<th class="head" scope="col" style="{HEAD}{"" if name in WIDE else NARROW}">{escape(words["columns"][name])}</th>'
        for name in table.heads
    )
    rows = "".join(f"<tr>{_row(row, table.noted)}</tr>" for row in table.rows)
    left = table.total - len(table.rows)
    more = f'<tr><td class="cell" style="{CELL}" colspan="{len(table.heads)}">{escape(words["words"]["and_more"].format(count=left))}</td></tr>' if left > 0 else ""  # fmt: skip
    return f'<table style="{TABLE}"><thead><tr>{heads}</tr></thead><tbody>{rows}{more}</tbody></table>'


def _row(row: tuple[str, ...], noted: bool) -> str:
    """The cells of a row. `noted`: the last text stands small below the first, for a phone has no room beside it."""
    first, *others = row
    note = f'<br><span class="soft" style="{NOTE}">{escape(others.pop())}</span>' if noted else ""
    figures = (
        f'<td class="cell" style="{NUMBER if len(text) <= SHORT else CELL}">{escape(text)}</td>'
        for text in others
    )
    return f'<td class="cell" style="{CELL}">{escape(first)}{note}</td>{"".join(figures)}'


@cache
def _skeleton() -> Template:
    return Template(Path(__file__).with_name("templates").joinpath("mail.html").read_text(encoding="utf-8"))
