"""Pages that stand in a report's place: a notice inside the whole site's frame, a column, a page for a script to fill."""

from __future__ import annotations

import re

from crawler.text import decode, visible
from parsers import page_facts, sniff, title_facts
from parsers.sniffing import BYTES, HTML, PICTURES, TEXT

# Words of the form's own tables, of any edition: no menu has them.
FORM = re.compile(
    r"本年新收政府信息公开申请|上年结转政府信息公开申请|主动公开政府信息(?:情况|数)|收到(?:和处理)?政府信息公开申请|"
    r"政府信息公开行政复议|申请(?:总)?数量?[（(](?:件|条|单位)"
)


def stands_in(body: bytes, before: bytes) -> bool:
    """Whether an answer is something else than the report whose earlier version is `before`.

    A file that was kept is never replaced by a page without a report; a page that was a report's is not by one that has
    neither a report's title nor its form, nor the title of before. What was no report before may become anything.
    """
    if is_report(body) or sniff(before) in PICTURES or not is_report(before):
        return False
    title = page_facts(before).title if sniff(before) == HTML else None
    return title is None or page_facts(body).title != title


def is_report(body: bytes) -> bool:
    """Whether bytes are a file, or a page with the title of a report of some year, or with words of its form."""
    if sniff(body) not in (HTML, TEXT, BYTES):
        return True
    facts = title_facts(page_facts(body).title or "")
    if facts.kind != "other" and facts.year is not None:
        return True
    return bool(FORM.search(visible(decode(body))))
