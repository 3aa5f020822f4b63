"""The rows of the database as frozen types. Times are UTC, `YYYY-MM-DDTHH:MM:SSZ`; dates are ISO days in Shanghai."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PublisherKind = Literal[
    "government", "department", "vertical", "authorised",
    "management_committee", "township", "subdistrict", "institution",
]  # fmt: skip
# The level of government that a body belongs to.
Level = Literal["national", "province", "city", "county", "township"]
Ending = Literal["merged", "renamed", "abolished"]
CrawlOutcome = Literal["running", "good", "unchanged", "blind"]
BlindKind = Literal[
    "refused", "captcha", "firewall", "maintenance", "js_shell", "redirected_away", "empty", "truncated",
    "structure_changed", "robots", "dns", "tls", "timeout", "connection", "http_error", "not_modified",
    "count_collapsed", "unsupported", "interrupted",
]  # fmt: skip
# "composed": the title was put together from a row's name and its heading, so only the page behind it proves anything.
# "printed": words of the page that look like a report and lead nowhere; never fetched, never a proof.
LinkKind = Literal["report", "maybe", "other", "composed", "printed"]
Status = Literal[
    "not due", "awaited", "on time", "on time by its own date", "late",
    "published, timing unproved", "missing", "not found", "withdrawn", "unknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Publisher:
    """A body that must publish. `due` overrides the law as MM-DD of the year after the report year.

    `level` is what the watchlist declares, if anything; store.levels says which it is otherwise. `ended` is the day
    from which the body is no more, as an ISO day, or its year alone.
    """

    id: str
    name: str
    kind: PublisherKind
    region: str
    level: Level | None = None
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    from_year: int | None = None
    to_year: int | None = None
    ended: str | None = None
    ending: Ending | None = None
    successor: str | None = None
    due: str | None = None
    due_source: str | None = None
    sources: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One list page where reports appear. `options` are the family's own; `others` are fnmatch patterns of
    names that appear on the list but are not watched, so that they cannot be somebody's report under another name.
    `platform` names what it shares with other sources: one machine behind many addresses, visited as one host."""

    id: str
    url: str
    family: str
    hosts: tuple[str, ...]
    region: str
    publishers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    options: dict[str, str | int | bool] = field(default_factory=dict)
    min_interval: float = 3.0
    render: bool = False
    proxy: str | None = None
    platform: str = ""
    note: str = ""
    probed: bool = False


@dataclass(frozen=True, slots=True)
class Watchlist:
    """All publishers and sources that people declared."""

    publishers: tuple[Publisher, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a list page as seen on a visit. `published` is the row's own date (ISO day) or None."""

    source: str
    url: str
    title: str
    published: str | None
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes kept for a report: one version at one URL. `parent` is the page that an attachment hangs on.

    `pictures` are those that a page shows in its article, and that are read with it: JSON of (address as written,
    SHA-256; "" for what is no page of a report, null for what was not to be had).
    """

    id: int
    source: str | None
    link: int | None
    parent: int | None
    url: str
    sha256: str
    media_type: str
    title: str | None
    published: str | None
    first_seen: str
    last_seen: str
    supplied_by: str | None
    pictures: str = "[]"


@dataclass(frozen=True, slots=True)
class Crawl:
    """One visit to one source: good only if the list was read to its proven end by an unconditional request."""

    id: int
    source: str
    url: str
    started_at: str
    finished_at: str | None
    outcome: CrawlOutcome
    blind_kind: BlindKind | None
    reason: str
    pages: int
    entries: int
