"""Which pages of a PDF carry the form's tables: only they are looked at line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.normalise import RADICALS

if TYPE_CHECKING:
    from collections.abc import Sized

# Words that stand in the form's tables, in all editions. A sentence may hold one of them, a table holds several.
_WORDS = re.compile(
    "第二十条第|信息内容|本年制发|本年废止|本年新制作|本年新公开|现行有效|对外公开总|处理决定数|本年收费|政府集中采购|采购总金额"
    "|勾稽关系|申请人情况|法人或其他组织|商业企业|科研机构|社会公益组织|法律服务机构|本年新收|上年结转|结转下一?年"
    "|属于国家秘密|三安全一稳定|第三方合法|内部事务信息|过程性信息|行政执法案卷|行政查询事项|不掌握相关|没有现成|补正后申请"
    "|信访举报|重复申请|公开出版物|大量反复|重新出具|逾期不补正|未按收费|未经复议|复议后起诉|结果维持|结果纠正|尚未审结"
)
_ENOUGH = 2  # different ones on one page
_RADICAL = re.compile(f"[{''.join(map(chr, RADICALS))}]")
_GAPS = re.compile(r"\s+")


def has_form_words(string: str) -> bool:
    """Whether a page with this text may carry a table of the form."""
    text = _GAPS.sub("", string)
    if _RADICAL.search(text):
        text = text.translate(RADICALS)
    found: set[str] = set()
    for match in _WORDS.finditer(text):
        found.add(match[0])
        if len(found) >= _ENOUGH:
            return True
    return False


class Follower:
    """Decides page by page, in order: the form's pages, and pages after them as long as tables go on."""

    def __init__(self) -> None:
        self._goes_on = False

    def wants(self, *, has_words: bool) -> bool:
        """Whether the next page should be looked at; `has_words` as `has_form_words` says of it."""
        wanted = self._goes_on or has_words
        self._goes_on = has_words
        return wanted

    def saw(self, tables: Sized) -> None:
        """Tell what a wanted page held: where it had a table, the page after it is wanted too."""
        self._goes_on = self._goes_on or len(tables) > 0
