"""The whole life of an article stands in the audit page, in order; a journal that was changed is found out (G-12)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils.utils import sqlite3

from kb.actions.checking import check
from kb.application import create_app
from kb.domain.review import Check
from kb.settings import Settings
from tests.browser import Browser
from tests.drafts import site_of
from tests.web.test_contribute import send_in, sent_decision, written
from tests.workplace import workplace


@pytest.fixture(scope="module")
def lived(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, int, str]]:
    """A site on which an article was written, returned, published, looked after, taken down and brought back."""
    with workplace(demo, tmp_path_factory.mktemp("audit"), own_index=True) as settings:
        app = create_app(settings)
        app.testing = True
        text_id, slug = live(app)
        yield app, text_id, slug
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def live(app: Flask) -> tuple[int, str]:
    """Go all the way as three people; the number of the text and the address of the article."""
    writer, reviewer, lead = (Browser(app).sign_in(who) for who in ("partner", "reviewer", "lead"))
    text_id = written(writer)
    send_in(writer, text_id)
    reviewer.post(f"/review/{text_id}/take")
    reviewer.post(f"/contribute/{text_id}/comments", data={"said": "How many?", "origin": "review"})
    page = reviewer.get(f"/review/{text_id}")
    data = sent_decision(page, verdict="return", advice="Say how many pupils.")
    reviewer.post(f"/review/{text_id}/decide", data=data)
    send_in(writer, text_id)
    reviewer.post(f"/review/{text_id}/take")
    page = reviewer.get(f"/review/{text_id}")
    data = sent_decision(page, verdict="accept", ticks=[each.value for each in Check])
    reviewer.post(f"/review/{text_id}/decide", data=data)
    slug = "calm-starts-in-year-4"
    writer.post(f"/articles/{slug}/still-right", data={"note": ""})
    lead.post(f"/articles/{slug}/take-down", data={"why": "withdrawn", "reason": "A slip."})
    lead.post(f"/taken-down/{slug}/restore")
    return text_id, slug


def verbs_on(app: Flask, subject: str) -> list[str]:
    """What the audit page says about something, the oldest first."""
    page = Browser(app).sign_in("administrator").get(f"/administration/audit?subject={subject}")
    return [row.select("td")[COLUMN].get_text().strip() for row in reversed(page.select("main tbody tr"))]


COLUMN = 2


def test_every_step_of_an_articles_life_stands_in_the_audit_page_in_order(
    lived: tuple[Flask, int, str],
) -> None:
    app, text_id, slug = lived

    of_text = [verb for verb in verbs_on(app, f"text:{text_id}") if verb not in ("save", "autosave")]

    assert of_text == ["start", "submit", "take", "comment", "return", "submit", "take", "accept"]
    assert verbs_on(app, f"article:{slug}") == ["publish", "verify", "withdraw", "restore"]


@pytest.mark.parametrize(
    "tampered",
    [
        "update journal set actor = 1 where id = 5",
        "update journal set at = '2020-01-01T00:00:00+00:00' where id = 5",
        "delete from journal where id = 5",
        "update journal_reasons set reason = 'Nothing happened.'",
    ],
)
def test_who_edits_a_copy_of_the_database_is_found_out_by_kb_check(
    lived: tuple[Flask, int, str], tmp_path: Path, tampered: str
) -> None:
    settings = site_of(lived[0]).settings
    copy = tmp_path / "kb.sqlite"
    source, target = sqlite3.connect(settings.database), sqlite3.connect(copy)
    source.backup(target)
    sound = [each for each in check(settings.content, copy, settings.index) if "journal" in each]
    for (trigger,) in target.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        target.execute(f'drop trigger "{trigger}"')
    changed = target.execute(tampered).rowcount
    target.commit()
    source.close()
    target.close()

    found = [each for each in check(settings.content, copy, settings.index) if "journal was changed" in each]

    assert sound == []
    assert changed >= 1
    assert len(found) == 1
