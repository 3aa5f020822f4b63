"""Figures of a scan that only some looks agree on: a misread digit must never pass, and never accuse an office.

Such a figure stands where a sum that it is part of holds. Where none does, it is unsure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parsers import doubts
from parsers.editions import rules
from parsers.model import Alternative
from parsers.rules_figures import sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.judge import Judged
    from parsers.rules_figures import Sum

SCAN = "rapidocr"  # the reader of scans, as its readings name it
MAY_BE_MISREAD = doubts.Doubt(
    "not all looks at the picture agree, and no sum confirms it",
    "图像不够清晰，各次识别不完全一致，也没有合计可以印证",
)


def doubt_misreads(judged: Judged) -> Judged:
    """The same with every number unsure that not all looks confirmed and that no sum confirms, or one contradicts."""
    counted = list(_sums(judged))
    mislaid = _beside_lost_labels(judged)
    held = {f.key for one in counted if one.left == one.right for f in one.operands}
    failed = {f.key for one in counted if one.left != one.right for f in one.operands}
    suspects = {
        figure.key: figure
        for figure in judged.figures
        if (
            figure.state == "number"
            and figure.key not in judged.confirmed
            and (figure.key in failed or figure.key not in held)
        )
        or (_row(figure.key) in mislaid and figure.state != "unsure")
    }
    doubted = tuple(
        replace(
            figure,
            value=None,
            unit=None,
            state="unsure",
            alternatives=(Alternative(SCAN, figure.text, figure.origin),),
        )
        if figure.key in suspects
        else figure
        for figure in judged.figures
    )
    why = [(key, key.split(".")[1], MAY_BE_MISREAD, figure.origin) for key, figure in suspects.items()]
    return replace(judged, figures=doubted, findings=(*judged.findings, *doubts.findings(why)))


def _row(key: str) -> str:
    return key.rpartition(".")[0]


def _beside_lost_labels(judged: Judged) -> set[str]:
    """The rows beside one whose label was not found: where labels run together, each may be its neighbour's.

    A whole row under another's label holds every sum of its own.
    """
    order = list(dict.fromkeys(_row(figure.key) for figure in judged.figures))
    lost = set(map(_row, judged.may_be_anothers))
    return {near for row in lost for near in order[max(0, order.index(row) - 1) : order.index(row) + 2]}


def _sums(judged: Judged) -> Iterator[Sum]:
    figures = {figure.key: figure for figure in judged.figures}
    for rule in rules():
        if rule.test == "sums":
            yield from sums(rule, figures)
