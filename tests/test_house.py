"""The house does not drift: every rule of tests/house_rules.py holds, and catches what it is there for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import ROOT, modules
from tests.house_pages import pages_have_title_and_heading, tables_scroll
from tests.house_rules import (
    FLOORS,
    LONGEST_FILE,
    LONGEST_FUNCTION,
    STAIRS,
    dependencies_have_one_address,
    files_are_short,
    floor_of,
    functions_are_short,
    imports_are_absolute,
    imports_go_down,
    neighbours_are_strangers,
    nobody_walks_in_circles,
    nothing_is_left_for_later,
    packages_hold_a_docstring,
    steps,
    the_domain_needs_only_python,
    the_indexer_is_built_upwards,
)

Rule = Callable[[Path], list[str]]

LONG_FUNCTION = "def all_of_it():\n" + "    print()\n" * LONGEST_FUNCTION
USES_B = "from kb.web.b import shown"
PLANTED: list[tuple[Rule, dict[str, str]]] = [
    (imports_go_down, {"kb/domain/review.py": "from kb.storage import reviews", "kb/storage/reviews.py": ""}),
    (imports_go_down, {"kb/web/search.py": "import indexer.engine", "indexer/engine.py": ""}),
    (imports_go_down, {"kb/actions/searching.py": "from kb.settings import Settings", "kb/settings.py": ""}),
    (imports_go_down, {"kb/storage/reviews.py": "def f():\n    import kb.web.view", "kb/web/view.py": ""}),
    (imports_go_down, {"indexer/words.py": "import kb.domain.article", "kb/domain/article.py": ""}),
    (neighbours_are_strangers, {"kb/web/a.py": "from kb.web import b", "kb/web/b.py": "pages = Blueprint()"}),
    (neighbours_are_strangers, {"kb/web/a.py": USES_B, "kb/application.py": USES_B, "kb/web/b.py": ""}),
    (neighbours_are_strangers, {"kb/web/a.py": USES_B, "kb/web/c.py": USES_B, "kb/web/b.py": ""}),
    (the_indexer_is_built_upwards, {"indexer/words.py": "import indexer.engine", "indexer/engine.py": ""}),
    (the_indexer_is_built_upwards, {"indexer/errors.py": "import indexer.words", "indexer/words.py": ""}),
    (nobody_walks_in_circles, {"kb/cli.py": "import kb.application", "kb/application.py": "import kb.cli"}),
    (dependencies_have_one_address, {"kb/actions/searching.py": "from flask import g"}),
    (dependencies_have_one_address, {"kb/web/search.py": "import sqlite_utils.db"}),
    (dependencies_have_one_address, {"indexer/engine.py": "def f():\n    from torch import nn"}),
    (the_domain_needs_only_python, {"kb/domain/article.py": "import yaml"}),
    (imports_are_absolute, {"kb/web/search.py": "from . import access"}),
    (packages_hold_a_docstring, {"kb/web/__init__.py": '"""The site."""\n\nimport flask'}),
    (packages_hold_a_docstring, {"kb/web/__init__.py": ""}),
    (files_are_short, {"kb/web/search.py": "x = 1\n" * (LONGEST_FILE + 1)}),
    (functions_are_short, {"kb/web/search.py": LONG_FUNCTION}),
    (pages_have_title_and_heading, {"kb/templates/a.html": "{% extends 'base.html' %}<h1>Hello</h1>"}),
    (pages_have_title_and_heading, {"kb/templates/a.html": "{% extends 'base.html' %}{% block heading %}x"}),
    (tables_scroll, {"kb/templates/a.html": "<table><tr><td>x</td></tr></table>"}),
    (tables_scroll, {"kb/templates/a.html": "{% call scrolls('x') %}x{% endcall %}<table></table>"}),
    (tables_scroll, {"kb/templates/a.html": "{% call notice('x') %}<table></table>{% endcall %}"}),
    (nothing_is_left_for_later, {"content/articles/a.md": "TO" + "DO: find the source"}),
]
RULES = list(dict.fromkeys(rule for rule, _ in PLANTED))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    assert not rule(ROOT), "\n" + "\n".join(rule(ROOT))


@pytest.mark.parametrize(("rule", "files"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_the_rule_catches_a_planted_violation(rule: Rule, files: dict[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert rule(tmp_path)


def test_every_rule_is_tried_on_our_own_tree_and_finds_something_to_read() -> None:
    floors = {floor_of(module.name) for module in modules(ROOT)}

    assert floors == FLOORS.keys()
    assert sum(1 for _ in steps(ROOT)) > 100


@pytest.mark.parametrize("floor", STAIRS)
def test_every_stair_is_used(floor: str) -> None:
    there = {module.name for module in modules(ROOT)}
    used = {target for module, _, target in steps(ROOT) if floor_of(module.name) == floor_of(target)}
    unused = {name for name in STAIRS[floor].split() if f"{floor}.{name}" in there - used}

    assert not unused, "Take away the stairs that nobody uses."
