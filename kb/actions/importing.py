"""Bring in what others have written: a tree of Markdown pages or Word files becomes articles here.

An article that somebody has edited here is never overwritten, a file that cannot be read never stops the
others, and every file gets a verdict with its reason. An import that is killed goes on with the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kb.actions.checking_text import checker, personal_counts
from kb.actions.import_matching import ArticlesHere, Standing, addresses, known_pages
from kb.actions.import_pictures import Album
from kb.actions.import_reading import ReadPage, Source, read_file, read_page
from kb.actions.import_writing import Links, Options, Written, written
from kb.domain.article import Visibility
from kb.domain.errors import BadRequest, KnowledgeBaseError
from kb.domain.foreign_matter import Words
from kb.domain.foreign_names import titles_of
from kb.domain.imported import Imported, ImportReport, Verdict, joined
from kb.domain.library import Library
from kb.storage.import_files import prepared
from kb.storage.import_register import FOLDER, TAKEN, Entry, load_register, only_import, place_of
from kb.storage.import_tree import SourceTree, UnreadableFileError, source_tree
from kb.storage.virus_check import NONE

__all__ = ["ImportReport", "Imported", "Verdict", "import_path"]

ROUND = 200
"""Articles announced in the register at a time."""

EDITED = "Edited here since it was imported."
EDITED_BOTH = "Edited here since it was imported, and changed at its source too: compare the two."
GONE = "Deleted or renamed here since it was imported."
HERE_WITHOUT_NOTE = (
    "An article made from this page is here, but no note of what was written: compare the two."
)


def import_path(
    content: Path,
    source: Path,
    *,
    visibility: Visibility,
    school: str | None,
    library: Library,
    report: Callable[[Imported], None],
    virus_check: str = NONE,
) -> ImportReport:
    """Make articles of a Markdown or Word file, or of every one in a folder and the folders in it.

    content      the content folder; articles go to articles/imported in it, pictures of Word files to pictures
    visibility   who may read the articles, whatever the pages say themselves
    school       the id of the school they come from
    library      what the front matter may name
    report       told of each file as soon as it is dealt with
    virus_check  what looks at Word files and their pictures; see ``kb.storage.virus_check``

    Raises BadRequest when the path or the school is wrong and Unavailable when the disk refuses.
    """
    if school is not None and school not in library.group.schools:
        raise BadRequest(f"‘{school}’ is no school here; the ids are in content/schools.yaml.")
    tree = source_tree(source, content=content)
    with only_import(content):
        album = Album(content, virus_check)
        run = _Import(content, library, Options(visibility=visibility, school=school), report, album)
        try:
            run.take(tree)
        finally:
            album.close()
    return ImportReport(entries=tuple(run.done))


@dataclass(slots=True, kw_only=True)
class _Page:
    """A page on its way to being an article.

    name     the path it is known by
    entry    the note of an earlier import
    is_here  an article made from it is here, although no note tells of it
    """

    source: Source
    name: str
    slug: str
    entry: Entry | None = None
    is_here: bool = False
    read: ReadPage | None = None
    title: str = ""


class _Import:
    """One import: what is known beforehand, and what has been told."""

    def __init__(
        self,
        content: Path,
        library: Library,
        options: Options,
        report: Callable[[Imported], None],
        album: Album,
    ) -> None:
        self.done: list[Imported] = []
        self._content = content
        self._library = library
        self._words = Words(library)
        self._checker = checker(library)
        self._options = options
        self._report = report
        self._album = album
        self._here = ArticlesHere(content)
        self._register = load_register(content)

    def take(self, tree: SourceTree) -> None:
        """Deal with every file of a tree."""
        pages = self._pages(tree)
        waiting = [page for page in pages if self._is_waiting(page)]
        if waiting:
            self._read(pages, waiting)
            self._write(self._composed([page for page in waiting if page.read], pages))
        for entry in tree.left_out:
            self._tell(entry)

    def _tell(self, entry: Imported) -> None:
        self.done.append(entry)
        self._report(entry)

    def _skip(self, page: _Page, reason: str) -> None:
        slug = page.slug if page.slug in self._here.slugs else ""
        self._tell(Imported(path=page.name, slug=slug, verdict=Verdict.SKIPPED, reason=reason))

    def _pages(self, tree: SourceTree) -> list[_Page]:
        """The files that can be read, each with its address."""
        sources: list[Source] = []
        for file in tree.files:
            try:
                sources.append(read_file(file))
            except UnreadableFileError as error:
                self._tell(Imported(path=file.source, verdict=Verdict.SKIPPED, reason=str(error)))
        known = known_pages(sources, self._register)
        new = {one.file.path: one.file.source for one in sources if one.file.path not in known}
        given = addresses(new, self._here, self._register)
        return [self._page(source, known.get(source.file.path), given) for source in sources]

    def _page(self, source: Source, entry: Entry | None, given: Mapping[Path, tuple[str, bool]]) -> _Page:
        if entry:
            return _Page(source=source, name=entry.source, slug=entry.slug, entry=entry)
        slug, is_here = given[source.file.path]
        return _Page(source=source, name=source.file.source, slug=slug, is_here=is_here)

    def _is_waiting(self, page: _Page) -> bool:
        """True when there may be something to write; a page with nothing to write is told of."""
        entry = page.entry
        if entry is None:
            return True
        is_same = entry.source_sha256 == page.source.sha256
        standing = self._here.standing(entry)
        if standing is Standing.GONE:
            self._skip(page, GONE)
        elif standing is Standing.EDITED:
            self._skip(page, EDITED if is_same else EDITED_BOTH)
        elif standing is Standing.UNTOUCHED and is_same and self._asks_nothing_new(page, entry):
            self._tell(Imported(path=page.name, slug=page.slug, verdict=Verdict.UNCHANGED))
        else:
            return True
        return False

    def _asks_nothing_new(self, page: _Page, entry: Entry) -> bool:
        """True when the same file would become the same article; a Word file may lack its pictures still."""
        return entry.options == str(self._options) and entry.pictures == _pictures(page)

    def _read(self, pages: Iterable[_Page], waiting: Sequence[_Page]) -> None:
        """Read the pages that wait, and the others as far as they help to name those."""
        waits = {page.slug for page in waiting}
        for page in pages:
            if page.slug not in waits and page.source.file.is_word:
                continue
            try:
                page.read = read_page(
                    page.source,
                    name=page.name,
                    slug=page.slug,
                    library=self._library,
                    words=self._words,
                    album=self._album,
                )
            except KnowledgeBaseError as error:
                self._skip(page, str(error))
        titles = titles_of([page.read.named() for page in pages if page.read])
        for page in waiting:
            if page.read:
                page.title = _title(page, page.read, titles)

    def _composed(self, waiting: Sequence[_Page], pages: Iterable[_Page]) -> list[tuple[_Page, Written]]:
        """The articles to write; written again without the links to those that turn out to be none."""
        here = self._here.slugs
        slugs = {one.source: one.slug for one in self._register.entries.values() if one.slug in here}
        if not any(page.entry for page in waiting):
            slugs = {}  # a tree that was never here has nothing to do with the pages of others
        known = [*(page for page in pages if page.slug in here), *waiting]
        slugs |= {name: page.slug for page in known for name in (page.source.file.source, page.name)}
        composed = self._articles(waiting, slugs)
        refused = [(page, article) for page, article in composed if article.problem]
        for page, article in refused:
            self._skip(page, article.problem)
            if page.slug not in here:
                slugs = {name: slug for name, slug in slugs.items() if slug != page.slug}
        good = [page for page, article in composed if not article.problem]
        return self._articles(good, slugs) if refused else composed

    def _articles(self, pages: Sequence[_Page], slugs: Mapping[str, str]) -> list[tuple[_Page, Written]]:
        links = Links(slugs, self._content)
        return [
            (page, written(page.read, page.slug, page.title, links, self._options, self._library))
            for page in pages
            if page.read
        ]

    def _write(self, composed: Sequence[tuple[_Page, Written]]) -> None:
        """Write the articles, a round at a time, each round announced first."""
        rest = iter(composed)
        while some := list(islice(rest, ROUND)):
            due = [(page, article) for page, article in some if self._is_due(page, article)]
            self._register.put(self._entry(page, article, announced=True) for page, article in due)
            self._register.save()
            with prepared({self._place(page): article.text for page, article in due}) as new:
                for page, article in due:
                    self._put(page, article, new[self._place(page)])
        if composed:
            self._register.settle()
            self._register.save()

    def _is_due(self, page: _Page, article: Written) -> bool:
        """True when the article is not there yet as it should be; else the page is told of and noted."""
        is_same = self._here.sha256(page.slug) == article.sha256
        if page.is_here and not is_same:
            self._skip(page, HERE_WITHOUT_NOTE)
        elif is_same:
            self._note_pictures(page)
            self._register.put([self._entry(page, article, announced=False)])
            self._told(page, article, Verdict.UNCHANGED)
        return not is_same and not page.is_here

    def _place(self, page: _Page) -> Path:
        return self._here.path(page.slug) or self._content / FOLDER / f"{page.slug}.md"

    def _put(self, page: _Page, article: Written, new: Path) -> None:
        is_there = self._here.path(page.slug) is not None
        if is_there and self._here.sha256(page.slug) != self._register.entries[page.slug].before_sha256:
            self._register.put_back(page.slug, page.entry)
            self._skip(page, EDITED)  # in the editor, a moment ago
            return
        self._note_pictures(page)
        new.replace(self._place(page))
        self._told(page, article, Verdict.CHANGED if is_there else Verdict.IMPORTED)

    def _note_pictures(self, page: _Page) -> None:
        if page.read:
            self._album.note(page.read.pictures)

    def _told(self, page: _Page, article: Written, verdict: Verdict) -> None:
        is_new = verdict is not Verdict.UNCHANGED
        found = personal_counts(self._checker, page.title, article.body) if is_new else ""
        reason = joined([article.notes, found])
        done = Imported(
            path=page.name, slug=page.slug, verdict=verdict, reason=reason, unstated=article.unstated
        )
        self._tell(done)

    def _entry(self, page: _Page, article: Written, *, announced: bool) -> Entry:
        return Entry(
            source=page.name,
            slug=page.slug,
            place=place_of(page.source.file.path),
            source_sha256=page.source.sha256,
            written_sha256=article.sha256,
            before_sha256=self._here.sha256(page.slug) if announced else "",
            options=str(self._options),
            given=page.read.given if page.read else "",
            title=page.title,
            pictures=_pictures(page),
            announced=announced,
        )


def _pictures(page: _Page) -> str:
    return TAKEN if page.source.file.is_word else ""


def _title(page: _Page, read: ReadPage, titles: Mapping[str, str]) -> str:
    """The title it got the last time while it states the same, so that a page imported alone keeps it."""
    if page.entry and page.entry.given == read.given:
        return page.entry.title
    return read.own.title if read.own else titles[page.name]
