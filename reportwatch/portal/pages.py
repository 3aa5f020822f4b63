"""Pages as government sites print them: lists in two dialects, an article page, and files that are broken on purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from posixpath import relpath
from typing import TYPE_CHECKING, Literal

from reportwatch.portal.form import MadeReport, report

if TYPE_CHECKING:
    from collections.abc import Sequence

Dialect = Literal["trs", "static"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that hangs on an article page: its path relative to the page, and the name people click."""

    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list page: where it leads, what it says, and its date (ISO day, or empty for none)."""

    path: str
    title: str
    day: str


def article(
    title: str,
    day: str | None,
    office: str,
    content: str,
    *,
    attachments: Sequence[Attachment] = (),
    charset: str = "utf-8",
) -> bytes:
    """An article page with the metas of the national guideline. `day` None: no date anywhere on the page."""
    metas = {
        "SiteName": office,
        "ArticleTitle": title,
        "ContentSource": office,
        "ColumnName": "政府信息公开年报",
    }
    if day is not None:
        metas["PubDate"] = f"{day} 09:30"
    links = "".join(f'<p><a href="{escape(file.href)}">{escape(file.name)}</a></p>' for file in attachments)
    stamp = f"<span>发布时间：{day} 09:30</span>" if day is not None else ""
    page = "\n".join((
        "<!DOCTYPE html>", '<html lang="zh-CN">', "<head>", f'<meta charset="{charset}">',
        *(f'<meta name="{name}" content="{escape(text)}">' for name, text in metas.items()),
        f"<title>{escape(title)}_政府信息公开年报_{escape(office)}</title>", "</head>", "<body>",
        '<div class="breadcrumb">当前位置：<a href="/">首页</a> &gt; <a href="../">政府信息公开年报</a></div>',
        f'<div class="article_title">{escape(title)}</div>',
        f'<div class="article_source">来源：{escape(office)} {stamp}</div>',
        f'<div class="TRS_Editor">{content}{links}</div>',
        f'<div class="foot">版权所有：{escape(office)}</div>', "</body>", "</html>",
    ))  # fmt: skip
    return page.encode("gb18030" if charset == "gbk" else charset)


def report_page(
    made: MadeReport, day: str | None, *, charset: str = "utf-8", also: Sequence[MadeReport] = ()
) -> bytes:
    """The page of a made report; `also` puts further reports on the same page."""
    content = "\n<hr>\n".join(report(part) for part in (made, *also))
    return article(made.title, day, made.publisher, content, charset=charset)


@dataclass(frozen=True, slots=True)
class Column:
    """A list on a site: where it is, in which dialect, and how many rows a page has."""

    path: str
    title: str
    dialect: Dialect = "trs"
    per_page: int = 10
    office: str = "示范市人民政府"
    extra: tuple[Row, ...] = field(default=())

    def addresses(self, rows: int) -> list[str]:
        """The paths of the column's pages for so many rows; there is always a first page."""
        count = max(1, -(-rows // self.per_page))
        name = "index_{}.html" if self.dialect == "trs" else "list_{}.html"
        first = 0 if self.dialect == "trs" else 1
        return [
            self.path + ("index.html" if page == 0 else name.format(page + first)) for page in range(count)
        ]

    def page(self, rows: Sequence[Row], number: int) -> bytes:
        """The page with that number (from 0), holding its share of the rows."""
        shown = rows[number * self.per_page : (number + 1) * self.per_page]
        addresses = self.addresses(len(rows))
        body = (_trs if self.dialect == "trs" else _static)(self, shown, number, addresses)
        head = f'<meta charset="utf-8"><meta name="ColumnName" content="{escape(self.title)}"><title>{escape(self.title)}_{escape(self.office)}</title>'
        return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()

    def href(self, path: str) -> str:
        """The address of a row relative to the column, as these systems print it."""
        relative = relpath(path, self.path)
        return relative if relative.startswith("..") else "./" + relative


# The markup of a real column (袁州区, 2017), with its upper-case tags and its newline inside the anchor.
_TRS_ROW = """<TR>
  <TD height=25 align="left"><IMG src="../../../images/lb-xtb.gif" width=4 height=6 />&nbsp;<A 
                        href="{href}">{title}</A></TD>
  <TD width="60" align="right">{day}</TD>
</TR>
"""  # noqa: W291 - the blank before the newline is in the real page
_TRS_BLANK = '<TR height=1>\n  <TD colspan=2 class="GroupBlankLine"></TD>\n</TR>\n'
_TRS_SCRIPT = """<script>
<!--
function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt)
{
var styleDIY = "fystyle";
if(_nPageCount == null || _nPageCount<=0){
return;
}
} //WCM置标
-->
</script>
"""


def _trs(column: Column, rows: Sequence[Row], number: int, addresses: Sequence[str]) -> str:
    drawn = [
        _TRS_ROW.format(href=column.href(row.path), title=escape(row.title), day=row.day) for row in rows
    ]
    groups = [_TRS_BLANK + line if place and place % 5 == 0 else line for place, line in enumerate(drawn)]
    call = f'<script>createPageHTML({len(addresses)}, {number}, "index", "html");</script>'
    return f'<TABLE width="97%"><TBODY>\n{"".join(groups)}</TBODY>\n</TABLE>\n<div align="center">{_TRS_SCRIPT}{call}</div>'


def _static(column: Column, rows: Sequence[Row], number: int, addresses: Sequence[str]) -> str:
    lines = (
        f'<li><a href="{column.href(row.path)}" title="{escape(row.title)}">{escape(_cut(row.title))}</a><span>{row.day}</span></li>'
        for row in rows
    )
    further = (
        [f'<a href="{column.href(addresses[number + 1])}">下一页</a>'] if number + 1 < len(addresses) else []
    )
    last = f'<a href="{column.href(addresses[-1])}">尾页</a>'
    pager = f'<div class="page">共{len(addresses)}页 当前第{number + 1}页 {"".join(further)} {last}</div>'
    return f'<div class="list"><ul class="newslist">\n{chr(10).join(lines)}\n</ul></div>\n{pager}'


_SHOWN = 28  # characters of a title on a list


def _cut(title: str) -> str:
    """Lists cut long titles; the whole one is in the title attribute."""
    return title if len(title) <= _SHOWN else title[: _SHOWN - 2] + "..."


def encrypted_pdf() -> bytes:
    """A small PDF that asks for a password that nobody has."""
    key = "<" + "5a" * 32 + ">"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        f"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O {key} /U {key} >>",
    )
    out, places = "%PDF-1.5\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Encrypt 4 0 R /ID [<{'00' * 16}> <{'00' * 16}>] >>"
    return f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(out)}\n%%EOF\n".encode()
