"""What the source tree is like: its modules, what they import, how long they are. Rules: house_rules.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("kb", "indexer")


@dataclass(frozen=True)
class Import:
    """One name that a module imports, as the text tells it: ``flask.g``, ``kb.web.access.public``."""

    line: int
    target: str
    relative: bool = False

    def within(self, address: str) -> bool:
        """True when it is this package or module, or lies in it."""
        return self.target == address or self.target.startswith(f"{address}.")


@dataclass(frozen=True)
class Module:
    """One Python file of ours."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        """The file as it is."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The file as Python reads it."""
        return ast.parse(self.text, filename=str(self.path))

    @property
    def package(self) -> str:
        """The folder it lies in, with dots."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Everything it imports, also inside functions and only for type checking."""
        return tuple(found for node in ast.walk(self.tree) for found in _imports(node))

    def ours(self, names: frozenset[str]) -> dict[str, int]:
        """The modules of ours that it imports, each with the first line that does."""
        lines: dict[str, int] = {}
        for item in self.imports:
            module = item.target
            while module and module not in names:
                module = module.rpartition(".")[0]
            if module and module != self.name:
                lines.setdefault(module, item.line)
        return lines


def _imports(node: ast.AST) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(node.lineno, alias.name)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield Import(node.lineno, f"{node.module or ''}.{alias.name}", relative=node.level > 0)


def modules(root: Path) -> tuple[Module, ...]:
    """Every module of the product under ``root``, by name."""
    paths = (path for package in PACKAGES for path in (root / package).rglob("*.py"))
    return tuple(
        sorted(
            (_module(path, root, path.stat().st_mtime_ns) for path in paths), key=lambda module: module.name
        )
    )


@cache
def _module(path: Path, root: Path, _changed: int) -> Module:
    """Read once for all rules, and again when it has changed."""
    return Module(_name(path, root), path)


def _name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions(module: Module) -> Iterator[tuple[str, int, int]]:
    """Name, first line and number of lines of every function, from ``def`` to its end."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def circle(edges: dict[str, set[str]]) -> list[str]:
    """Names that lead back to their start, or an empty list when there is no such circle."""
    done: set[str] = set()

    def walk(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        if name in done:
            return []
        for following in sorted(edges.get(name, ())):
            if found := walk(following, [*trail, name]):
                return found
        done.add(name)
        return []

    for start in sorted(edges):
        if found := walk(start, []):
            return found
    return []
