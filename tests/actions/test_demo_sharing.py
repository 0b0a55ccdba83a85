"""The demo’s trials, feedback, offers and asks: enough to show, made once, and nothing that the check refuses."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from kb.actions import demo_offers, demo_people, demo_trials
from kb.actions.checking_text import checker
from kb.domain.article import Outcome, Visibility
from kb.domain.ask import AskState
from kb.domain.carried import carried
from kb.domain.finding import Level
from kb.domain.search import Reader
from kb.domain.trial import tally
from kb.storage import articles, asks, feedback, offers, trials
from kb.storage.content import load_library, read_articles
from kb.storage.database import Database
from tests.samples import CONTENT

EVERYBODY = Reader(visibilities=frozenset(Visibility))
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def make(db: Database) -> None:
    """As ``kb init --demo`` makes it: before the articles are indexed, and again."""
    library = load_library(CONTENT)
    demo_people.make(db)
    for _ in range(2):
        demo_trials.make(db, CONTENT, now=NOW, rng=random.Random(7))
        demo_offers.make(db, CONTENT, now=NOW, rng=random.Random(7))
    every = read_articles(CONTENT, library).articles
    articles.replace_all(db, [(each, carried(each, library)) for each in every])


def test_the_demo_has_trials_that_worked_and_that_did_not_once(db: Database) -> None:
    make(db)

    every = trials.seen(db, EVERYBODY)
    went = tally(every)
    known = asks.seer(account=None, schools=(), trust=True, everything=True)
    assert len(every) >= 30
    assert went.worked > went.did_not_work >= 4
    assert {each.report.outcome for each in every} == set(Outcome)
    assert all(each.report.began <= NOW.date() for each in every)
    assert len(offers.standing(db, EVERYBODY, NOW.date())) >= 12
    assert {each.state for each in asks.seen(db, known)} >= {
        AskState.OPEN,
        AskState.ANSWERED,
        AskState.CLOSED,
    }
    assert len(feedback.of_articles(db)) >= 8


def test_every_word_of_the_demo_passes_the_check_for_personal_data(db: Database) -> None:
    check = checker(load_library(CONTENT))
    make(db)
    known = asks.seer(account=None, schools=(), trust=True, everything=True)
    texts = [f"{each.report.changed}. {each.report.how_we_know}" for each in trials.seen(db, EVERYBODY)]
    texts += [
        f"{each.promise.title}. {each.promise.about}" for each in offers.standing(db, EVERYBODY, NOW.date())
    ]
    texts += [f"{each.wish.question}. {each.wish.detail}" for each in asks.seen(db, known)]
    texts += [each.reason for each in feedback.of_articles(db)]

    found = {
        each.excerpt
        for text in texts
        for each in check.personal_data({"text": text})
        if each.level is not Level.NOTE
    }

    assert found == set()
