"""Record what happened to an article in the history of the content folder, in the name of who did it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.actions.printing import HISTORY, article_at
from kb.domain.edition import Down, Edition, EditionKind, Why
from kb.domain.job import Job, NoUseTrying
from kb.domain.picture import shown_in
from kb.storage import accounts, content_git, editions, live_files
from kb.storage.content_git import NoRepository, Signature
from kb.storage.database import Database

JOB = HISTORY
_DONE = {
    EditionKind.FOUND: "Keep what was put here by hand",
    EditionKind.PUBLISHED: "Publish",
    EditionKind.VERIFIED: "Still right",
    EditionKind.RESTORED: "Bring back",
}
_DOWN = {Why.WITHDRAWN: "Withdraw", Why.ARCHIVED: "Archive", Why.RENAMED: "Move"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentHistory:
    """What recording works with. ``sender`` is the address in whose name the site itself records."""

    database: Database
    content: Path
    sender: str

    def record(self, job: Job) -> None:
        """Record one article as it is now. May be done again; whatever it meets, the article is up as it should be."""
        slug = str(job.payload["slug"])
        edition, down = editions.last(self.database, slug), editions.down(self.database, slug)
        if edition is None and down is None:
            return
        site = Signature("Knowledge base", self.sender)
        try:
            content_git.commit(
                self.content,
                _paths(edition, down),
                author=self._author(down.taken_by if down else edition.made_by if edition else None) or site,
                committer=site,
                message=self._message(slug, edition, down),
            )
        except NoRepository as error:
            raise NoUseTrying(str(error)) from error

    def _author(self, account_id: int | None) -> Signature | None:
        person = accounts.find(self.database, account_id) if account_id else None
        if person is None:
            return None
        school = person.schools[0] if person.schools else "no-school"
        return Signature(person.name, f"{person.handle}@{school}")

    def _message(self, slug: str, edition: Edition | None, down: Down | None) -> str:
        """What happened, without the reason, which may say more than the folder should keep for ever."""
        article = article_at(self.database, slug)
        what = _DOWN[down.why] if down else _DONE[edition.kind] if edition else "Change"
        number = f"\nEdition: {edition.number}" if edition else ""
        return f"{what}: {article.title if article else slug}\n\nArticle: {slug}{number}\n"


def _paths(edition: Edition | None, down: Down | None) -> list[str]:
    """Every file that may have changed with the article, relative to the content folder."""
    files = [each.path for each in (edition, down) if each]
    moved = [f"{live_files.WITHDRAWN}/{PurePosixPath(path).name}" for path in files]
    names = shown_in(edition.content) if edition else ()
    shown = [
        f"pictures/{name}{end}" for name in names for end in (".webp", ".jpg", ".png", "-small.webp", ".json")
    ]
    return [*dict.fromkeys([*files, *moved, *shown])]
