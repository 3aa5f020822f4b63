"""Errors planted in copies of real reports are found, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from parsers import parse
from tests.parsers.samples import samples

if TYPE_CHECKING:
    from tests.parsers.samples import Sample

SAMPLES = Path(__file__).parents[1] / "samples"
PINGTAN = "pingtan-2024/body.html"
ZHOUKOU = "text-zhoukou-2022/body.txt"


@pytest.mark.parametrize(
    ("name", "old", "new", "rule", "level"),
    [
        (PINGTAN, "申请218件", "申请281件", "text and tables", "warning"),
        (PINGTAN, "全年办理政府信息公开申请218件", "全年新收政府信息公开申请219件", "text and tables", "warning"),
        (PINGTAN, "全年办理政府信息公开申请218件", "因政府信息公开被提起行政诉讼91件", "text and tables", "warning"),
        (PINGTAN, "五、存在的主要问题及改进情况", "四、存在的主要问题及改进情况", "titles", "warning"),
        (PINGTAN, "六、其他需要报告的事项", "其他", "sections", "error"),
        (PINGTAN, "无收取信息处理费情况", "无其他事项", "processing fee", "info"),
        (ZHOUKOU, "统计期限⾃2022年1⽉1⽇", "统计期限⾃2021年1⽉1⽇", "wrong year", "warning"),
        (ZHOUKOU, "研讨，切实", "研讨。2022年，周口市人民政府收到政府信息公开申请217件。切实", "text and tables", "warning"),
    ],
)  # fmt: skip
def test_a_planted_error_is_found_and_no_other(name: str, old: str, new: str, rule: str, level: str) -> None:
    printed = (SAMPLES / name).read_text("utf-8")
    media_type = "text/html" if name.endswith("html") else "text/plain"
    (before,) = parse(printed.encode(), media_type)
    assert [f.rule for f in before.findings if f.level != "info"] == []
    assert old in printed
    (after,) = parse(printed.replace(old, new).encode(), media_type)
    assert [(f.rule, f.level) for f in after.findings if f not in before.findings] == [(rule, level)]


# What is known to be odd about real documents, and nothing besides: level and rule of every finding that is no information.
KNOWN = {
    "hongze-2023-pdf": {("error", "dispute total")},
    "pingtan-2020": {("error", "result total"), ("warning", "section five")},
    "official-template-docx": {("warning", "blanks")},
}


@pytest.mark.parametrize(
    "sample", [pytest.param(one, id=one.name) for one in samples() if not one.name.startswith("made-")]
)
def test_a_real_report_is_accused_of_nothing_but_what_is_known(sample: Sample) -> None:
    found = {(f.level, f.rule) for f in sample.parsed.findings if f.level != "info"}
    assert found == KNOWN.get(sample.name, set())
