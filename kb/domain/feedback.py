"""What readers say about an article: a word to those who look after it, never a mark for its writer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What somebody thinks of an article."""

    HELPFUL = "helpful"
    NOT_FOR_MY_SETTING = "not-for-my-setting"
    OUT_OF_DATE = "out-of-date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What one reader says about one article.

    account     None for somebody who was not signed in
    handled_at  when somebody who looks after the article had dealt with it
    """

    id: int
    slug: str
    title: str
    account: int | None
    verdict: Verdict
    reason: str
    made_at: datetime
    changed_at: datetime
    handled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackCount:
    """How many readers said what about one article."""

    helpful: int = 0
    not_for_my_setting: int = 0
    out_of_date: int = 0
