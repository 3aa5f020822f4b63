from __future__ import annotations

import pytest

from parsers.editions import editions
from parsers.readers.text import numbers_of
from parsers.readers.text_headings import requests_in_order

COLUMNS = [column.key for column in editions()["2021"].requests.columns]
OVER = "申请人情况\n自然人 法人或其他组织 总计\n"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (f"{OVER}商业企业 科研机构 社会公益\n组织\n法律服务\n机构\n其他", True),
        (f"{OVER}商业 科研 社会公 法律服 其他\n企业 机构 益组织 务机构", True),
        (f"{OVER}科研机构 商业企业 社会公益组织 法律服务机构 其他", False),
        (f"{OVER}科研 商业 社会公 法律服 其他\n机构 企业 益组织 务机构", False),
        (f"{OVER}商业 科研 社会公 法律服\n其他\n企业 机构 益组织 务机构", False),
        ("总计 自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他", False),
        ("", False),
    ],
)
def test_headings_count_only_in_the_order_of_the_form(text: str, *, good: bool) -> None:
    assert requests_in_order(text, COLUMNS, proved=True) is good


def test_digits_that_are_no_number_still_take_a_place() -> None:
    assert numbers_of("2. 941 018 12% 3.其他") == ("941", "018", "12%")
