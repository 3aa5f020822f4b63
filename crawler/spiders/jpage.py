"""Hanweb jcms: the page holds the first records of its list as XML, and jpage asks `dataproxy.jsp` for the rest."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode, urljoin

from scrapy import Request

from crawler.hanweb import chosen, column_of, rows, stores, units
from crawler.paging import Paging
from crawler.spiders.base import FamilySpider, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scrapy.http import TextResponse

    from crawler.hanweb import Store, Unit
    from store.model import Link

ASK = 100  # records at once: servers give between 100 and 300 at most
RANGE = ("startrecord", "endrecord", "perpage", "page")


class JpageSpider(FamilySpider):
    """The interface is asked from the first record on, with the page's own parameters.

    Some servers honour `startrecord` and `endrecord`, others only `page` and `perpage`: all are sent, and they mean
    the same records. What came at first is what is asked for from then on, for servers give fewer than they are
    asked for. The declared number of records proves the end; without it, only pages that repeat themselves after
    two that differed do.
    """

    name = "jpage"
    asks_interfaces = True
    own_options: ClassVar[Mapping[str, str | int | bool]] = MappingProxyType({"unit": ""})

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """A datastore with records, or a call of jpage that names its interface."""
        found = units(response.text, response.url)
        if not found:
            return None
        unit, _ = chosen(found, "", column_of(response.url))
        marks = (
            f"{len(found)} <datastore> or jpage call, of unit {', '.join(one.name or '?' for one in found)}"
        )
        several = len({one.name for one in found}) > 1
        return Sign(marks, options={"unit": unit.name} if unit and unit.name and several else {})

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The records: one entry each."""
        carried = _carried(response)
        if carried:
            store = _answer(response)
            told = store is None or _told(carried, store) or self._repeats(response, carried, store)
            entries = () if told or store is None else rows(store, carried["page"])
        else:
            unit = self._unit(response)[0]
            entries = rows(unit.store, response.url) if unit else ()
        for entry in entries:
            yield self.link(response, entry)

    def paging(self, response: TextResponse, page: int) -> Paging:  # noqa: ARG002 - what came is carried
        """The records after these, until as many have come as the list declares."""
        carried = _carried(response)
        if carried:
            return self._after(response, carried)
        unit, doubt = self._unit(response)
        if unit is None and self.options(response).children:
            return Paging(None, "the page has no list of its own, only columns below it", leads=True)
        if unit is None:
            return Paging(None, "", doubt or "no datastore and no call of jpage is in the page", leads=True)
        return self._first(response, unit)

    def children(self, response: TextResponse, depth: int) -> Sequence[str | Request]:
        """Those that the option names, in the page itself: the interface's answers hold rows alone."""
        return () if _carried(response) else super().children(response, depth)

    def _unit(self, response: TextResponse) -> tuple[Unit | None, str]:
        wanted = str(self.own_option(response, "unit"))
        return chosen(units(response.text, response.url), wanted, column_of(response.url))

    def _first(self, response: TextResponse, unit: Unit) -> Paging:
        """After the page itself."""
        total = None if self.options(response).ignore_total else unit.total
        count = len(unit.store.records)
        if total is not None and count > total:
            return Paging(None, "", f"the page has {count} records and declares {total}", total=total)
        if count == total and unit.store.whole:
            return Paging(None, f"the page has {count} of {total} records", total=total, leads=not count)
        if not unit.address:
            doubt = "nothing in the page says which interface has the other records"
            return Paging(None, "", doubt, None, total, leads=not count)
        known = unit.form or {"columnid", "unitid"} & set(dict(unit.parameters))
        carried = {
            "page": response.url, "address": unit.address, "parameters": unit.parameters, "form": unit.form,
            "group": "" if known else unit.store.next_group, "inline": count if known else 0,
            "position": 0 if known else count, "size": ASK, "answers": 0, "differ": False, "last": (),
            "total": total, "pages": 0,
        }  # fmt: skip
        return Paging(_asking(carried), total=total, leads=not count)

    def _after(self, response: TextResponse, carried: Mapping[str, Any]) -> Paging:
        """After an answer of the interface."""
        store, total = _answer(response), carried.get("total")
        if store is None:
            return Paging(None, "", "the interface's answer has no datastore", total=total, leads=True)
        declared = None if self.options(response).ignore_total else store.total
        total = declared if total is None else total
        count = carried["position"] + len(store.records)
        bare = not store.records or _told(carried, store)
        proof, doubt = _end(carried, store, declared, total)
        if not (proof or doubt) and self._repeats(response, carried, store):
            proof = "the interface repeats its last records, whatever comes after them is asked for"
        if not (proof or doubt) and carried["group"] and store.next_group in ("", carried["group"]):
            doubt = "the interface does not say where its next group is"
        if proof or doubt:
            return Paging(None, proof, doubt, total=total, leads=bare)
        return Paging(_asking(self._onward(carried, store, total, count)), total=total, leads=bare)

    def _onward(
        self, carried: Mapping[str, Any], store: Store, total: int | None, count: int
    ) -> dict[str, Any]:
        """What the request after an answer carries."""
        last: tuple[str, ...] = ()
        if total is None:
            last = tuple(entry.url for entry in rows(store, carried["page"]))
        return {
            **carried, "position": count, "answers": carried["answers"] + 1, "last": last, "total": total,
            "size": carried["size"] if carried["answers"] else len(store.records),
            "group": store.next_group if carried["group"] else "", "pages": store.pages or carried.get("pages", 0),
            "differ": carried["answers"] > 0 and last != tuple(carried["last"]),
        }  # fmt: skip

    def _repeats(self, response: TextResponse, carried: Mapping[str, Any], store: Store) -> bool:
        """Whether these are the last answer's records again, of a list without a count that had come on before."""
        if carried.get("total") is not None or (
            store.total is not None and not self.options(response).ignore_total
        ):
            return False
        urls = tuple(entry.url for entry in rows(store, carried["page"]))
        return bool(urls) and carried["differ"] and urls == tuple(carried["last"])


def _carried(response: TextResponse) -> Mapping[str, Any]:
    carried: Mapping[str, Any] = response.meta.get("carried") or {}
    return carried


def _answer(response: TextResponse) -> Store | None:
    return next(iter(stores(response.text)), None)


def _told(carried: Mapping[str, Any], store: Store) -> bool:
    """Whether all of these records stood in the page already."""
    return bool(carried["position"] + len(store.records) <= carried["inline"])


def _end(
    carried: Mapping[str, Any], store: Store, declared: int | None, total: int | None
) -> tuple[str, str]:
    """(proof, doubt) after an answer; both are empty where more records are to come."""
    count, said = carried["position"] + len(store.records), "an unknown number" if total is None else total
    if not store.whole:
        return "", "the interface's answer stops before its end"
    if declared is not None and declared != total:
        return "", f"the list declares {total} records, and then {declared}"
    if count == total:
        return f"{count} of {total} records came", ""
    if store.records:
        return "", f"{count} records came of {said}" if total is not None and count > total else ""
    full = carried["size"] == ASK  # else the declared pages may be larger than those that came
    if total is None and full and carried["pages"] and carried["answers"] >= carried["pages"]:
        return f"the interface declares {carried['pages']} pages, and nothing stands after them", ""
    return "", f"the interface has no records after {count} of {said}"


def _asking(carried: Mapping[str, Any]) -> Request:
    """The request for the records after `position`."""
    meta = {"data": True, "carried": dict(carried)}
    headers = {"Referer": carried["page"]}
    if carried["group"]:  # encrypted: nothing in it can be changed
        return Request(urljoin(carried["page"], carried["group"]), headers=headers, meta=meta)
    first, size = carried["position"], carried["size"]
    numbers = (first + 1, first + size, size, carried["answers"] + 1)
    reach = dict(zip(RANGE, map(str, numbers), strict=True))
    own = {name: value for name, value in carried["parameters"] if name not in RANGE}
    if not carried["form"]:
        return Request(f"{carried['address']}?{urlencode({**own, **reach})}", headers=headers, meta=meta)
    headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
    return Request(
        f"{carried['address']}?{urlencode(reach)}",
        method="POST",
        body=urlencode(own),
        headers=headers,
        meta=meta,
    )
