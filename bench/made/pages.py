"""A report as a web page: for printing with Chromium, and the starting point of the HTML messes."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from bench.made.report import TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.made.form import Field, Table
    from bench.made.report import Report

# The borders of a table, as CSS.
BORDERS = {
    "full": "td{border:1px solid #000}",
    "hairline": "td{border:.2pt solid #444}",
    "dotted": "td{border:1px dotted #777}",
    "dashed": "td{border:1px dashed #555}",
    "double": "td{border:3px double #000}",
    "coloured": "td{border:1px solid #4472c4} tr:first-child td{background:#d9e2f3}",
    "outer": "table{border:1.5px solid #000}",
    "lines": "td{border-top:1px solid #000;border-bottom:1px solid #000}",
    "columns": "table{border:1px solid #000} td{border-left:1px solid #000;border-right:1px solid #000}",
    "three": "table{border-top:2px solid #000;border-bottom:2px solid #000}",
    "none": "",
    "zebra": "tr:nth-child(odd) td{background:#e9eefa}",
    "gap": "table{border-collapse:separate;border-spacing:2px} td{border:1px solid #888}",
    "ground": "table{border-collapse:separate;border-spacing:1px;background:#000} td{background:#fff}",
}
WIDTHS = ("10%", "10%", "30%", *("7.14%",) * 7)
LONG_LABEL, PIECE = 7, 6


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is set. Lengths are CSS; `before` is the empty space before section 二, in pixels."""

    border: str = "full"
    font: str = "Noto Sans CJK SC"
    size: str = "12px"
    table_size: str = "12px"
    line: str = "1.8"
    padding: str = "5px"
    align: str = "center"
    valign: str = "middle"
    paper: str = "A4"
    margin: str = "15mm"
    before: int = 0
    spacing: str = "normal"
    widths: tuple[str, ...] = WIDTHS
    broken_labels: bool = False
    figure_paragraphs: bool = False
    repeat_head: bool = False
    watermark: bool = False
    twice: bool = False
    cut_rows: bool = False


def page(report: Report, look: Look) -> str:
    """The whole HTML document."""
    body = [f"<h2>{escape(report.title)}</h2>", f"<h3>{TITLES[0]}</h3>", *_paragraphs(report.before)]
    body.append(f"<div style='height:{look.before}px'></div>")
    for title, table in zip(TITLES[1:4], report.tables, strict=True):
        body += [f"<h3>{title}</h3>", _table(table, look, look.widths if title == TITLES[2] else ())]
    body += [
        f"<h3>{TITLES[4]}</h3>",
        *_paragraphs(report.after),
        f"<h3>{TITLES[5]}</h3>",
        "<p>无其他需要报告的事项。</p>",
    ]
    mark = f"<div class=mark>{escape(report.publisher)}</div>" if look.watermark else ""
    head = f"<meta charset=utf-8><title>{escape(report.title)}</title><style>{_css(look)}</style>"
    return f"<!DOCTYPE html><html lang=zh><head>{head}</head><body>{mark}{''.join(body)}</body></html>"


def plain_table(table: Table, attributes: str = "border=1") -> str:
    """A table without any styling of ours."""
    rows = ("".join(f"<td{spans(field)}>{escape(field.text)}</td>" for field in row) for row in table)
    return f"<table {attributes}>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def spans(field: Field) -> str:
    """The attributes of a merged cell."""
    rows = f' rowspan="{field.rows}"' if field.rows > 1 else ""
    return rows + (f' colspan="{field.columns}"' if field.columns > 1 else "")


def _paragraphs(texts: Iterable[str]) -> list[str]:
    return [f"<p>{escape(text)}</p>" for text in texts]


def _table(table: Table, look: Look, widths: tuple[str, ...]) -> str:
    columns = (
        f"<colgroup>{''.join(f'<col style=width:{width}>' for width in widths)}</colgroup>" if widths else ""
    )
    rows = [
        "<tr>" + "".join(f"<td{spans(field)}>{_content(field, look)}</td>" for field in row) + "</tr>"
        for row in table
    ]
    head = 3 if look.repeat_head and widths else 0
    top = f"<thead>{''.join(rows[:head])}</thead>" if head else ""
    return f"<table>{columns}{top}<tbody>{''.join(rows[head:])}</tbody></table>"


def _content(field: Field, look: Look) -> str:
    text = field.text
    if field.key is None and look.broken_labels and len(text) > LONG_LABEL:
        return "<br>".join(escape(text[start : start + PIECE]) for start in range(0, len(text), PIECE))
    if field.key is not None and look.figure_paragraphs:
        return f"<p class=f><span>{escape(text)}</span></p><p class=f>&nbsp;</p>"
    return escape(text)


def _css(look: Look) -> str:
    extra = BORDERS[look.border]
    if look.watermark:
        extra += ".mark{position:fixed;top:40%;left:8%;font-size:56px;color:#ddd;transform:rotate(-35deg);z-index:-1}"
    if look.twice:
        extra += "td{text-shadow:.4px 0 #000}"
    extra += "tr{break-inside:auto}" if look.cut_rows else "tr{break-inside:avoid}"
    return (
        f"@page{{size:{look.paper};margin:{look.margin}}}"
        f'body{{font-family:"{look.font}";font-size:{look.size};line-height:{look.line};margin:0}}'
        "*{-webkit-print-color-adjust:exact} h2{text-align:center} p{text-indent:2em;margin:.3em 0}"
        "p.f{text-indent:0;margin:0} table{border-collapse:collapse;width:100%;margin:6px 0}"
        f"td{{text-align:{look.align};vertical-align:{look.valign};padding:{look.padding};font-size:{look.table_size};"
        f"letter-spacing:{look.spacing};word-break:break-all;line-height:1.5}}{extra}"
    )
