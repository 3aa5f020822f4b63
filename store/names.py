"""The names a publisher goes by, spelled as titles spell them. Everything here works on normalised text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.model import Publisher

_PLACE_END = "省市县区旗州盟镇乡"
_WITH_PLACE = re.compile(rf".{{2,}}?[{_PLACE_END}].+")
_TOWN = re.compile(r"[\u4e00-\u9fff]{2,6}?[省市县区旗州盟]")
_SHORTEST = 3  # 财政局; two characters would be anybody's
# Said of the same body, long and short.
_SHORTER = (("人民政府", "政府"), ("管理委员会", "管委会"), ("街道办事处", "街道"), ("人民政府", "人民"))
# "周口市2021年政府信息公开…": the place alone is its government.
_GOVERNS = ("人民政府", "管理委员会", "管委会")
_GOVERNMENT = re.compile(r"(?:政府|镇|乡|街道|办事处|[市县区旗州省])$")
_OFFICE = re.compile(r"(?:局|厅|院|中心|学校|大学|学院|医院|公司|协会|联合会|银行|队|站|社)$")


def full_names(publisher: Publisher) -> Iterator[tuple[str, str]]:
    """Each declared name, normalised, with "name" or "alias"."""
    yield normalise(publisher.name), "name"
    for alias in publisher.aliases:
        yield normalise(alias), "alias"


def short_names(publisher: Publisher) -> Iterator[str]:
    """Other spellings of the declared names: without 人民, 管委会 for 管理委员会, the place for its government."""
    for name, _ in full_names(publisher):
        for long, short in _SHORTER:
            if long in name:
                yield name.replace(long, short)
        for ending in _GOVERNS:
            if name.endswith(ending) and len(name) > len(ending) + 1:
                yield name.removesuffix(ending)


def placeless(name: str) -> Iterator[str]:
    """A name as its own city's list may print it: 行政服务中心 or 市行政服务中心 for 汝州市行政服务中心."""
    for place in re.finditer(f"[{_PLACE_END}]", name):
        yield from (name[at:] for at in place.span() if at > 0 and len(name) - at >= _SHORTEST)


def same_place(printed: str, name: str) -> bool:
    """Whether a printed name is the declared one with its place left out, or with a larger place before it.

    汝州市行政服务中心 may be printed 行政服务中心 on the list of its own city, or 河南省汝州市行政服务中心. That is only
    safe among the publishers of that list: elsewhere 行政服务中心 may be anybody's.
    """
    if name.endswith(printed) and len(printed) >= _SHORTEST:
        return name[: -len(printed)].endswith(tuple(_PLACE_END))
    if printed.endswith(name) and _WITH_PLACE.fullmatch(name):
        return printed[: -len(name)].endswith(tuple(_PLACE_END))
    return False


def same_town(printed: str, name: str) -> bool:
    """Whether two names begin with the same place, as far as both begin with one."""
    one, other = _TOWN.match(printed), _TOWN.match(name)
    return one is None or other is None or one[0] in name or other[0] in printed


def may_be(printed: str, publisher: Publisher) -> bool:
    """Whether a name nobody knows could be a former name of the publisher: a bureau was never a government."""
    governs = publisher.kind in ("government", "township", "subdistrict", "management_committee")
    if _OFFICE.search(printed):
        return not governs
    return governs or not _GOVERNMENT.search(printed)
