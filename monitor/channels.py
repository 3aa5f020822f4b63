"""Where people are told: channels.toml, checked as a whole, every mistake at once with its file and line.

A channel's address is a secret: it comes from an environment variable, a file that only its owner can read, or an
Apprise configuration file, and never reaches the database, a log or an error text. A mistake in one channel leaves the
others whole: that one is broken, which is told on the others and by the exit code.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from monitor.addresses import WRONG_PLACE, AddressError, addresses_of, lane, place_of
from monitor.routing import ALL_SEVERITIES, ALL_TOPICS, USUAL_TOPICS, Channel, Topic
from store.mistakes import Mistake, Mistakes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "ALL_SEVERITIES", "ALL_TOPICS", "USUAL_TOPICS", "Channel", "ChannelError", "ChannelErrors", "Channels", "Fallback",
    "Topic", "load_channels", "read_channels",
]  # fmt: skip
KEY = re.compile(r"\s*[\"']?([A-Za-z_]+)[\"']?\s*=")
HEAD = re.compile(r"\s*\[\[\s*channel\s*\]\]")
OURS = ("url", "fault")  # what the program puts into a channel itself


class Fallback(BaseModel):
    """The machine's own mail program, for the day on which no channel can be reached: `[fallback]`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    sendmail: str = Field(min_length=1)
    to: str = Field(pattern=r"^[^\s,;<>-][^\s,;<>]*$")


@dataclass(frozen=True, slots=True)
class ChannelError(Mistake):
    """One mistake in channels.toml; `channel` is the id of the block, if it has one."""

    channel: str = ""


class ChannelErrors(Mistakes):
    """Raised with every mistake of channels.toml."""


@dataclass(frozen=True, slots=True)
class Channels:
    """The file as far as it is right, and its mistakes. A channel whose block has one carries it as its `fault`."""

    channels: tuple[Channel, ...] = ()
    errors: tuple[ChannelError, ...] = ()
    fallback: Fallback | None = None


def load_channels(
    path: Path, env: Mapping[str, str] | None = None, *, addresses: bool = True
) -> tuple[Channel, ...]:
    """All channels of the file; none if there is no file. Raises ChannelErrors with every mistake; see read_channels."""
    found = read_channels(path, env, addresses=addresses)
    if found.errors:
        raise ChannelErrors(found.errors)
    return found.channels


def read_channels(
    path: Path, env: Mapping[str, str] | None = None, *, addresses: bool = True, must_exist: bool = False
) -> Channels:
    """The channels with their mistakes. `env` is the environment, os.environ by default.

    `addresses=False` gives no channel its address and finds no fault with where it comes from. Raises ChannelErrors
    only where the file as a whole cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
    except FileNotFoundError:
        if must_exist:
            said = "there is no such file, and it was asked for: give --channels the right path"
            raise ChannelErrors([ChannelError(str(path), 1, said)]) from None
        return Channels()
    except OSError as error:
        said = f"cannot read it: {error.strerror}"
        raise ChannelErrors([ChannelError(str(path), 1, said)]) from None
    except UnicodeDecodeError:
        raise ChannelErrors([ChannelError(str(path), 1, "not UTF-8: save the file as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise ChannelErrors(
            [ChannelError(str(path), int(line[1]) if line else 1, f"not TOML: {error}")]
        ) from None
    return _Reader(path, text, os.environ if env is None else env, addresses).read(document)


class _Reader:
    """Reads the blocks one by one and keeps the mistakes until the end."""

    def __init__(self, path: Path, text: str, env: Mapping[str, str], addresses: bool) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.env = env
        self.addresses = addresses
        self.heads = [n for n, line in enumerate(self.lines, 1) if HEAD.match(line)]
        self.errors: list[ChannelError] = []

    def read(self, document: dict[str, object]) -> Channels:
        blocks = document.get("channel", [])
        for key in document:
            if key not in ("channel", "fallback") or (key == "channel" and not isinstance(blocks, list)):
                said = f"unknown: {key}; the file holds [[channel]] blocks and one [fallback] only"
                self._wrong(self._line_of(0, key), said)
        known: dict[str, int] = {}
        found = [
            channel
            for number, block in enumerate(blocks if isinstance(blocks, list) else [])
            for channel in self._channels(number, block if isinstance(block, dict) else {}, known)
        ]
        fallback = self._fallback(document.get("fallback"))
        return Channels(tuple(found), tuple(sorted(self.errors, key=lambda error: error.line)), fallback)

    def _channels(self, number: int, block: dict[str, Any], known: dict[str, int]) -> Iterator[Channel]:
        """The block's channel, one for each of its addresses; what is wrong with it is its `fault`."""
        before = len(self.errors)
        places, doubt = self._places(number, block)
        channel = self._validated(number, block)
        name = str(block.get("id", ""))
        if channel is not None and known.setdefault(name, number) != number:
            self._wrong(self._line_of(number, "id"), f"id: {name} is the name of another channel, too")
            channel = None
        fault = "; ".join(str(error) for error in self.errors[before:])
        owned = [ChannelError(e.file, e.line, e.message, name) for e in self.errors[before:]]
        self.errors[before:] = owned
        if doubt and self.addresses:  # the others in there are told
            line = self._line_of(number, "apprise_config")
            self.errors.append(ChannelError(str(self.path), line, f"apprise_config: {doubt}", name))
        if channel is None:
            return
        if fault or not places:
            yield channel.model_copy(update={"fault": fault})
            return
        several = len(places) > 1
        for address in places:
            url = SecretStr(address) if self.addresses else None
            name = lane(channel.id, address) if several else channel.id
            yield channel.model_copy(update={"id": name, "url": url})

    def _validated(self, number: int, block: dict[str, Any]) -> Channel | None:
        """The block as a channel, without what is wrong in it; None where too little is left."""
        block = {key: value for key, value in block.items() if key not in OURS}
        for attempt in (1, 2, 3):  # without a key that was wrong, another one may be
            try:
                return Channel.model_validate(block)
            except ValidationError as error:
                wrong = error.errors(include_input=False, include_url=False, include_context=False)
                if attempt == 1:
                    for one in wrong:
                        self._say(number, one)
                block = _without(block, [one["loc"] for one in wrong])
        return None

    def _say(self, number: int, wrong: Mapping[str, Any]) -> None:
        key = str(wrong["loc"][0]) if wrong["loc"] else ""
        key = "an address" if "://" in key else key
        message = wrong["msg"].removeprefix("Value error, ")
        self._wrong(self._line_of(number, key), f"{key}: {message}" if key else message)

    def _places(self, number: int, block: dict[str, Any]) -> tuple[tuple[str, ...], str]:
        """The channel's addresses, and what is wrong all the same; None where they are not to be had: why is kept."""
        for key in OURS:
            if key in block:
                said = (
                    "an address is a secret: use url_env or url_file instead" if key == "url" else "unknown"
                )
                self._wrong(self._line_of(number, key), f"{key}: {said}")
        try:
            key, place = place_of(block)
        except AddressError as error:
            self._wrong(self._line_of(number, error.key), str(error))
            return (), ""
        try:
            return addresses_of(key, place, block.get("tag"), self.path.parent, self.env)
        except AddressError as error:
            if self.addresses or error.kind == WRONG_PLACE:
                self._wrong(self._line_of(number, error.key), f"{error.key}: {error}")
            return (), ""

    def _fallback(self, block: object) -> Fallback | None:
        if block is None:
            return None
        try:
            return Fallback.model_validate(block)
        except ValidationError as error:
            line = next(
                (n for n, text in enumerate(self.lines, 1) if text.strip().startswith("[fallback")), 1
            )
            for wrong in error.errors(include_input=False, include_url=False, include_context=False):
                self._wrong(line, f"fallback: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}")
            return None

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


def _without(block: dict[str, Any], places: Sequence[tuple[int | str, ...]]) -> dict[str, Any]:
    """The block without these keys, or these members of lists."""
    kept = dict(block)
    for place in places:
        key, value = str(place[0]) if place else "immediate", None
        if len(place) > 1 and isinstance(block.get(key), list):
            gone = {str(block[key][int(p[1])]) for p in places if len(p) > 1 and str(p[0]) == key}
            value = [one for one in block[key] if str(one) not in gone]
        if value:
            kept[key] = value
        else:
            kept.pop(key, None)
    return kept
