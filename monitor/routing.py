"""A channel: one place where people are told, what they want to hear there, and when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from monitor.calendar import within
from monitor.hours import QuietDay, Weekday, is_quiet, next_digest, released
from monitor.model import Severity
from monitor.moments import in_shanghai, utc_text

if TYPE_CHECKING:
    from collections.abc import Sequence

Topic = Literal[
    "missing", "invalid", "doubtful", "withdrawn", "blind", "due_soon", "appeared", "revised", "corrected", "summary",
    "storm", "channel", "monitor",
]  # fmt: skip
Level = Literal["national", "province", "city", "county", "township"]
Immediate = Literal[
    "info", "notice", "warning", "critical",
    "missing", "invalid", "doubtful", "withdrawn", "blind", "due_soon", "appeared", "revised", "corrected", "summary",
    "storm", "channel", "monitor",
]  # fmt: skip
ALL_TOPICS: tuple[Topic, ...] = get_args(Topic)
USUAL_TOPICS = tuple(topic for topic in ALL_TOPICS if topic != "doubtful")  # of these only what is grave
GRAVE = frozenset({"warning", "critical"})
ALL_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
FOR_EVERYBODY = frozenset({"summary", "storm", "channel", "monitor"})  # they have no publisher to choose by
OWN_RATE = 6  # messages a minute, where the channel does not say otherwise
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Channel(BaseModel):
    """One place where people are told, and what they want to hear there. Hours are Shanghai's.

    `url` is its address, a secret; `fault` says in one sentence why nothing can be sent there. Neither comes from the
    file. A channel with several addresses is served as several, whose ids go on with a colon and six signs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    url_env: str | None = None
    url_file: str | None = None
    apprise_config: str | None = None
    tag: str | None = None
    lang: Literal["en", "zh"] = "en"
    format: Literal["text", "html"] | None = None
    kinds: Annotated[tuple[Topic, ...], Field(min_length=1)] = USUAL_TOPICS
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)] = ALL_SEVERITIES
    regions: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    publishers: tuple[str, ...] = ()
    digest: Annotated[int, Field(ge=0, le=23)] | None = None
    immediate: tuple[Immediate, ...] = ()
    alive: Weekday | None = None
    quiet: tuple[str, str] | None = None
    quiet_days: tuple[QuietDay, ...] = ()
    attempts: Annotated[int, Field(ge=1, le=100)] = 13  # the last seven a day apart
    per_minute: Annotated[int, Field(ge=1, le=1000)] = OWN_RATE
    url: SecretStr | None = Field(default=None, exclude=True, repr=False)
    fault: str = Field(default="", exclude=True)

    @field_validator("quiet")
    @classmethod
    def _hours(cls, quiet: tuple[str, str] | None) -> tuple[str, str] | None:
        if quiet and not all(CLOCK.fullmatch(text) for text in quiet):
            raise ValueError('quiet hours are two times, as in quiet = ["22:00", "07:00"]')
        return quiet

    @field_validator("quiet_days")
    @classmethod
    def _days(cls, days: tuple[QuietDay, ...]) -> tuple[QuietDay, ...]:
        if len(set(days) - {"holiday"}) == 7:  # noqa: PLR2004 - all days of the week
            raise ValueError("every day is quiet: nobody would ever be told; leave one out")
        return days

    @model_validator(mode="after")
    def _needs_digest(self) -> Channel:
        if self.immediate and self.digest is None:
            raise ValueError("immediate says what does not wait for the digest, and there is no digest hour")
        return self

    @property
    def name(self) -> str:
        """What the channel is called in the file."""
        return self.id.partition(":")[0]

    @property
    def scheme(self) -> str:
        """The kind of service, as in `wecombot`; the empty text where the address is not known."""
        return self.url.get_secret_value().partition("://")[0].lower() if self.url else ""

    @property
    def is_mail(self) -> bool:
        """Whether messages go out as mail."""
        return self.scheme in ("mailto", "mailtos")

    @property
    def as_html(self) -> bool:
        """Whether messages go out as HTML: mail does unless the channel says otherwise."""
        return self.format == "html" if self.format else self.is_mail

    def wants(
        self,
        topic: str,
        severity: str,
        regions: Sequence[str],
        publishers: Sequence[str],
        levels: Sequence[str] = (),
    ) -> bool:
        """Whether people here chose to hear of such an event about these publishers in these regions.

        An event whose levels nobody knows passes a choice of levels: too much told is better than too little.
        """
        if topic == "alive":
            return self.alive is not None
        if severity not in self.severities or not self._hears_of(topic, severity):
            return False
        if topic in FOR_EVERYBODY or not (self.regions or self.publishers or self.levels):
            return True
        if set(publishers) & set(self.publishers):
            return True
        here = any(within(region, chosen) for region in regions for chosen in self.regions)
        level = not levels or bool(set(levels) & set(self.levels))
        return bool(self.regions or self.levels) and (here or not self.regions) and (level or not self.levels)

    def _hears_of(self, topic: str, severity: str) -> bool:
        """By kind. Who named no kinds hears of what is wrong for certain, but not of everything that only looks so."""
        if topic == "doubtful" and "kinds" not in self.model_fields_set:
            return severity in GRAVE
        return topic in self.kinds

    def is_quiet(self, now: str) -> bool:
        """Whether delivery is held at that moment, of all but what is critical."""
        return is_quiet(in_shanghai(now), self.quiet, self.quiet_days)

    def tell_at(self, now: str, topic: str = "", severity: str = "") -> str:
        """When an event of `now` may be told: at once, at the next digest, or after the quiet time."""
        if severity == "critical":
            return now
        moment = in_shanghai(now)
        if self.digest is not None and topic != "alive" and not {topic, severity} & set(self.immediate):
            moment = next_digest(moment, self.digest, self.quiet_days)
        return utc_text(released(moment, self.quiet, self.quiet_days))
