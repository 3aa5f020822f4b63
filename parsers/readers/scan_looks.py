"""What several looks at one cell say together, and whether that may be claimed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.normalise import normalise
from parsers.numbers import NOT_NUMBER, read_number
from parsers.readers.scan_ocr import LOOK_ALIKES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.readers.scan_ocr import Seen

SURE, FAIR, WEAK = 0.9, 0.6, 0.5  # scores of a look's least sure character
CERTAIN, CERTAIN_BESIDE = 0.99, 0.75  # two looks this sure stand against a third below that
_ALIKE = str.maketrans({letter: alike[0] for alike in LOOK_ALIKES for letter in alike})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a cell holds. `text` ends with U+FFFD where the looks do not agree; `strong` where all three do."""

    text: str
    score: float
    strong: bool
    inked: bool


BLANK = Verdict("", 1.0, strong=True, inked=False)


def agreed(looks: Sequence[Seen]) -> Verdict | None:
    """What the looks agree on, or two of them against a weak third; None where nobody can say."""
    spoken = [(fold(look.text), look) for look in looks if look.text.strip()]
    if len(spoken) < 2:  # noqa: PLR2004 - one look is none
        return None
    for text, _ in spoken:
        same = [look for other, look in spoken if other == text]
        against = [look for other, look in spoken if other != text]
        scores = sorted((look.score for look in same), reverse=True)
        if len(same) < 2 or scores[0] < SURE or scores[1] < FAIR:  # noqa: PLR2004 - a pair, of which both scores are looked at
            continue
        weak = CERTAIN_BESIDE if scores[1] >= CERTAIN else WEAK
        if any(look.score >= weak for look in against) or (against and scores[1] < SURE):
            continue
        printed = [look.text for look in same if normalise(look.text) == text]
        if not printed:
            continue  # all letters, no digit: nobody read a number
        strong = len(same) == len(looks) and scores[-1] >= FAIR
        return Verdict(max(printed, key=lambda one: one.count("\n")).strip(), scores[1], strong, inked=False)
    return None


def fold(text: str) -> str:
    """The text as looks are compared: letters that only look like digits are those digits."""
    plain = normalise(text)
    alike = plain.translate(_ALIKE)
    return alike if plain not in NOT_NUMBER and read_number(alike).state == "number" else plain
