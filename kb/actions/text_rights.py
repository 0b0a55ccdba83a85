"""Finding a text for somebody who wants to do something with it: one place that asks the table of permissions."""

from __future__ import annotations

from kb.domain.account import Account
from kb.domain.errors import BadRequest, KnowledgeBaseError, NotAllowed, NotFound
from kb.domain.permission import Standing, State, Verb, may
from kb.domain.text import Text
from kb.storage import texts
from kb.storage.database import Database

_WHERE_IT_STANDS = {
    State.DRAFT: "This article is a draft, so that cannot be done with it yet.",
    State.SUBMITTED: "This article waits for a reviewer. It cannot be changed until it comes back.",
    State.IN_REVIEW: "A reviewer is reading this article. It cannot be changed until it comes back.",
    State.CHANGES_ASKED: "This article is with its authors again, so that cannot be done with it now.",
    State.ACCEPTED: "This article has been accepted. Ask its reviewer to send it back if something must change.",
    State.PUBLISHED: "This article has been published. Start a new version of it to change something.",
    State.ARCHIVED: "This article is in the archive. Ask the improvement lead to bring it back.",
    State.WITHDRAWN: "This article has been withdrawn. Ask the improvement lead to bring it back.",
}


class NotNow(KnowledgeBaseError):
    """The text may be seen, and yet this cannot be done with it: by this person, or where it stands."""

    title = "That cannot be done now"

    def __init__(self, text: Text) -> None:
        self.state, self.text_id = text.state, text.id
        super().__init__(_WHERE_IT_STANDS[text.state])


class NotYours(NotAllowed):
    """This is never done by this person with this text, wherever it stands; they may read it, though."""

    title = "That is for somebody else to do"

    def __init__(self, verb: Verb) -> None:
        own = verb in _FOR_OTHERS
        KnowledgeBaseError.__init__(
            self,
            "You are an author of this article, so somebody else reviews it."
            if own
            else "You may read this article and not do that with it. Ask one of its authors.",
        )


class ChangedSince(BadRequest):
    """The text is not the one that the person looked at."""

    def __init__(self) -> None:
        super().__init__("The article was changed after you opened this page. Look at it again.")


_FOR_OTHERS = frozenset(
    {Verb.TAKE, Verb.RETURN, Verb.ACCEPT, Verb.HAND_OVER, Verb.PASS_BLOCKED, Verb.PUBLISH}
)


def text_for(db: Database, account: Account, text_id: int, verb: Verb) -> Text:
    """The text, for somebody who may do this with it now.

    Raises NotFound when it is not theirs to see, so that a foreign number and none at all look alike; NotYours and
    NotNow when they may see it.
    """
    text = texts.find(db, text_id)
    if text is None or text.discarded_at is not None or not may(account, Verb.SEE, text.standing):
        raise NotFound("There is no such text, or it is not yours to open. Look at your list of articles.")
    if may(account, verb, text.standing):
        return text
    if could_ever(account, verb, text):
        raise NotNow(text)
    raise NotYours(verb)


def could_ever(account: Account, verb: Verb, text: Text) -> bool:
    """True when the person might do it, were the text in another state."""
    standing = text.standing
    return any(
        may(account, verb, Standing(state=state, authors=standing.authors, schools=standing.schools))
        for state in State
    )
