"""What a reader of an article finds below it: who tried it, and what they said themselves."""

from __future__ import annotations

from dataclasses import dataclass

from kb.actions import feeding_back
from kb.domain.article import Article
from kb.domain.permission import Verb, may
from kb.domain.trial import Tally, tally
from kb.storage import feedback, trials
from kb.web.access import current, reader
from kb.web.site import site
from kb.web.trials_shown import Shown, in_words
from kb.web.wording import VERDICTS

MOST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What articles/_trials.html shows."""

    tally: Tally
    trials: tuple[Shown, ...]
    more: bool
    may_tell: bool
    said: str
    to_read: bool


def tried(article: Article) -> Tried:
    """Who tried an article as far as this reader may see it, and what this reader can do."""
    db, me = site().database, current()
    found = trials.of_article(db, article.slug, reader())
    before = feedback.of_person(db, article.slug, me.id) if me else None
    own_school = me is not None and set(me.schools) <= {article.school or ""}
    return Tried(
        tally=tally(found),
        trials=in_words(found[:MOST]),
        more=len(found) > MOST,
        may_tell=may(me, Verb.TAKE_PART) and not own_school,
        said=VERDICTS[before.verdict] if before else "",
        to_read=feeding_back.may_read(db, me, article),
    )
