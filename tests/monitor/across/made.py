"""Facts for the rules across documents, made by hand: bodies, reports with sure figures, and likenesses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.across.judging import judge
from monitor.across.model import Account, AcrossFacts, Body, Printed

if TYPE_CHECKING:
    from decimal import Decimal

    from monitor.across.model import AcrossFinding

TOTAL_IN, TOTAL_OUT = "requests.carried_in.total", "requests.carried_out.total"
FEE = "disclosure.fees.amount"


def body(name: str = "bureau", kind: str = "department", **more: object) -> Body:
    fields = {"region": "henan/zhoukou", **more}
    return Body(name, f"周口市{name}局", kind, **fields)  # type: ignore[arg-type]  # test data


def account(owner: Body, year: int, figures: dict[str, int | Decimal] | None = None, **more: object) -> Account:  # fmt: skip
    printed = {key: Printed(value, str(value)) for key, value in (figures or {}).items()}
    number = sum(map(ord, owner.id)) * 10_000 + year
    return replace(
        Account(number, owner, year, f"sha-{owner.id}-{year}", f"http://x/{owner.id}-{year}", printed),
        **more,  # type: ignore[arg-type]  # test data
    )


def facts(*accounts: Account, bodies: tuple[Body, ...] = (), **more: object) -> AcrossFacts:
    known = {one.body.id: one.body for one in accounts} | {one.id: one for one in bodies}
    return AcrossFacts(
        bodies=known,
        accounts={(one.body.id, one.year): one for one in accounts},
        **more,  # type: ignore[arg-type]  # test data
    )


def two_years(
    before: dict[str, int | Decimal],
    now: dict[str, int | Decimal],
    year: int = 2023,
    owner: Body | None = None,
) -> AcrossFacts:
    owner = owner or body()
    return facts(account(owner, year - 1, before), account(owner, year, now))


def told(found: AcrossFacts, rule: str) -> list[AcrossFinding]:
    return [one for one in judge(found) if one.rule == rule]
