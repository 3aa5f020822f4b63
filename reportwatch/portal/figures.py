"""Figures for made reports: any publisher, any year, and every sum of the official form holds.

They are made from the publisher's name, so that the same report always shows the same numbers.
"""

from __future__ import annotations

import hashlib

COLUMNS = {
    "natural_person": "自然人",
    "business": "商业企业",
    "research": "科研机构",
    "nonprofit": "社会公益组织",
    "legal_services": "法律服务机构",
    "other_org": "其他",
    "total": "总计",
}
RESULT_GROUPS: tuple[tuple[str | None, dict[str, str]], ...] = (
    (None, {"granted": "（一）予以公开", "partly_granted": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"}),
    ("（三）不予公开", {
        "refused_state_secret": "1.属于国家秘密",
        "refused_prohibited_by_law": "2.其他法律行政法规禁止公开",
        "refused_security_stability": "3.危及“三安全一稳定”",
        "refused_third_party": "4.保护第三方合法权益",
        "refused_internal_affairs": "5.属于三类内部事务信息",
        "refused_deliberative": "6.属于四类过程性信息",
        "refused_enforcement_file": "7.属于行政执法案卷",
        "refused_administrative_query": "8.属于行政查询事项",
    }),
    ("（四）无法提供", {
        "unavailable_not_held": "1.本机关不掌握相关政府信息",
        "unavailable_needs_creation": "2.没有现成信息需要另行制作",
        "unavailable_unclear": "3.补正后申请内容仍不明确",
    }),
    ("（五）不予处理", {
        "rejected_petition": "1.信访举报投诉类申请",
        "rejected_repeat": "2.重复申请",
        "rejected_publication": "3.要求提供公开出版物",
        "rejected_excessive": "4.无正当理由大量反复申请",
        "rejected_confirmation": "5.要求行政机关确认或重新出具已获取信息",
    }),
    ("（六）其他处理", {
        "other_uncorrected": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "other_unpaid": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        "other_other": "3.其他",
    }),
)  # fmt: skip
DISPUTES = {
    "review": "行政复议",
    "suit_direct": "未经复议直接起诉",
    "suit_after_review": "复议后起诉",
}
OUTCOMES = {
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
    "total": "总计",
}
COMMON = ("granted", "partly_granted", "unavailable_not_held")  # the results that nearly all bodies report
FIRST_YEAR = 2021  # of the edition that prints what is in force
STOCK = 500  # in force before it
MOST = 40


def figures(publisher: str, year: int, edition: str = "2021", revision: int = 0) -> dict[str, int]:
    """Figure key → number. A later `revision` has more licences and nothing else changed.

    The years of one publisher go on from one another: requests are handed over, and documents stay in force.
    """
    seed, before = f"{publisher} {year}", f"{publisher} {year - 1}"
    made = _disclosure(seed, edition)
    if edition != "2019":
        made |= _in_force(publisher, year)
    made["disclosure.licensing.decisions"] += 100 * revision
    made |= _requests(seed, before, edition)
    made |= _disputes(seed)
    return made


def other_results(edition: str) -> dict[str, str]:
    """Row key → label of （六）其他处理: one row in edition 2019, three in 2021."""
    return {"other": "（六）其他处理"} if edition == "2019" else RESULT_GROUPS[-1][1]


def result_rows(edition: str) -> tuple[str, ...]:
    """The keys of the rows that （七）总计 sums."""
    rows = [key for _, labels in RESULT_GROUPS[:-1] for key in labels]
    return (*rows, *other_results(edition))


def _pick(seed: str, name: str, most: int) -> int:
    """A number from 0 to `most`, always the same for the same names."""
    return int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest()[:4], "big") % (most + 1)


def _disclosure(seed: str, edition: str) -> dict[str, int]:
    if edition == "2019":
        rows = [
            (row, column)
            for row in ("regulations", "normative_documents")
            for column in ("made", "disclosed", "public_total")
        ]
        rows += [
            (row, column)
            for row in ("licensing", "other_services", "penalties", "coercion")
            for column in ("previous_items", "change", "decisions")
        ]
        rows += [
            ("fees", "previous_items"),
            ("fees", "change"),
            ("procurement", "items"),
            ("procurement", "amount"),
        ]
    else:
        rows = [
            (row, column)
            for row in ("regulations", "normative_documents")
            for column in ("issued", "repealed", "in_force")
        ]
        rows += [
            ("licensing", "decisions"),
            ("penalties", "decisions"),
            ("coercion", "decisions"),
            ("fees", "amount"),
        ]
    most = {"decisions": 4000, "amount": 90000}
    return {
        f"disclosure.{row}.{column}": _pick(seed, row + column, most.get(column, MOST))
        for row, column in rows
    }


def _in_force(publisher: str, year: int) -> dict[str, int]:
    """What is in force at the year's end: what was at the end of 2020, and all that came and went since."""
    made = {}
    for row in ("regulations", "normative_documents"):
        new = (_pick(f"{publisher} {past}", f"{row}issued", MOST) for past in range(FIRST_YEAR, year + 1))
        gone = (_pick(f"{publisher} {past}", f"{row}repealed", MOST) for past in range(FIRST_YEAR, year + 1))
        made[f"disclosure.{row}.in_force"] = STOCK + sum(new) - sum(gone)
    return made


def _requests(seed: str, before: str, edition: str) -> dict[str, int]:
    made: dict[str, int] = {}
    for column in list(COLUMNS)[:-1]:
        most = 60 if column == "natural_person" else 4
        for row in result_rows(edition):
            made[f"requests.{row}.{column}"] = _pick(
                seed, row + column, most if row in COMMON else most // 12
            )
        carried_out = _pick(seed, "out" + column, 3)
        carried_in = _pick(before, "out" + column, 3)
        made[f"requests.granted.{column}"] += carried_in  # so that none was received before it was asked
        concluded = sum(made[f"requests.{row}.{column}"] for row in result_rows(edition))
        made[f"requests.concluded.{column}"] = concluded
        made[f"requests.carried_out.{column}"] = carried_out
        made[f"requests.carried_in.{column}"] = carried_in
        made[f"requests.received.{column}"] = concluded + carried_out - carried_in
    for row in ("received", "carried_in", *result_rows(edition), "concluded", "carried_out"):
        made[f"requests.{row}.total"] = sum(made[f"requests.{row}.{column}"] for column in list(COLUMNS)[:-1])
    return made


def _disputes(seed: str) -> dict[str, int]:
    made: dict[str, int] = {}
    for group in DISPUTES:
        for outcome in list(OUTCOMES)[:-1]:
            made[f"disputes.{group}.{outcome}"] = _pick(seed, group + outcome, 3)
        made[f"disputes.{group}.total"] = sum(
            made[f"disputes.{group}.{outcome}"] for outcome in list(OUTCOMES)[:-1]
        )
    return made
