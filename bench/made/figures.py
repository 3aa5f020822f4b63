"""Random figures that obey every identity of the form."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from random import Random

# "mixed": edition 2021 with （六）其他处理 as one row, as some publishers print it.
Edition = Literal["2021", "2019", "mixed"]
Number = int | Decimal

COLUMNS = (
    "natural_person", "business", "research", "nonprofit", "legal_services", "other_org", "total",
)  # fmt: skip
COMMON_RESULTS = (
    "granted", "partly_granted",
    "refused_state_secret", "refused_prohibited_by_law", "refused_security_stability", "refused_third_party",
    "refused_internal_affairs", "refused_deliberative", "refused_enforcement_file", "refused_administrative_query",
    "unavailable_not_held", "unavailable_needs_creation", "unavailable_unclear",
    "rejected_petition", "rejected_repeat", "rejected_publication", "rejected_excessive", "rejected_confirmation",
)  # fmt: skip
SPLIT_OTHER = ("other_uncorrected", "other_unpaid", "other_other")
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
DISPUTES = ("review", "suit_direct", "suit_after_review")
_OFTEN = ("granted", "unavailable_not_held")


def results(edition: Edition) -> tuple[str, ...]:
    """The keys of the rows that add up to （七）总计, in the order printed."""
    return COMMON_RESULTS + (SPLIT_OTHER if edition == "2021" else ("other",))


def random_figures(chance: Random, edition: Edition, *, large: bool, sparse: float) -> dict[str, Number]:
    """Every figure of one report by its key. `sparse` is the share of zeros among the results of section 三."""
    disclosed = _disclosure_2019(chance) if edition == "2019" else _disclosure_2021(chance)
    return disclosed | _requests(chance, edition, 5_000 if large else 300, sparse) | _disputes(chance)


def _some(chance: Random, most: int) -> int:
    return chance.choice((0, 0, chance.randint(1, most)))


def _disclosure_2021(chance: Random) -> dict[str, Number]:
    found: dict[str, Number] = {
        f"disclosure.{row}.{column}": _some(chance, 200)
        for row in ("regulations", "normative_documents")
        for column in ("issued", "repealed", "in_force")
    }
    for row in ("licensing", "penalties", "coercion"):
        few, many = chance.randint(1, 99), chance.randint(1_000, 999_999)
        found[f"disclosure.{row}.decisions"] = chance.choice((0, few, many))
    found["disclosure.fees.amount"] = _amount(chance)
    return found


def _amount(chance: Random) -> Number:
    places = chance.choice((0, 0, 1, 2, 4))
    number = chance.choice((0, chance.randint(1, 5_000), chance.randint(1, 99_999_999)))
    return Decimal(number).scaleb(-places) if places else number


def _disclosure_2019(chance: Random) -> dict[str, Number]:
    found: dict[str, Number] = {
        f"disclosure.{row}.{column}": _some(chance, 200)
        for row in ("regulations", "normative_documents")
        for column in ("made", "disclosed", "public_total")
    }
    for row in ("licensing", "other_services", "penalties", "coercion"):
        found[f"disclosure.{row}.previous_items"] = _some(chance, 900)
        found[f"disclosure.{row}.change"] = chance.choice((0, chance.randint(-60, 60)))
        found[f"disclosure.{row}.decisions"] = _some(chance, 90_000)
    found["disclosure.fees.previous_items"] = _some(chance, 60)
    found["disclosure.fees.change"] = chance.choice((0, chance.randint(-9, 9)))
    found["disclosure.procurement.items"] = _some(chance, 600)
    found["disclosure.procurement.amount"] = _amount(chance)
    return found


def _requests(chance: Random, edition: Edition, most: int, sparse: float) -> dict[str, Number]:
    rows = ("received", "carried_in", *results(edition), "concluded", "carried_out")
    counted: dict[str, list[int]] = {row: [] for row in rows}
    for _ in COLUMNS[:-1]:
        for row in results(edition):
            limit = most if row in _OFTEN else max(3, most // 10)
            counted[row].append(0 if chance.random() < sparse else chance.randint(1, limit))
        concluded = sum(counted[row][-1] for row in results(edition))
        carried_out = chance.choice((0, chance.randint(0, 20)))
        carried_in = min(concluded + carried_out, chance.choice((0, chance.randint(0, 20))))
        counted["concluded"].append(concluded)
        counted["carried_out"].append(carried_out)
        counted["carried_in"].append(carried_in)
        counted["received"].append(concluded + carried_out - carried_in)
    return {
        f"requests.{row}.{column}": number
        for row, numbers in counted.items()
        for column, number in zip(COLUMNS, (*numbers, sum(numbers)), strict=True)
    }


def _disputes(chance: Random) -> dict[str, Number]:
    found: dict[str, Number] = {}
    for kind in DISPUTES:
        numbers = [_some(chance, 150) for _ in OUTCOMES[:-1]]
        for outcome, number in zip(OUTCOMES, (*numbers, sum(numbers)), strict=True):
            found[f"disputes.{kind}.{outcome}"] = number
    return found
