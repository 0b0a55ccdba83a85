"""What people do at a school: SENCO, headteacher, early career teacher. What they may do on this site is their role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

HEAD = "headteacher"
GIVEN = frozenset({HEAD, "executive-head"})
"""Posts that nobody says of themselves: whoever holds one speaks for a school."""


@dataclass(frozen=True, slots=True, order=True)
class Post:
    """One thing somebody does at one school.

    school  id of a member of the group
    post    id of a term of content/vocabulary/roles.yaml
    """

    school: str
    post: str


def own_choice(
    before: Collection[Post], wished: Collection[Post], schools: Collection[str]
) -> frozenset[Post]:
    """A person's posts after they have said what they do: what was given stays, and no other is taken.

    schools  where the person works; a post elsewhere is not theirs to say
    """
    given = {each for each in before if each.post in GIVEN}
    return frozenset(given | {each for each in wished if each.post not in GIVEN and each.school in schools})
