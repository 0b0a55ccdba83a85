"""How often somebody who fits is among the first three: needs over the furnished demo, judged by reading beforehand.

Who fits was written down from what schools had written and offered, before the matching was asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from kb.actions import demo_commissions, demo_offers, demo_trials
from kb.actions.checking_text import checker
from kb.actions.commission_matching import matches
from kb.actions.commission_rights import Bureau, Turn, asking_of
from kb.application import create_app
from kb.domain.commission import Kind, Need
from kb.settings import Settings
from kb.storage import accounts, commissions
from tests.desk import EVERYBODY
from tests.workplace import workplace

pytestmark = pytest.mark.slow

NEEDS = Path(__file__).with_name("matching_needs.tsv").read_text(encoding="utf-8").splitlines()[1:]


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with what its schools have tried, offered and done for one another."""
    with workplace(demo, tmp_path_factory.mktemp("fits")) as settings:
        app = create_app(settings)
        db = app.extensions["kb"].database
        for part, seed in ((demo_trials, 26), (demo_offers, 26), (demo_commissions, 17)):
            part.make(db, settings.content, now=datetime.now(UTC), rng=Random(seed))
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def test_somebody_who_fits_is_nearly_always_among_the_first_three(own: Flask) -> None:
    ranks = dict(placed(own, line) for line in NEEDS)

    among_three = [title for title, rank in ranks.items() if rank <= 3]
    first = [title for title, rank in ranks.items() if rank == 1]
    assert len(among_three) >= 17, ranks
    assert len(first) >= 13, ranks


def placed(own: Flask, line: str) -> tuple[str, int]:
    """What is needed, and the place of the first school that fits, counted from 1."""
    receiver, title, text, stage, about, fitting = (each.strip() for each in line.split("\t"))
    site = own.extensions["kb"]
    library, themes = site.library, site.library.taxonomy["themes"]
    lead = accounts.by_handle(site.database, "a.quintero")
    assert lead is not None
    need = Need(
        kind=Kind.SUPPORT,
        title=title,
        text=text,
        standard="other",
        receiver=receiver,
        key_stages=tuple(stage.split()),
        themes=tuple(each for each in about.split() if each in themes),
        needs=tuple(each for each in about.split() if each not in themes),
    )
    number = commissions.insert(site.database, need, lead=lead.id, now=datetime.now(UTC))
    turn = Turn(
        bureau=Bureau(database=site.database, library=library, check=checker(library)),
        asking=asking_of(site.database, library.group, lead),
        number=number,
    )
    with site.database.write() as writing:
        writing.execute("update commissions set stage = 'funded' where id = ?", [number])
    order = [each.facts.school.id for each in matches(turn, site.search, EVERYBODY)]
    with site.database.write() as writing:
        writing.execute("delete from commissions where id = ?", [number])
    return title, min(order.index(each) for each in fitting.split()) + 1
