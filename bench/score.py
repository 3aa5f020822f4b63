"""How much of what is printed is read, and whether anything is read wrong without saying so.

`python -m bench.score FOLDER [--failures FILE]`: every document under FOLDER with its true figures beside it
(`<name>.expected.json` or `expected.json`) is read as `reportwatch read` does, in limited workers. Each figure is
right, unsure (the reader says so), absent, or wrong; a figure that is given but not printed is wrong as well.
Prints Markdown; exits with 1 where anything is wrong and not named unsure, or a printed error is invented.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cases import cases
from reportwatch.reading import Failure, read_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bench.cases import Case
    from parsers.model import Figure, Parsed
    from reportwatch.reading import Outcome

# The least share of figures that must be right, by kind of document (docs/benchmarks.md).
BARS = {"ruled": 1.0, "borderless": 0.98, "scan": 0.995, "rough scan": 0.9}


@dataclass(frozen=True, slots=True)
class Miss:
    """One figure that is not right. `how` is "wrong", "unsure" or "absent"."""

    how: str
    key: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Score:
    """How one document was read. `refused` says why it gave nothing at all."""

    case: Case
    figures: int
    misses: tuple[Miss, ...]
    invented: tuple[str, ...]
    refused: str | None = None

    def count(self, how: str) -> int:
        """The figures that are `how`; more than are printed where figures are made up."""
        return sum(miss.how == how for miss in self.misses)

    @property
    def right(self) -> int:
        """Figures read as they are printed."""
        return self.figures - sum(miss.expected != _NOT_PRINTED for miss in self.misses)


_NOT_PRINTED = "not printed"


def score(case: Case, outcome: Outcome) -> Score:
    """Compare what was read with what is printed. The case must have figures."""
    true = case.figures or {}
    if isinstance(outcome, Failure) or not outcome:
        why = (
            f"{outcome.kind}: {outcome.message}" if isinstance(outcome, Failure) else "no report found in it"
        )
        absent = tuple(Miss("absent", key, str(value), "refused") for key, value in true.items())
        return Score(case, len(true), absent, (), why)
    best, *rest = sorted(outcome, key=lambda parsed: -len(parsed.figures))
    misses = [*_misses(true, best), *(_extra(figure) for parsed in rest for figure in _claimed(parsed))]
    return Score(case, len(true), tuple(misses), tuple(_invented(case, outcome)))


def _misses(true: dict[str, Decimal | None], parsed: Parsed) -> Iterator[Miss]:
    got = {figure.key: figure for figure in parsed.figures}
    for key, value in true.items():
        figure = got.get(key)
        if figure is None:
            yield Miss("absent", key, str(value), "")
        elif figure.state == "unsure":
            yield Miss("unsure", key, str(value), figure.text)
        elif not _equal(figure, value):
            yield Miss("wrong", key, str(value), f"{figure.value} ({figure.text!r})")
    yield from (_extra(figure) for figure in _claimed(parsed) if figure.key not in true)


def _claimed(parsed: Parsed) -> Iterator[Figure]:
    return (figure for figure in parsed.figures if figure.state != "unsure")


def _extra(figure: Figure) -> Miss:
    return Miss("wrong", figure.key, _NOT_PRINTED, f"{figure.value} ({figure.text!r})")


def _equal(figure: Figure, value: Decimal | None) -> bool:
    if figure.value is None or value is None:
        return figure.value is None and value is None
    return Decimal(figure.value) == value


def _invented(case: Case, outcome: Iterable[Parsed]) -> Iterator[str]:
    """Printed errors that the document does not have."""
    for parsed in outcome:
        for finding in parsed.findings:
            if finding.kind == "printed_error" and (finding.rule, finding.keys) not in case.printed_errors:
                yield f"{finding.rule}: {', '.join(finding.keys)}"


def table(scores: Sequence[Score], by: str) -> Iterator[str]:
    """Markdown: a line for each `by` ("style" or "kind"), with the bar where there is one."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for one in scores:
        groups[getattr(one.case, by)].append(one)
    yield (
        f"| {by} | documents | all right | refused | figures | right | unsure | absent | **wrong** | invented errors | bar | |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|"
    for name, group in sorted(groups.items()):
        yield _line(
            name, group, BARS.get(group[0].case.kind) if len({one.case.kind for one in group}) == 1 else None
        )
    yield _line("**all**", scores, None)


def _line(name: str, group: Sequence[Score], bar: float | None) -> str:
    figures, right = sum(one.figures for one in group), sum(one.right for one in group)
    share = right / figures if figures else 1.0
    wrong, invented = sum(one.count("wrong") for one in group), sum(len(one.invented) for one in group)
    whole = sum(not one.misses for one in group)
    passed = not wrong and not invented and (bar is None or share >= bar)
    counts = (
        len(group), whole, sum(one.refused is not None for one in group), figures, _percent(share),
        sum(one.count("unsure") for one in group), sum(one.count("absent") for one in group), wrong, invented,
        "" if bar is None else _percent(bar), "pass" if passed else "FAIL",
    )  # fmt: skip
    return f"| {name} | {' | '.join(map(str, counts))} |"


def _percent(share: float) -> str:
    """Never rounded up to 100."""
    return f"{int(share * 10_000) / 100:.2f} %"


def failures(scores: Iterable[Score]) -> Iterator[str]:
    """One JSON object a line for each figure that is not right, the silently wrong ones first."""
    lines = [
        {
            "how": miss.how,
            "file": str(one.case.path),
            "key": miss.key,
            "expected": miss.expected,
            "got": miss.got,
        }
        for one in scores
        for miss in one.misses
        if one.refused is None
    ]
    lines += [
        {"how": "invented", "file": str(one.case.path), "got": what}
        for one in scores
        for what in one.invented
    ]
    lines += [
        {"how": "refused", "file": str(one.case.path), "got": one.refused} for one in scores if one.refused
    ]
    order = ("wrong", "invented", "refused", "absent", "unsure")
    lines.sort(key=lambda line: order.index(str(line["how"])))
    return (json.dumps(line, ensure_ascii=False) for line in lines)


def score_folder(folder: Path) -> list[Score]:
    """Read and score every document that has true figures beside it."""
    known = {case.path: case for case in cases(folder) if case.figures is not None}
    return [score(known[path], outcome) for path, outcome in read_all(list(known))]


def passed(scores: Iterable[Score]) -> bool:
    """Nothing wrong in silence, no printed error made up."""
    return not any(one.count("wrong") or one.invented for one in scores)


def main(arguments: Sequence[str] | None = None) -> int:
    """Score a folder."""
    options = argparse.ArgumentParser(prog="python -m bench.score", description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--failures", type=Path, help="write every figure that is not right to this file")
    chosen = options.parse_args(arguments)
    scores = score_folder(chosen.folder)
    if not scores:
        print(f"no document with true figures beside it in {chosen.folder}", file=sys.stderr)
        return 64
    for by in ("kind", "style"):
        print("\n".join(table(scores, by)), end="\n\n")
    if chosen.failures:
        chosen.failures.write_text("\n".join(failures(scores)) + "\n", encoding="utf-8")
    return 0 if passed(scores) else 1


if __name__ == "__main__":
    sys.exit(main())
