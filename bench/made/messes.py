"""The messes of real web pages: each turns a report into the bytes of one page."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from bench.made.form import Field
from bench.made.pages import plain_table, spans
from bench.made.report import TITLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from bench.made.form import Table
    from bench.made.report import Report

BIG_SPAN, LONG_TABLE = 3, 20
# As long as what real pages carry, and with what looks like markup
_SCRIPT = "<script>{}</script>".format(
    "".join(
        f"function open{number}(a){{if(a<{number}&&a>1){{return '<td>'+a+'</td>'}}return null}}\n"
        for number in range(400)
    )
)
_MENU = "".join(f"<td><a href='/c/{number}.html'>栏目{number}</a></td>" for number in range(60))
_FOOT = "<div class=footer>版权所有 联系电话：0394-8270000 豫ICP备05012345号-1 浏览次数：1024</div>"


def mess(name: str, report: Report, chance: Random) -> bytes:
    """One page of the mess `name`, a key of MESSES or of _CHARSETS."""
    charset, encoding = _CHARSETS.get(name, ("utf-8", "utf-8"))
    make = MESSES.get(name, plain_table)
    parts = [f"<h3>{TITLES[0]}</h3>", *(f"<p>　　{escape(text)}</p>" for text in report.before)]
    for title, table in zip(TITLES[1:4], report.tables, strict=True):
        parts += [f"<h3>{title}</h3>", make(table) if name != "cut" else _cut(table, chance)]
    parts += [f"<h3>{TITLES[4]}</h3>", *(f"<p>{escape(text)}</p>" for text in report.after)]
    article = "\n".join(parts) + f"<h3>{TITLES[5]}</h3><p>无</p>"
    return _shell(report, _WRAPPERS.get(name, _as_it_is)(article), charset).encode(
        encoding, "xmlcharrefreplace"
    )


def _shell(report: Report, article: str, charset: str) -> str:
    declared = f"<meta http-equiv='Content-Type' content='text/html; charset={charset}'>" if charset else ""
    facts = (
        f"<table class=xxgk><tr><td>索引号：</td><td>00{report.year}-0001</td><td>发布机构：</td><td>{report.publisher}</td></tr>"
        f"<tr><td>标题：</td><td colspan=3>{report.title}</td></tr></table>"
    )
    return (
        f"<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Transitional//EN' 'x.dtd'><html><head>{declared}"
        f"<title>{report.title}</title>{_SCRIPT}</head><body><table width=100%><tr>{_MENU}</tr></table>{facts}"
        f"<h1>{report.title}</h1><div id=zoom>{article}</div>{_FOOT}</body></html>"
    )


def _as_it_is(article: str) -> str:
    return article


def _nested(article: str) -> str:
    inner = f"<table><tr><td>{article}</td></tr></table>"
    return f"<table width=980><tr><td width=5>&nbsp;</td><td>{inner}</td><td>侧栏 123</td></tr></table>"


def _textarea(article: str) -> str:
    return f"<textarea style='display:none' id=content>{escape(article)}</textarea>"


def _script(article: str) -> str:
    quoted = article.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("</", "<\\/")
    return f'<div id=show></div><script>var content="{quoted}";show.innerHTML=content;</script>'


def _cells(
    table: Table, cell: Callable[[Field], str], open_row: str = "<tr>", close_row: str = "</tr>"
) -> str:
    rows = (open_row + "".join(map(cell, row)) + close_row for row in table)
    return f"<table border=1 cellspacing=0>{''.join(rows)}</table>"


def _word(table: Table) -> str:
    """As pasted from Word: a span for every few signs, a blank as a non-breaking space or an empty o:p."""

    def cell(field: Field) -> str:
        if field.key is None:
            pieces = re.findall(r".{1,3}", field.text)
            inner = "".join(f"<span style='font-size:9.0pt'>{escape(piece)}</span>" for piece in pieces)
        else:
            inner = f"<span lang=EN-US>{'</span><span lang=EN-US>'.join(field.text) or '&nbsp;'}<o:p></o:p></span>"
        style = "style='border:solid windowtext 1.0pt;padding:0cm 5.4pt'"
        return f"<td {spans(field)} nowrap {style}><p class=MsoNormal><!--[if !x]--><b>{inner}</b></p></td>"

    return _cells(table, cell, "<tr style='mso-yfti-irow:1'>")


def _padded(table: Table) -> str:
    return _cells(
        table, lambda one: f"<td{spans(one)}>&nbsp;{escape(one.text) or '<o:p>&nbsp;</o:p>'}&nbsp;</td>"
    )


def _paragraphs(table: Table) -> str:
    """Labels over several paragraphs."""

    def cell(field: Field) -> str:
        pieces = re.findall(r".{1,6}", field.text) if field.key is None else [field.text]
        return f"<td{spans(field)}>{''.join(f'<p>{escape(piece)}</p>' for piece in pieces)}</td>"

    return _cells(table, cell)


def _invisible(table: Table) -> str:
    return _cells(table, lambda one: f"<td{spans(one)}>\u200b{escape(one.text)}\ufeff</td>")


def _heads(table: Table) -> str:
    def cell(field: Field) -> str:
        tag = "td" if field.key else "th"
        return f"<{tag}{spans(field)}><div>{escape(field.text)}</div></{tag}>"

    return _cells(table, cell)


def _unclosed(table: Table) -> str:
    rows = ("<TR>" + "".join(f"<TD{spans(one).upper()}>{escape(one.text)}" for one in row) for row in table)
    return f"<TABLE border=1>{''.join(rows)}</TABLE>"


def _stray(table: Table) -> str:
    return _cells(
        table, lambda one: f"<td{spans(one)}><p><font size=2>{escape(one.text)}</td></font></td>", "<tr>", ""
    )


def _spans_off(table: Table, by: int) -> str:
    return plain_table(
        tuple(
            tuple(replace(one, rows=one.rows + by if one.rows > BIG_SPAN else one.rows) for one in row)
            for row in table
        )
    )


def _hidden(table: Table) -> str:
    first, *rest = (
        f"<tr>{''.join(f'<td{spans(one)}>{escape(one.text)}</td>' for one in row)}</tr>" for row in table
    )
    unseen = "<tr style='display:none'><td colspan=99>9</td></tr>"
    return f"<table border=1>{first}{unseen}{''.join(rest)}</table>"


def _cut(table: Table, chance: Random) -> str:
    """A long table as two tables side by side, the labels that go on being empty cells in the second."""
    if len(table) < LONG_TABLE:
        return plain_table(table)
    at = chance.randint(7, len(table) - 4)
    upper = tuple(
        tuple(replace(one, rows=min(one.rows, at - row)) for one in fields)
        for row, fields in enumerate(table[:at])
    )
    going_on = [
        Field("", rows=one.rows - (at - row), columns=one.columns)
        for row, fields in enumerate(table[:at])
        for one in fields
        if one.rows > at - row
    ]
    lower = ((*going_on, *table[at]), *table[at + 1 :])
    return f"{plain_table(upper)}<p>&nbsp;</p>{plain_table(lower)}"


MESSES: dict[str, Callable[[Table], str]] = {
    "word": _word,
    "padded": _padded,
    "paragraphs": _paragraphs,
    "invisible": _invisible,
    "heads": _heads,
    "unclosed": _unclosed,
    "stray": _stray,
    "spans-over": lambda table: _spans_off(table, 1),
    "spans-under": lambda table: _spans_off(table, -1),
    "hidden": _hidden,
}
_WRAPPERS: dict[str, Callable[[str], str]] = {"nested": _nested, "textarea": _textarea, "script": _script}
# What the page says of its encoding, and what it is in truth.
_CHARSETS = {
    "gbk": ("gb2312", "gb18030"),
    "wrong-charset": ("utf-8", "gb18030"),
    "no-charset": ("", "gb18030"),
}
NAMES = ("plain", "cut", *MESSES, *_WRAPPERS, *_CHARSETS)
