"""The rules of the house: who may import whom, where each large dependency lives, how long a piece may be.

Every rule is a function from a source tree to sentences about what breaks it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.house import Module, circle, functions, modules

FLOORS = {
    "kb.domain": (),
    "kb.storage": ("kb.domain",),
    "kb.actions": ("kb.storage", "kb.domain", "indexer"),
    "kb.settings": ("kb.domain",),
    "kb.web": ("kb.actions", "kb.storage", "kb.domain", "kb.settings"),
    "kb": ("kb.web", "kb.actions", "kb.storage", "kb.domain", "kb.settings", "indexer"),
    "indexer": (),
}
"""Floor → the floors below it. ``kb`` itself is the roof: command line, application, serving. The settings know
nothing of the site, so pages may read them; actions and storage are told what they need."""

STAIRS = {
    "kb.storage": """
        database migrations sqlite accounts sealing
        content_files safe_yaml fields front_matter article_files article_reading synonym_file
        own_process picture_making published_pictures word_process
        text_rows crash reading_rights pathway_rows
    """,
    "kb.actions": """
        gap_gathering
        passwords second_factor inviting
        approaching collecting keeping announcing pinning
        contributing saving commission_rights commission_matching
        demo_commission_tale
        printing publishing notifying wanting text_rights text_journal
        validating import_reading import_pictures checking_text looking_over picturing searching
        pathway_steps pathway_finishing pathway_thinking
        free_text meanings
        indexing settling
    """,
    "kb.web": """
        search_trail insight_words insight_sheets gap_origin
        app_squares access forms protection cookies signing site static_files compression
        addresses asking turning answers answer_marks article_answers collection_answers hit_parts
        wording cards panels picking forms_pictures text_pages press paper
        collection_cards collection_pictures
        sharing trials_shown offers_shown asks_shown
        rendering sanitiser fragment worker
        spreadsheet forms_pathways learning forms_objectives
        commission_pages forms_commissions
    """,
}
"""Floor → the modules that its neighbours may import. A name here says that it is shared on purpose."""

KNOWS_ALL_VIEWS = {"kb.web.front", "kb.web.gallery"}
"""Who may open a neighbour's door: what hangs up the views, and the page that shows every component."""

STOREYS = (
    ("indexer.document", "indexer.errors"),
    (),
    ("indexer.embedded", "indexer.distributed"),
    ("indexer.engine",),
    ("indexer.pipeline", "indexer.evaluation", "indexer.copying", "indexer.guarded"),
)
"""The indexer from the ground up; the second storey is everything that is not named."""

ADDRESSES = {
    "flask": ("kb.web", "kb.application"),
    "flask_wtf": ("kb.web.forms", "kb.web.protection"),
    "wtforms": ("kb.web.forms",),
    "argon2": ("kb.actions.passwords",),
    "zxcvbn": ("kb.actions.passwords",),
    "pyotp": ("kb.actions.second_factor",),
    "segno": ("kb.web.app_squares",),
    "cryptography": ("kb.storage.sealing",),
    "authlib": ("kb.actions.providers",),
    "joserfc": ("kb.actions.providers",),
    "requests": ("kb.actions.providers",),
    "sqlite_utils": ("kb.storage",),
    "pysqlite3": ("kb.storage", "indexer.chunkstore", "indexer.vectorcache"),
    "sqlite3": ("kb.storage",),
    "tantivy": ("indexer.phrases",),
    "faiss": ("indexer.vectors",),
    "sentence_transformers": ("indexer.embedder", "indexer.exporter"),
    "torch": ("indexer.embedder", "indexer.exporter"),
    "onnxruntime": ("indexer.encoder", "indexer.exporter", "indexer.compacting"),
    "pymilvus": ("indexer.distributed",),
    "click": ("kb.cli",),
    "jinja2": ("kb.web", "kb.actions.letter_texts"),
    "smtplib": ("kb.actions.posting",),
    "icalendar": ("kb.actions.subscribing",),
    "bs4": ("kb.storage.paste_process",),
    "PIL": ("kb.storage.picture_process",),
    "mcp": ("kb.assistants",),
    "mammoth": ("kb.storage.word_process",),
    "pyphen": ("kb.actions.checking_writing",),
    "weasyprint": ("kb.web.paper",),
    "phonenumbers": ("kb.actions.personal_numbers",),
    "stdnum": ("kb.actions.personal_numbers",),
}
"""Large dependency → the only places that may import it. To replace one, open one file."""

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")


def floor_of(name: str) -> str:
    """The floor a module stands on, itself or as a part: kb.settings_table stands where kb.settings does."""
    return max((floor for floor in FLOORS if at(name, floor)), key=len)


def at(name: str, address: str) -> bool:
    """True when a module has this address, lies in it or is a part of it: kb.cli, kb.cli.run, kb.cli_run."""
    return name == address or name.startswith((f"{address}.", f"{address}_"))


def steps(root: Path) -> Iterator[tuple[Module, int, str]]:
    """Every import between two modules of ours: who, in which line, whom."""
    house = modules(root)
    names = frozenset(module.name for module in house)
    for module in house:
        for target, line in module.ours(names).items():
            yield module, line, target


def imports_go_down(root: Path) -> list[str]:
    """No floor knows the one above it, and the site reaches the indexer through an action only."""
    return [
        f"{module.path}:{line}: {floor_of(module.name)} must not import {target}"
        for module, line, target in steps(root)
        if floor_of(module.name) != floor_of(target) and floor_of(target) not in FLOORS[floor_of(module.name)]
    ]


def neighbours_are_strangers(root: Path) -> list[str]:
    """On one floor only the stairs are shared; a module may have parts that nobody else uses.

    A door is what the floor above opens, or a page's view. A neighbour never goes through a door: what two
    doors need stands on the stairs or a floor down. The roof is one household.
    """
    beside = [step for step in steps(root) if is_beside(step[0].name, step[2])]
    users = Counter(target for _, _, target in beside)
    doors = views(root) | {to for module, _, to in steps(root) if floor_of(module.name) != floor_of(to)}
    return [
        f"{module.path}:{line}: {target} is a neighbour; name it in STAIRS or move what is shared down"
        for module, line, target in beside
        if not is_stair(target) and module.name not in KNOWS_ALL_VIEWS
        if target in doors or users[target] > 1
    ]


def is_beside(name: str, target: str) -> bool:
    """True when both stand on a floor of strangers. Nouns of the domain are made of nouns, the roof is one
    household, the indexer has storeys."""
    return floor_of(name) == floor_of(target) in STAIRS and target not in FLOORS


def is_stair(name: str) -> bool:
    """True when neighbours may import it."""
    floor = floor_of(name)
    return name.removeprefix(f"{floor}.") in STAIRS.get(floor, "").split()


def views(root: Path) -> set[str]:
    """The modules that make pages."""
    return {module.name for module in modules(root) if re.search(r"= Blueprint\(", module.text)}


def storey_of(name: str) -> int:
    """How high a module of the indexer stands; 0 for the ground. Every other module: 1."""
    return next((height for height, names in enumerate(STOREYS) if name in names), 1)


def the_indexer_is_built_upwards(root: Path) -> list[str]:
    """In the indexer, too, nothing knows what stands above it."""
    return [
        f"{module.path}:{line}: {target} stands above {module.name}"
        for module, line, target in steps(root)
        if floor_of(module.name) == "indexer" and storey_of(target) > storey_of(module.name)
    ]


def nobody_walks_in_circles(root: Path) -> list[str]:
    """Following the imports never leads back to the start."""
    edges: dict[str, set[str]] = {}
    for module, _, target in steps(root):
        edges.setdefault(module.name, set()).add(target)
    found = circle(edges)
    return [f"imports go round: {' → '.join(found)}"] if found else []


def dependencies_have_one_address(root: Path) -> list[str]:
    """Each large dependency is imported where ADDRESSES says and nowhere else."""
    return [
        f"{module.path}:{item.line}: {package} belongs to {' and '.join(homes)}"
        for module in modules(root)
        for item in module.imports
        for package, homes in ADDRESSES.items()
        if item.within(package) and not any(at(module.name, home) for home in homes)
    ]


def the_domain_needs_only_python(root: Path) -> list[str]:
    """kb.domain imports itself and the standard library."""
    return [
        f"{module.path}:{item.line}: kb.domain must not need {item.target}"
        for module in modules(root)
        if floor_of(module.name) == "kb.domain"
        for item in module.imports
        if not item.within("kb.domain") and item.target.partition(".")[0] not in sys.stdlib_module_names
    ]


def imports_are_absolute(root: Path) -> list[str]:
    """No import begins with a dot."""
    return [
        f"{module.path}:{item.line}: write the import in full"
        for module in modules(root)
        for item in module.imports
        if item.relative
    ]


def packages_hold_a_docstring(root: Path) -> list[str]:
    """An __init__.py says what the folder is for and does nothing."""
    return [
        f"{module.path}: a docstring and nothing else belongs here"
        for module in modules(root)
        if module.path.name == "__init__.py"
        if len(module.tree.body) != 1 or not ast.get_docstring(module.tree)
    ]


def files_are_short(root: Path) -> list[str]:
    """No file is longer than 300 lines."""
    counted = ((module.path, len(module.text.splitlines())) for module in modules(root))
    return [f"{path}: {lines} lines; split it by meaning" for path, lines in counted if lines > LONGEST_FILE]


def functions_are_short(root: Path) -> list[str]:
    """No function is longer than 40 lines."""
    return [
        f"{module.path}:{line}: {name} has {lines} lines; split it by meaning"
        for module in modules(root)
        for name, line, lines in functions(module)
        if lines > LONGEST_FUNCTION
    ]


def nothing_is_left_for_later(root: Path) -> list[str]:
    """No word in our own files promises to finish something another day."""
    return [
        f"{path}: {found.group()}"
        for path in own_texts(root)
        if (found := UNFINISHED.search(path.read_text(encoding="utf-8", errors="ignore")))
    ]


def own_texts(root: Path) -> Iterator[Path]:
    """Every text file that we wrote."""
    kinds = {".py", ".html", ".md", ".yaml", ".toml", ".css", ".js", ".csv", ".txt", ""}
    not_ours = {"vendor", "node_modules", "__pycache__"}
    for folder in ("kb", "indexer", "tests", "tools", "content", "static", "docs", ".ci"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in kinds and path.is_file() and not not_ours & set(path.parts):
                yield path
