"""Lets a process of the program die at a named point. The product has no such points: this folder is put on PYTHONPATH.

Python imports `sitecustomize` at each start, so it reaches the crawler and the workers as well. CRASH_AT is JSON: which
`program` ("reportwatch", "crawler" or "forkserver"), which `name` of which `module`, `before` or `after` its so-many-th
call, which `signal`, whether the whole `group` gets it, and a `mark`: a file that says that it has happened, once.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class Point:
    """Where to die, and how."""

    def __init__(self, at: dict[str, Any]) -> None:
        self.module, self.name, self.when, self.call = at["module"], at["name"], at["when"], at["call"]
        self.signal, self.group, self.mark = at["signal"], at["group"], Path(at["mark"])
        self.calls = 0

    def arm(self, module: ModuleType) -> None:
        """Wraps the function, which may be a method."""
        *way, last = self.name.split(".")
        holder: Any = module
        for name in way:
            holder = getattr(holder, name)
        inner: Callable[..., Any] = getattr(holder, last)

        def deadly(*words: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever it wraps
            self.calls += 1
            call = self.calls
            if self.when == "before" and call == self.call:
                self.strike()
            result = inner(*words, **more)
            if self.when == "after" and call == self.call:
                self.strike()
            return result

        setattr(holder, last, deadly)

    def strike(self) -> None:
        """Sends the signal, the first time that anybody comes here."""
        try:
            os.close(os.open(self.mark, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        if self.group:
            os.killpg(os.getpgid(0), self.signal)
        else:
            os.kill(os.getpid(), self.signal)


class Finder(MetaPathFinder, Loader):
    """Arms the module when it is imported, before anybody takes a name out of it."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.inner: Loader | None = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's own spec, with this as its loader."""
        if fullname != self.point.module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None:
            self.inner, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As its own loader does."""
        return self.inner.create_module(spec) if self.inner else None

    def exec_module(self, module: ModuleType) -> None:
        """As its own loader does; then it is armed."""
        if self.inner:
            self.inner.exec_module(module)
        self.point.arm(module)


def _is(program: str) -> bool:
    """Whether this process was started as `python -m PROGRAM`, or is the one that workers are forked from."""
    words = sys.orig_argv[1:]
    return words[:2] == ["-m", program] or (
        program == "forkserver" and any(program in word for word in words[:3])
    )


def _begin() -> None:
    at = json.loads(os.environ["CRASH_AT"])
    if not _is(at["program"]):
        return
    point = Point(at)
    if point.module in sys.modules:
        point.arm(sys.modules[point.module])
    else:
        sys.meta_path.insert(0, Finder(point))


if "CRASH_AT" in os.environ:
    _begin()
