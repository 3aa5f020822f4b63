"""Pages written by the tests: the official form with the figures a test asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers import parse
from parsers.editions import editions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsers.model import Parsed

GROUPED = {"（三）不予公开", "（四）无法提供", "（五）不予处理", "（六）其他处理"}


def form(
    cells: Mapping[str, str] | None = None,
    *,
    edition: str = "2021",
    title: str = "某县财政局2023年政府信息公开工作年度报告",
) -> str:
    """A report whose cells are "0" but for `cells` (key -> text)."""
    texts = dict.fromkeys(editions()[edition].keys(), "0") | dict(cells or {})
    return (
        f"<h1>{title}</h1><p>一、总体情况</p><p>我局认真做好政府信息公开工作。</p>"
        f"<p>二、主动公开政府信息情况</p>{disclosure(texts, edition)}"
        f"<p>三、收到和处理政府信息公开申请情况</p>{requests(texts, edition)}"
        f"<p>四、政府信息公开行政复议、行政诉讼情况</p>{disputes(texts, edition)}"
        "<p>五、存在的主要问题及改进情况</p><p>公开的主动性还不够，下一步将加强培训。</p>"
        "<p>六、其他需要报告的事项</p><p>无</p>"
    )


def disclosure(texts: Mapping[str, str], edition: str) -> str:
    rows = ""
    for block in editions()[edition].disclosure:
        rows += f"<tr><td colspan=4>{block.heading}</td></tr>"
        rows += f"<tr><td>信息内容</td>{''.join(f'<td>{c.label}</td>' for c in block.columns)}</tr>"
        for row in block.rows:
            figures = "".join(f"<td>{texts[f'disclosure.{row.key}.{c.key}']}</td>" for c in block.columns)
            rows += f"<tr><td>{row.label}</td>{figures}</tr>"
    return f"<table>{rows}</table>"


def requests(texts: Mapping[str, str], edition: str) -> str:
    table = editions()[edition].requests
    labels = "".join(f"<td>{column.label}</td>" for column in table.columns)
    rows = f"<tr><td rowspan=2>（勾稽关系）</td><td colspan=7>申请人情况</td></tr><tr>{labels}</tr>"
    for row in table.rows:
        figures = "".join(f"<td>{texts[f'requests.{row.key}.{c.key}']}</td>" for c in table.columns)
        rows += f"<tr><td>{row.label}</td>{figures}</tr>"
    return f"<table>{rows}</table>"


def disputes(texts: Mapping[str, str], edition: str) -> str:
    table = editions()[edition].disputes
    leaves = "".join(f"<td>{column.label}</td>" for column in table.columns)
    figures = "".join(
        f"<td>{texts[f'disputes.{r.key}.{c.key}']}</td>" for r in table.rows for c in table.columns
    )
    return (
        "<table><tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr><tr>"
        + "".join(f"<td rowspan=2>{column.label}</td>" for column in table.columns)
        + "<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr>"
        + f"<tr>{leaves}{leaves}</tr><tr>{figures}</tr></table>"
    )


def read_page(markup: str) -> tuple[Parsed, ...]:
    """Parse a page."""
    return parse(f"<html><meta charset=utf-8><body>{markup}</body></html>".encode(), "text/html")


def read_form(cells: Mapping[str, str] | None = None, *, edition: str = "2021") -> Parsed:
    """Parse a form with these cells."""
    (parsed,) = read_page(form(cells, edition=edition))
    return parsed
