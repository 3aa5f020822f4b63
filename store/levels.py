"""The level of government that a body belongs to: as the watchlist says, else by its kind and the depth of its region."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.model import Level, Publisher

# Their districts are next below the province and are of county level: there is no city in between.
MUNICIPALITIES = frozenset({"beijing", "tianjin", "shanghai", "chongqing"})
# Folders for what belongs to no province.
NATIONAL = frozenset({"national", "china"})
_BY_DEPTH: tuple[Level, ...] = ("province", "city", "county", "township")
_IN_MUNICIPALITIES: tuple[Level, ...] = ("province", "county", "township")


def level_of(publisher: Publisher) -> Level:
    """What the watchlist declares; else township for townships and street offices, else by the region's depth.

    `henan` is a province, `henan/zhoukou` a city, one deeper a county. Folders that are laid out otherwise, and
    county-level cities right below a province, need the column `level`.
    """
    if publisher.level:
        return publisher.level
    if publisher.kind in ("township", "subdistrict"):
        return "township"
    places = publisher.region.split("/")
    if places[0] in NATIONAL:
        return "national"
    levels = _IN_MUNICIPALITIES if places[0] in MUNICIPALITIES else _BY_DEPTH
    return levels[min(len(places), len(levels)) - 1]
