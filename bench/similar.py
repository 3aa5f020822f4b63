"""Are copied texts found without comparing all pairs, and what does it cost? Run: python -m bench.similar [REPORTS ...].

Texts are made of the sentences of the real reports in tests/samples and of sentences of their kind; every tenth copies
another, and changes up to seven tenths of it. For the first size every pair is measured, which says what the shortcut misses.
Seconds of one processor, so that a busy machine does not change them much.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from monitor.across.candidates import candidates
from monitor.across.measure import likeness, text_of
from parsers import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.across.measure import Text

Result = TypeVar("Result")
SIZES = (500, 2_000, 4_000)
SEED = 7
SAMPLES = Path(__file__).parent.parent / "tests" / "samples"
REAL = ("text-zhoukou-2022", "text-zhoukou-service-2021", "text-zhoukou-service-2024", "text-ruzhou-service-2021", "text-zhoukou-petitions-2021")  # fmt: skip
BANDS = ((0.5, 0.6), (0.6, 0.8), (0.8, 1.01))
COPIES = 10  # every so many reports one is a copy
LENGTHS = {"1": (14, 34), "5": (5, 9)}  # sentences of a made section
COMMON = 0.3  # of the sentences are ones that many print
WORDS, CLAUSE = 500, (3, 6)  # words of two characters, and how many of them make a clause
MOST_NEW, MOST_EDITED = 0.7, 0.1  # of a copy's sentences, and of the characters of every third copy


@dataclass(frozen=True, slots=True)
class Pool:
    """What texts are made of: sentences of real reports, their characters, and words made of these."""

    real: Sequence[str]
    signs: Sequence[str]
    words: Sequence[str]


def main() -> None:
    """Prints what was found of the pairs that are alike, and the cost for each size."""
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    for place, size in enumerate(sizes):
        texts = made(size)
        found, sketched = _timed(lambda texts=texts: candidates(texts))  # type: ignore[misc]  # a lambda with a default
        ratios, compared = _timed(lambda texts=texts, found=found: _ratios(texts, sorted(found)))  # type: ignore[misc]  # a lambda with defaults
        alike = sum(ratio >= BANDS[0][0] for ratio in ratios.values())
        print(
            f"{size:,} reports: {len(found):,} of {size * (size - 1) // 2:,} pairs are candidates, {alike:,} alike;"
            f" candidates {sketched:.1f} s, exact measure {compared:.1f} s"
        )
        if place == 0:
            _recall(texts, ratios)


def made(size: int) -> dict[str, Text]:
    """So many made texts by their names; the same for the same size."""
    choose = random.Random(SEED)  # noqa: S311 - a made text, not a secret
    pool = _pool(choose)
    written: list[dict[str, list[str]]] = []
    for number in range(size):
        if written and number % COPIES == 0:
            written.append(_copied(choose, choose.choice(written), pool))
        else:
            written.append({key: _section(choose, key, pool) for key in LENGTHS})
    texts = [text_of({key: "".join(sentences) for key, sentences in one.items()}) for one in written]
    return {text.name: text for text in texts if text.name}


def _section(choose: random.Random, key: str, pool: Pool) -> list[str]:
    count = choose.randint(*LENGTHS[key])
    return [choose.choice(pool.real) if choose.random() < COMMON else _sentence(choose, pool) for _ in range(count)]  # fmt: skip


def _sentence(choose: random.Random, pool: Pool) -> str:
    clauses = ("".join(choose.choices(pool.words, k=choose.randint(*CLAUSE))) for _ in range(4))
    return f"{'，'.join(clauses)}{choose.randint(2, 900)}条。"


def _copied(choose: random.Random, other: dict[str, list[str]], pool: Pool) -> dict[str, list[str]]:
    """Another's text: some of the sentences are new, some change places, some words are others, numbers are its own."""
    share = choose.uniform(0, MOST_NEW)
    edited = choose.uniform(0, MOST_EDITED) if choose.random() < 1 / 3 else 0
    copy = {}
    for key, sentences in other.items():
        mine = [_section(choose, key, pool)[0] if choose.random() < share else one for one in sentences]
        if choose.random() < 0.3:  # noqa: PLR2004 - three in ten move a sentence
            mine.insert(choose.randrange(len(mine)), mine.pop(choose.randrange(len(mine))))
        mine = ["".join(choose.choice(pool.signs) if choose.random() < edited else sign for sign in one) for one in mine]  # fmt: skip
        copy[key] = [re.sub(r"\d+", lambda _: str(choose.randint(2, 900)), one) for one in mine]
    return copy


def _pool(choose: random.Random) -> Pool:
    real = _real_sentences()
    signs = sorted({sign for sentence in real for sign in sentence if "\u4e00" <= sign <= "\u9fff"})
    words = ["".join(choose.choices(signs, k=2)) for _ in range(WORDS)]
    return Pool(real, signs, words)


def _real_sentences() -> list[str]:
    found = []
    for name in REAL:
        parsed = parse((SAMPLES / name / "body.txt").read_bytes(), "text/plain")[0]
        text = "".join("".join(one.text.split()) for one in parsed.sections if one.key in LENGTHS)
        found += [f"{sentence}。" for sentence in text.split("。") if len(sentence) > 10]  # noqa: PLR2004 - no fragments
    return found


def _ratios(texts: dict[str, Text], pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], float]:
    return {pair: likeness(texts[pair[0]], texts[pair[1]]).ratio for pair in pairs}


def _recall(texts: dict[str, Text], found: dict[tuple[str, str], float]) -> None:
    every, seconds = _timed(lambda: _ratios(texts, list(combinations(sorted(texts), 2))))
    print(f"  every pair: {seconds:.1f} s, {1000 * seconds / len(every):.2f} ms a pair")
    there, got = Counter[int](), Counter[int]()
    for pair, ratio in every.items():
        for band, (low, high) in enumerate(BANDS):
            if low <= ratio < high:
                there[band] += 1
                got[band] += pair in found
    for band, (low, high) in enumerate(BANDS):
        print(f"  ratio {low} to {min(high, 1)}: found {got[band]} of {there[band]}")
    highest = sorted(every.values())
    print(f"  median of all pairs {highest[len(highest) // 2]:.2f}, 99th percentile {highest[len(highest) * 99 // 100]:.2f}")  # fmt: skip


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    begin = time.process_time()
    result = work()
    return result, time.process_time() - begin


if __name__ == "__main__":
    main()
