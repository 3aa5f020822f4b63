"""How many rows a page shows is held against how many it declares: what is counted twice would hide what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal.server import report_page

if TYPE_CHECKING:
    from tests.crawler.conftest import World

TITLE = "示范市第{number}局2025年政府信息公开工作年度报告"
PICTURE = '<a href="t{number}.html"><img src="1.png" alt="' + TITLE + '"></a>'
ROW = '<li>{picture}<a href="t{number}.html">' + TITLE + "</a><span>2026-01-20</span></li>"


def page(numbers: tuple[int, ...], declared: int, picture: str = "") -> str:
    rows = "".join(ROW.format(number=number, picture=picture.format(number=number)) for number in numbers)
    text = "本栏目公布本市各级行政机关的政府信息公开工作年度报告，供社会公众查阅。" * 4
    return f"<html><body><p>{text}</p><ul>{rows}</ul><div>共{declared}条</div></body></html>"


@pytest.mark.parametrize(
    ("shown", "visits"),
    [
        (page((1, 2), 4, PICTURE), {"blind": 1}),
        (page((1, 2), 2, PICTURE), {"good": 1}),
        (page((1, 2, 3, 1), 4), {"good": 1}),
    ],
    ids=[
        "pictures do not fill up what is missing",
        "pictures are no rows",
        "a row printed twice is two rows",
    ],
)
def test_a_row_is_counted_once_however_many_of_its_parts_lead_to_its_report(
    shown: str, visits: dict[str, int], world: World
) -> None:
    site = world.site()
    site.put("/nb/", shown)
    for number in (1, 2, 3):
        site.put(f"/nb/t{number}.html", report_page(TITLE.format(number=number)))
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().summary["visits"] == visits
