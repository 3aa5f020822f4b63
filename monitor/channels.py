"""Where people are told: channels.toml, checked as a whole, every mistake at once with its file and line.

A channel's address is a secret: it comes from an environment variable or a file that only its owner can read, and
never reaches the database, a log or an error text.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)

from monitor.calendar import within
from monitor.model import Severity
from monitor.moments import SHANGHAI, in_shanghai, utc_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Topic = Literal[
    "missing", "invalid", "doubtful", "withdrawn", "blind", "due_soon", "appeared", "revised", "corrected", "summary",
    "storm", "channel",
]  # fmt: skip
ALL_TOPICS: tuple[Topic, ...] = get_args(Topic)
USUAL_TOPICS = tuple(topic for topic in ALL_TOPICS if topic != "doubtful")  # many, and none of them urgent
ALL_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
FOR_EVERYBODY = frozenset({"summary", "storm", "channel"})  # they have no publisher to choose by
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
KEY = re.compile(r"\s*[\"']?([A-Za-z_]+)[\"']?\s*=")


class Channel(BaseModel):
    """One place where people are told, and what they want to hear there. Hours are Shanghai's."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    url_env: str | None = None
    url_file: str | None = None
    lang: Literal["en", "zh"] = "en"
    format: Literal["text", "html"] | None = None
    kinds: Annotated[tuple[Topic, ...], Field(min_length=1)] = USUAL_TOPICS
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)] = ALL_SEVERITIES
    regions: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    digest: Annotated[int, Field(ge=0, le=23)] | None = None
    quiet: tuple[str, str] | None = None
    attempts: Annotated[int, Field(ge=1, le=100)] = 12
    url: SecretStr | None = Field(default=None, exclude=True, repr=False)

    @field_validator("quiet")
    @classmethod
    def _hours(cls, quiet: tuple[str, str] | None) -> tuple[str, str] | None:
        if quiet and not all(CLOCK.fullmatch(text) for text in quiet):
            raise ValueError('quiet hours are two times, as in quiet = ["22:00", "07:00"]')
        return quiet

    @property
    def as_html(self) -> bool:
        """Whether messages go out as HTML: mail does unless the channel says otherwise."""
        if self.format:
            return self.format == "html"
        return bool(self.url and self.url.get_secret_value().lower().startswith(("mailto", "mailtos")))

    def wants(self, topic: str, severity: str, regions: Sequence[str], publishers: Sequence[str]) -> bool:
        """Whether people here chose to hear of such an event about these publishers in these regions."""
        if topic not in self.kinds or severity not in self.severities:
            return False
        if topic in FOR_EVERYBODY or not (self.regions or self.publishers):
            return True
        here = any(within(region, chosen) for region in regions for chosen in self.regions)
        return here or bool(set(publishers) & set(self.publishers))

    def is_quiet(self, now: str) -> bool:
        """Whether delivery is held at that moment; a window that starts and ends at once is none."""
        return self.quiet is not None and _in_window(in_shanghai(now).time(), *self.quiet)

    def tell_at(self, now: str) -> str:
        """When an event of `now` may be told: at once, at the next digest hour, after the quiet hours."""
        moment = in_shanghai(now)
        if self.digest is not None:
            today = datetime.combine(moment.date(), time(self.digest), SHANGHAI)
            moment = today if moment <= today else today + timedelta(days=1)
        return utc_text(self._after_quiet(moment))

    def _after_quiet(self, moment: datetime) -> datetime:
        if self.quiet is None or not _in_window(moment.time(), *self.quiet):
            return moment
        ends = datetime.combine(moment.date(), time.fromisoformat(self.quiet[1]), SHANGHAI)
        return ends if ends > moment else ends + timedelta(days=1)


def _in_window(at: time, start: str, end: str) -> bool:
    begins, ends = time.fromisoformat(start), time.fromisoformat(end)
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends


@dataclass(frozen=True, slots=True)
class ChannelError:
    """One mistake in channels.toml. `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ChannelErrors(Exception):  # noqa: N818 - the plural is the point: it carries every mistake
    """Raised by load_channels with every mistake of the file; `exit_code` is 78, wrong configuration."""

    exit_code = 78

    def __init__(self, errors: Sequence[ChannelError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = tuple(errors)


def load_channels(
    path: Path, env: Mapping[str, str] | None = None, *, addresses: bool = True
) -> tuple[Channel, ...]:
    """All channels of the file; none if there is no file. `addresses=False` leaves the secrets alone.

    Raises ChannelErrors with every mistake. `env` is the environment, os.environ by default.
    """
    if not path.exists():
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError:
        raise ChannelErrors([ChannelError(str(path), 1, "not UTF-8: save the file as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise ChannelErrors(
            [ChannelError(str(path), int(line[1]) if line else 1, f"not TOML: {error}")]
        ) from None
    return _Reader(path, text, os.environ if env is None else env, addresses).channels(document)


class _Reader:
    """Reads the blocks one by one and keeps the mistakes until the end."""

    def __init__(self, path: Path, text: str, env: Mapping[str, str], addresses: bool) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.env = env
        self.addresses = addresses
        self.heads = [
            n for n, line in enumerate(self.lines, 1) if re.match(r"\s*\[\[\s*channel\s*\]\]", line)
        ]
        self.errors: list[ChannelError] = []

    def channels(self, document: dict[str, object]) -> tuple[Channel, ...]:
        blocks = document.get("channel", [])
        for key in document:
            if key != "channel" or not isinstance(blocks, list):
                self._wrong(self._line_of(0, key), f"unknown: {key}; the file holds [[channel]] blocks only")
        found = [
            self._channel(n, block) for n, block in enumerate(blocks if isinstance(blocks, list) else [])
        ]
        channels = tuple(channel for channel in found if channel is not None)
        self._refuse_twins(found)
        if self.errors:
            raise ChannelErrors(sorted(self.errors, key=lambda error: error.line))
        return channels

    def _channel(self, number: int, block: object) -> Channel | None:
        address = self._address(number, block if isinstance(block, dict) else {})
        try:
            channel = Channel.model_validate(block)
        except ValidationError as error:
            for wrong in error.errors(include_input=False, include_url=False, include_context=False):
                key = str(wrong["loc"][0]) if wrong["loc"] else ""
                message = wrong["msg"].removeprefix("Value error, ")
                self._wrong(self._line_of(number, key), f"{key}: {message}" if key else message)
            return None
        return channel.model_copy(update={"url": SecretStr(address)}) if address else channel

    def _address(self, number: int, block: dict[str, object]) -> str | None:
        """The channel's secret address; its mistakes are kept. None where it is not wanted or not to be had."""
        variable, file = block.get("url_env"), block.get("url_file")
        if "url" in block:
            self._wrong(
                self._line_of(number, "url"), "url: an address is a secret: use url_env or url_file instead"
            )
        if bool(variable) == bool(file):
            self._wrong(self._line_of(number, ""), "name where the address is: either url_env or url_file")
        if self._is_address(number, variable, file) or not self.addresses or bool(variable) == bool(file):
            return None
        name = "url_env" if variable else "url_file"
        address = self._from_env(number, str(variable)) if variable else self._from_file(number, str(file))
        if address and not _is_understood(address):
            line = self._line_of(number, name)
            self._wrong(
                line, f"{name}: not an address that Apprise understands; `apprise --details` lists them"
            )
        return address or None

    def _is_address(self, number: int, variable: object, file: object) -> bool:
        """Whether somebody wrote the secret itself where its place is to be named. It is never quoted."""
        if variable and not VARIABLE.fullmatch(str(variable)):
            said = "url_env: this is an address, not a name of an environment variable; put it into one and name that"
            self._wrong(self._line_of(number, "url_env"), said)
            return True
        if file and "://" in str(file):
            said = "url_file: this is an address, not a name of a file; put it into one and name that"
            self._wrong(self._line_of(number, "url_file"), said)
            return True
        return False

    def _from_env(self, number: int, name: str) -> str:
        address = self.env.get(name, "").strip()
        if not address:
            line = self._line_of(number, "url_env")
            self._wrong(line, f"url_env: the environment variable {name} is not set; export it")
        return address

    def _from_file(self, number: int, name: str) -> str:
        file, line = self.path.parent / name, self._line_of(number, "url_file")
        try:
            if stat.S_IMODE(file.stat().st_mode) & 0o077:
                self._wrong(line, f"url_file: others can read {file}; run: chmod 600 {file}")
            address = file.read_text(encoding="utf-8").strip()
        except OSError as error:
            self._wrong(line, f"url_file: cannot read {file}: {error.strerror}")
            return ""
        if not address:
            self._wrong(line, f"url_file: {file} is empty; put the channel's address on one line")
        return address

    def _refuse_twins(self, found: Sequence[Channel | None]) -> None:
        first: dict[str, int] = {}
        for number, channel in enumerate(found):
            if channel is not None and first.setdefault(channel.id, number) != number:
                self._wrong(
                    self._line_of(number, "id"), f"id: {channel.id} is the name of another channel, too"
                )

    def _line_of(self, number: int, key: str) -> int:
        """The line of a key in the block of that number, or of the block's head."""
        head = self.heads[number] if number < len(self.heads) else 0
        end = self.heads[number + 1] - 1 if number + 1 < len(self.heads) else len(self.lines)
        for line in range(head, end):
            found = KEY.match(self.lines[line])
            if found and found[1] == key:
                return line + 1
        return max(head, 1)

    def _wrong(self, line: int, message: str) -> None:
        self.errors.append(ChannelError(str(self.path), line, message))


def _is_understood(address: str) -> bool:
    from monitor.sender import understands  # noqa: PLC0415 - Apprise takes half a second to load, checks need it not

    return understands(address)
