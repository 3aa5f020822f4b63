"""Whose report is it? Real titles of real lists, and the ways in which names vary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.matching import Match, Matcher
from store.model import Publisher, Source


def publisher(name: str, given: str, kind: str = "department", **more: object) -> Publisher:
    return Publisher(name, given, kind, **{"region": "henan/ruzhou", "sources": ("city",), **more})  # type: ignore[arg-type]  # tests name only what matters


def source(name: str, region: str = "henan/ruzhou", *others: str) -> Source:
    return Source(name, f"https://{name}.gov.cn/", "static", (f"{name}.gov.cn",), region, others=others)


RUZHOU = (
    publisher("rz", "汝州市人民政府", "government"),
    publisher("rz-xz", "汝州市行政服务中心", aliases=("汝州市政务服务中心",)),
    publisher("rz-zj", "汝州市住房和城乡建设局", aliases=("汝州市住建局",)),
    publisher("rz-wq", "汝州市温泉镇人民政府", "township"),
    publisher("rz-fx", "汝州市风穴路街道办事处", "subdistrict"),
)
CITY = Matcher(RUZHOU, [source("city")])
NAMES = [
    ("汝州市人民政府2021年政府信息公开工作年度报告", "rz", 2021, "name"),
    ("2021年汝州市人民政府信息公开工作年度报告", "rz", 2021, "name"),
    ("汝州市政府2021年政府信息公开工作年度报告", "rz", 2021, "short name"),
    ("2021年度汝州市政府信息公开年报", "rz", 2021, "short name"),
    ("河南省汝州市人民政府2021年政府信息公开工作年度报告", "rz", 2021, "name without place"),
    ("⼈⺠政府2021年政府信息公开工作年度报告", None, 2021, "ambiguous name"),
    ("汝州市⾏政服务中⼼2021年政府信息公开工作年度报告", "rz-xz", 2021, "name"),
    ("行政服务中心2021年政府信息公开工作年度报告", "rz-xz", 2021, "name without place"),
    ("汝州市政务服务中心 2022 年政府信息公开年度报告", "rz-xz", 2022, "alias"),
    ("《汝州市住建局二〇二〇年政府信息公开工作年度报告》", "rz-zj", 2020, "alias"),
    ("住房和城乡建设局2020年政府信息公开年报", "rz-zj", 2020, "name without place"),
    ("温泉镇2023年政府信息公开工作年度报告", None, 2023, "unknown name"),
    ("温泉镇人民政府2023年政府信息公开工作年度报告", "rz-wq", 2023, "name without place"),
    ("汝州市温泉镇2023年政府信息公开工作年度报告", "rz-wq", 2023, "short name"),
    ("汝州市风穴路街道2023年政府信息公开工作年度报告", "rz-fx", 2023, "short name"),
    ("汝州市人民政府办公室2021年政府信息公开工作年度报告", None, 2021, "unknown name"),
    ("汝州市财政局2021年政府信息公开工作年度报告", None, 2021, "unknown name"),
    ("汝州市人民政府政府信息公开工作年度报告", None, None, "no year"),
    ("汝州市政府信息公开指南（2021年版）", None, None, "not a report"),
    ("关于公布汝州市住建局2023年政府信息公开工作年度报告的通知", None, 2023, "maybe a report"),
]


@pytest.mark.parametrize(("title", "who", "year", "how"), NAMES)
def test_a_title_on_the_citys_list(title: str, who: str | None, year: int | None, how: str) -> None:
    match = CITY.match("city", [title])
    assert (match.publisher, match.year, match.how) == (who, year, how)


def possible(match: Match) -> list[tuple[str, int | None]]:
    return sorted({(publisher, year) for publisher, year, _ in match.possible}, key=str)


def test_an_unknown_bureau_may_be_any_bureau_and_no_government() -> None:
    match = CITY.match("city", ["汝州市财政局2021年政府信息公开工作年度报告"])
    assert possible(match) == [("rz-xz", 2021), ("rz-zj", 2021)]


def test_an_unknown_government_may_be_any_government_and_no_bureau() -> None:
    match = CITY.match("city", ["汝州市庙下镇人民政府2021年政府信息公开工作年度报告"])
    assert possible(match) == [("rz", 2021), ("rz-fx", 2021), ("rz-wq", 2021)]


def test_the_office_of_a_government_may_be_anybody() -> None:
    match = CITY.match("city", ["汝州市人民政府办公室2021年政府信息公开工作年度报告"])
    assert len(possible(match)) == len(RUZHOU)


def test_a_notice_about_a_report_may_be_that_report() -> None:
    match = CITY.match("city", ["关于公布汝州市住建局2023年政府信息公开工作年度报告的通知"])
    assert possible(match) == [("rz-zj", 2023)]


def test_a_summary_may_hold_everybodys() -> None:
    match = CITY.match("city", ["汝州市人民政府2023年政府信息公开年报汇总"])
    assert len(possible(match)) == len(RUZHOU)


def test_without_a_name_on_a_list_of_many_it_may_be_anybodys() -> None:
    match = CITY.match("city", ["2023年政府信息公开工作年度报告"])
    assert (match.publisher, match.how, len(match.possible)) == (None, "no name", len(RUZHOU))


def test_without_a_name_on_a_list_of_one_it_is_that_ones() -> None:
    matcher = Matcher([publisher("rz", "汝州市人民政府", sources=("own",))], [source("own")])
    assert matcher.match("own", ["2023年政府信息公开工作年度报告"]) == Match("rz", 2023, "only publisher")


def test_another_name_on_a_list_of_one_is_not_that_ones() -> None:
    matcher = Matcher([publisher("rz", "汝州市审计局", sources=("own",))], [source("own")])
    match = matcher.match("own", ["汝州市财政局2023年政府信息公开工作年度报告"])
    assert (match.publisher, match.possible) == (None, (("rz", 2023, "unknown name"),))


def test_the_text_names_whom_the_title_does_not() -> None:
    match = CITY.match("city", ["2023年政府信息公开工作年度报告"], "汝州市住建局", 2023)
    assert (match.publisher, match.year) == ("rz-zj", 2023)


def test_the_text_gives_the_year_that_the_title_does_not() -> None:
    match = CITY.match("city", ["汝州市住建局政府信息公开工作年度报告"], None, 2023)
    assert (match.publisher, match.year) == ("rz-zj", 2023)


def test_a_doubtful_title_is_settled_by_the_text() -> None:
    title = "关于公布汝州市住建局2023年政府信息公开工作年度报告的通知"
    assert CITY.match("city", [title], "汝州市住建局", 2023).publisher == "rz-zj"


def test_an_odd_name_in_the_text_does_not_outweigh_the_title() -> None:
    match = CITY.match("city", ["汝州市住建局2023年政府信息公开工作年度报告"], "本局", 2023)
    assert match.publisher == "rz-zj"


def test_title_and_text_of_two_publishers_are_neithers() -> None:
    match = CITY.match("city", ["汝州市住建局2023年政府信息公开工作年度报告"], "汝州市行政服务中心", 2023)
    assert (match.publisher, match.how) == (None, "publishers differ")
    assert possible(match) == [("rz-xz", 2023), ("rz-zj", 2023)]


def test_title_and_text_of_two_years_are_neithers() -> None:
    match = CITY.match("city", ["汝州市住建局2023年政府信息公开工作年度报告"], "汝州市住建局", 2022)
    assert (match.publisher, match.how) == (None, "years differ")
    assert possible(match) == [("rz-zj", 2022), ("rz-zj", 2023)]


def test_a_name_of_the_same_region_is_known_on_another_list_too() -> None:
    matcher = Matcher(RUZHOU, [source("city"), source("county", "henan")])
    assert matcher.match("county", ["汝州市住建局2023年政府信息公开年报"]).publisher == "rz-zj"


def test_the_same_name_in_another_region_is_somebody_else() -> None:
    drum = publisher("nj", "鼓楼区人民政府", "government", region="jiangsu/nanjing", sources=("nj",))
    matcher = Matcher([drum], [source("nj", "jiangsu/nanjing"), source("fz", "fujian/fuzhou")])
    assert matcher.match("nj", ["鼓楼区人民政府2023年政府信息公开年报"]).publisher == "nj"
    match = matcher.match("fz", ["鼓楼区人民政府2023年政府信息公开年报"])
    assert (match.publisher, match.possible) == (None, ())


def test_a_bureau_of_a_district_is_not_the_citys_bureau_of_that_name() -> None:
    matcher = Matcher([publisher("zk-cz", "周口市财政局", aliases=("财政局",))], [source("city")])
    assert matcher.match("city", ["川汇区财政局2023年政府信息公开年报"]).publisher is None


def test_a_document_without_a_list_is_matched_by_full_names_only() -> None:
    assert CITY.match(None, ["汝州市住建局2023年政府信息公开年报"]).publisher == "rz-zj"
    assert CITY.match(None, ["行政服务中心2023年政府信息公开年报"]).publisher is None


def test_of_two_bodies_of_one_name_the_year_decides() -> None:
    old = publisher("old", "汝州市文化局", to_year=2018)
    new = publisher("new", "汝州市文化和旅游局", aliases=("汝州市文化局",), from_year=2019)
    matcher = Matcher([old, new], [source("city")])
    assert matcher.match("city", ["汝州市文化局2018年政府信息公开年报"]).publisher == "old"
    assert matcher.match("city", ["汝州市文化局2019年政府信息公开年报"]).publisher == "new"


def test_a_report_of_years_that_are_not_watched_is_nobodys_and_blocks_nobody() -> None:
    matcher = Matcher([publisher("new", "汝州市文旅局", from_year=2019)], [source("city")])
    match = matcher.match("city", ["汝州市文旅局2017年政府信息公开年报"])
    assert (match.publisher, match.how, match.possible) == (None, "other years", ())


def test_names_that_are_known_not_to_be_watched_block_nobody() -> None:
    matcher = Matcher(RUZHOU, [source("city", "henan/ruzhou", "*审计局", "汝州市?政局")])
    for name in ("汝州市审计局", "汝州市财政局"):
        match = matcher.match("city", [f"{name}2021年政府信息公开工作年度报告"])
        assert (match.publisher, match.how, match.possible) == (None, "not watched", ())
    assert matcher.match("city", ["汝州市税务局2021年政府信息公开工作年度报告"]).possible


PINGTAN = Matcher(
    [
        publisher(
            "pt-county",
            "平潭县人民政府",
            "government",
            region="fujian/pingtan",
            to_year=2013,
            sources=("pt",),
        ),
        publisher(
            "pt-zone",
            "平潭综合实验区管理委员会",
            "management_committee",
            region="fujian/pingtan",
            sources=("pt",),
        ),
    ],
    [source("pt", "fujian/pingtan")],
)
PINGTAN_TITLES = [
    ("平潭综合实验区2011年政府信息公开工作年度报告", "pt-zone", 2011),
    ("平潭县人民政府2011年政府信息公开工作年度报告", "pt-county", 2011),
    ("平潭县人民政府2012年政府信息公开工作年度报告", "pt-county", 2012),
    ("平潭综合实验区2012年政府信息公开工作年度报告", "pt-zone", 2012),
    ("平潭县人民政府2013年政府信息公开工作年度报告", "pt-county", 2013),
    ("平潭综合实验区地方税务局2013年信息公开年度报告", None, 2013),
    ("平潭综合实验区2013年政府信息公开工作年度报告", "pt-zone", 2013),
    ("关于2014年政府信息公开工作要点落实情况的函", None, None),
    ("平潭综合实验区管委会2014年度政府信息公开工作年度报告", "pt-zone", 2014),
    *((f"平潭综合实验区{year}年度政府信息公开工作年度报告", "pt-zone", year) for year in range(2015, 2026)),
]


@pytest.mark.parametrize(("title", "who", "year"), PINGTAN_TITLES)
def test_every_title_of_the_real_list_of_pingtan(title: str, who: str | None, year: int | None) -> None:
    match = PINGTAN.match("pt", [title])
    assert (match.publisher, match.year) == (who, year)


def test_the_tax_bureau_of_pingtan_blocks_neither_government() -> None:
    assert PINGTAN.match("pt", ["平潭综合实验区地方税务局2013年信息公开年度报告"]).possible == ()


def test_a_letter_on_the_real_list_of_pingtan_blocks_nobody() -> None:
    match = PINGTAN.match("pt", ["关于2014年政府信息公开工作要点落实情况的函"])
    assert (match.how, match.possible) == ("not a report", ())


words = st.text(
    "汝州市人民政府行政服务中心住建局镇街道办财0123456789年（）_ 政府信息公开工作年度报告汇总通知",
    max_size=40,
)


@given(st.lists(words, max_size=3), st.none() | words, st.none() | st.integers(1990, 2040))
def test_an_answer_is_one_watched_publisher_or_none_with_the_possible_ones(
    titles: list[str], text: str | None, year: int | None
) -> None:
    match = CITY.match("city", titles, text, year)
    known = {one.id for one in RUZHOU}
    assert {publisher for publisher, _, _ in match.possible} <= known
    if match.publisher is not None:
        assert match.publisher in known
        assert match.year is not None
        assert match.possible == ()


@given(
    st.sampled_from(RUZHOU),
    st.integers(2008, 2030),
    st.sampled_from(["{0}{1}年", "{1}年{0}", "{1}年度{0}", "{0}_{1}年_"]),
)
def test_every_declared_name_is_found_wherever_the_year_stands(who: Publisher, year: int, form: str) -> None:
    for name in (who.name, *who.aliases):
        title = form.format(name, year) + "政府信息公开工作年度报告"
        assert CITY.match("city", [title]).publisher == who.id


@given(st.permutations(RUZHOU))
def test_the_order_of_the_watchlist_changes_nothing(order: list[Publisher]) -> None:
    shuffled = Matcher(order, [source("city")])
    for title, who, _, _ in NAMES:
        assert shuffled.match("city", [title]).publisher == who
