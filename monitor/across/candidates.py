"""Which pairs among many texts are worth the exact measure: MinHash in bands, so that cost grows with the texts. Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import rensa

from monitor.across.book import book
from monitor.across.measure import shingles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.across.measure import Text

SEED = 2019  # any number that stays: the same texts give the same pairs


def candidates(texts: Mapping[str, Text]) -> frozenset[tuple[str, str]]:
    """Pairs of names, the smaller first, one part of whose texts seems to have enough runs of tokens in common.

    It may miss a pair that is alike in scattered words only; bench/similar.py measures how many it finds.
    """
    sections = book().measure.sections
    return frozenset(chain.from_iterable(_alike_in(section, texts) for section in sections))


def _alike_in(section: str, texts: Mapping[str, Text]) -> Iterator[tuple[str, str]]:
    measure = book().measure
    names = sorted(name for name, text in texts.items() if section in text.tokens)
    sketches = []
    for name in names:  # one after the other: the runs of all texts at once would fill the memory
        sketch = rensa.RMinHash(measure.permutations, SEED)
        sketch.update(shingles(texts[name].tokens[section], measure))
        sketches.append(sketch)
    index = rensa.RMinHashLSH(measure.worth, measure.permutations, measure.bands)
    for place, sketch in enumerate(sketches):
        for other in index.query(sketch):
            if sketches[other].jaccard(sketch) >= measure.worth:
                yield (names[other], names[place])
        index.insert(place, sketch)
