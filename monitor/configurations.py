"""Whom an Apprise configuration file (text or YAML) names for a tag, and which of its lines Apprise leaves out unsaid.

Apprise drops what it cannot read with no more than a word in its log, and with one line that is no text of its own the
whole file. So every entry is given to it alone. One of which nothing comes is replaced by an address of ours with the
same tags: where a tag finds that, somebody who was to be told is missing. No line of the file is ever quoted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import yaml  # type: ignore[import-untyped]  # its stubs would be a dependency for one module
from apprise import Apprise
from apprise.common import MATCH_ALL_TAG
from apprise.config.base import ConfigBase

from monitor.services import address_of, discreet, separated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LARGEST = 1 << 17  # bytes: Apprise takes no larger file
OURS = f"json://{token_hex(8)}.invalid"  # stands for an entry that does not load
OF_OURS = re.compile(rf"{re.escape(OURS)}/(\d+)")
TAGS = ("tag", "tags")


class ConfigurationError(Exception):
    """Raised where a file is no Apprise configuration at all: says why, without its text."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a file names: their addresses; and its lines, from 1, that should name somebody and do not."""

    addresses: tuple[str, ...]
    left_out: tuple[int, ...] = ()
    includes: tuple[int, ...] = ()


@dataclass(slots=True)
class _Loaded:
    """What Apprise made of a file, with our addresses in it, and the lines that are left out whatever the tag."""

    services: list[Any]
    always: list[int]
    includes: list[int]


def configured(file: Path, tag: str | None) -> Named:
    """The addresses that a configuration has for a tag, as `apprise --tag` reads it, one for each recipient.

    Commas and spaces between tags mean any of them; without a tag, all. Raises ConfigurationError.
    """
    content = _text(file)
    with discreet(None):
        loaded = _of_yaml(content) if file.suffix.lower() in (".yml", ".yaml") else _of_text(content)
        carrier = Apprise()
        for service in loaded.services:
            carrier.add(service)
        found: list[str] = []
        left = list(loaded.always)
        for service in carrier.find(tag or MATCH_ALL_TAG):
            ours = OF_OURS.match(address := address_of(service))
            if ours:
                left.append(int(ours[1]))
            else:
                found += separated(service, address)
    return Named(tuple(dict.fromkeys(found)), tuple(sorted(set(left))), tuple(loaded.includes))


def _text(file: Path) -> str:
    try:
        body = file.read_bytes()
        content = body.decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError("it is not UTF-8") from None
    if len(body) > LARGEST:
        raise ConfigurationError(f"it is larger than {LARGEST} bytes")
    return content


# -- text: an entry a line


def _of_text(content: str) -> _Loaded:
    lines, always, includes = content.splitlines(), [], []
    for number, line in enumerate(lines, 1):
        if ConfigBase.config_parse_text(line)[1]:
            includes.append(number)
        elif not _is_whole(line):
            lines[number - 1] = _instead(line, number)
            always += [] if lines[number - 1] else [number]
    services, _ = ConfigBase.config_parse_text("\n".join(lines))
    return _Loaded(list(services), always, includes)


def _is_whole(line: str) -> bool:
    """Whether Apprise takes everything in this line. Beside it stands an address of ours: a line that is no text of
    Apprise's takes that with it."""
    text = line.strip()
    services, _ = ConfigBase.config_parse_text(f"{line}\n{OURS}/0")
    if not text or text.startswith(("#", ";")):
        return True
    return len(services) == (2 if "://" in text else 1) and ("://" in text or "=" in text)


def _instead(line: str, number: int) -> str:
    """An address of ours with the tags of the line; nothing where they cannot be told."""
    before, equals, _ = line.partition("=")
    if not equals and "://" not in line:
        return ""
    instead = f"{before}={OURS}/{number}" if equals and "://" not in before else f"{OURS}/{number}"
    return instead if _is_whole(instead) else ""


# -- YAML: an entry may make several services


def _of_yaml(content: str) -> _Loaded:
    try:
        node, document = yaml.compose(content, yaml.SafeLoader), yaml.safe_load(content)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(f"it is no YAML{line}") from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise ConfigurationError("it is no YAML") from None
    if not isinstance(node, yaml.MappingNode) or not isinstance(document, dict):
        raise ConfigurationError("it holds no `urls:`")
    keys = {key.value: (key.start_mark.line + 1, value) for key, value in node.value}
    includes = [keys["include"][0]] if "include" in keys else []
    rest = {key: value for key, value in document.items() if key != "include"}
    services, _ = ConfigBase.config_parse_yaml(content)
    if "urls" not in keys:
        return _Loaded(list(services), [], includes)
    line, urls = keys["urls"]
    if not isinstance(urls, yaml.SequenceNode):
        return _Loaded(list(services), [line], includes)
    lines = [one.start_mark.line + 1 for one in urls.value]
    missing = list(_missing(rest, lines))
    ours, _ = ConfigBase.config_parse_yaml(yaml.safe_dump({**rest, "urls": missing}))
    return _Loaded([*services, *ours], [], includes)


def _missing(document: dict[str, Any], lines: Sequence[int]) -> Iterator[object]:
    """An entry of ours, with the same tags, for each entry that makes fewer services than it should."""
    for entry, line in zip(document["urls"], lines, strict=True):
        alone = yaml.safe_dump({**document, "urls": [entry]})
        services, _ = ConfigBase.config_parse_yaml(alone)
        if len(services) < _expected(entry):
            yield _tagged(entry, f"{OURS}/{line}")


def _expected(entry: object) -> int:
    """How many services an entry should make: one, or one for each member of a list below its address."""
    below = next(_below(entry), None)
    return max(1, len(below)) if isinstance(below, list) else 1


def _below(entry: object) -> Iterator[object]:
    if isinstance(entry, dict):
        yield from (value for key, value in entry.items() if isinstance(key, str) and "://" in key)


def _tagged(entry: object, address: str) -> object:
    """The address with all tags of an entry: those beside its address and those below it."""
    below = next(_below(entry), None)
    places = [entry, *(below if isinstance(below, list) else [below])]
    tags = [str(one[key]) for one in places if isinstance(one, dict) for key in TAGS if one.get(key)]
    return {address: {"tag": re.sub(r"[\[\]'\"]", "", ",".join(tags))}} if tags else address
