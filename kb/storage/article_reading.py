"""From an article's front matter to an Article, with every mistake named by its line."""

from __future__ import annotations

from datetime import date

from kb.domain.article import Article, ArticleType, LocalEvidence, Outcome, Visibility
from kb.domain.errors import ContentInvalid, Mistake
from kb.domain.library import Library
from kb.domain.taxonomy import ALL
from kb.storage.article_files import ArticleFile
from kb.storage.fields import Fields, MistakesOf, nearest_of, shown, suggestion
from kb.storage.front_matter import ARTICLE_KEYS, LOCAL_KEYS
from kb.storage.safe_yaml import Node, parse

REQUIRED = (
    "type",
    "title",
    "summary",
    "key_stages",
    "provisions",
    "themes",
    "school",
    "authors",
    "visibility",
    "published",
    "reviewed",
    "review_by",
    "owner",
)
ALWAYS_STATED = ("type", "title")  # an import may leave the rest unstated, but nothing is shown without these
NEVER_EMPTY = ("key_stages", "provisions", "themes", "authors")
SCHEME_OF_KEY = {
    "key_stages": "key-stages",
    "provisions": "provisions",
    "needs": "needs",
    "themes": "themes",
    "subjects": "subjects",
    "roles": "roles",
}


def read_article(file: ArticleFile, library: Library) -> tuple[Article | None, tuple[Mistake, ...]]:
    """The article of a file, or None and what is wrong with it."""
    try:
        front = parse(file.parts.front, path=file.path, first_line=file.parts.front_line)
    except ContentInvalid as error:
        return None, error.mistakes
    reader = _Reader(file, front, library)
    article = reader.article()
    mistakes = tuple(sorted(reader.mistakes.found))
    return (None if mistakes else article), mistakes


class _Reader:
    """Reads one front matter; each method notes mistakes and gives what it could make out."""

    def __init__(self, file: ArticleFile, front: Node, library: Library) -> None:
        self.mistakes = MistakesOf(file.path)
        self._file = file
        self._library = library
        self._fields = Fields(front, self.mistakes, known=ARTICLE_KEYS, owner="an article")
        self._unstated = self._fields.choices("unstated", ARTICLE_KEYS, place="the template of an article")

    def article(self) -> Article:
        """The article; where there are mistakes, stand-ins are in it and nobody may see it."""
        fields, schemes = self._fields, self._library.taxonomy.schemes
        self._check_stated()
        kind = fields.choice("type", [one.value for one in ArticleType])
        title = fields.text("title", shortest=5, longest=120)
        visibility = fields.choice("visibility", [one.value for one in Visibility])
        terms = {key: fields.terms(key, schemes.get(scheme)) for key, scheme in SCHEME_OF_KEY.items()}
        self._check_all(terms["key_stages"])
        published, reviewed = self._days()
        if kind:
            self._check_kind(ArticleType(kind))
        return Article(
            slug=self._file.slug,
            path=self._file.place,
            sha256=self._file.sha256,
            type=ArticleType(kind or ArticleType.HOW_TO),
            title=title or "",
            summary=fields.text("summary", longest=300) or "",
            body=self._file.parts.body,
            **terms,
            school=self._school(),
            authors=fields.words("authors"),
            visibility=Visibility(visibility or Visibility.TRUST),
            published=published,
            reviewed=reviewed,
            review_by=fields.day("review_by"),
            owner=fields.text("owner", longest=120),
            illustrative=fields.yes_no("illustrative"),
            local=self._local(),
            strands=self._strands(),
            references=fields.choices(
                "references", self._library.references, place="content/references.yaml"
            ),
            source=fields.text("source"),
            unstated=self._unstated,
        )

    def _check_stated(self) -> None:
        fields = self._fields
        fields.require(key for key in REQUIRED if key in ALWAYS_STATED or key not in self._unstated)
        for key in NEVER_EMPTY:
            if fields.is_empty_list(key) and key not in self._unstated:
                fields.wrong(key, f"‘{key}’ is empty; name at least one.")
        if self._unstated and not fields.has("source"):
            fields.wrong(
                "unstated", "Only an imported article may leave keys unstated; fill them in, or add ‘source’."
            )

    def _check_all(self, key_stages: tuple[str, ...]) -> None:
        if ALL in key_stages and len(key_stages) > 1:
            self._fields.wrong("key_stages", f"‘{ALL}’ stands for every key stage; leave the others out.")

    def _check_kind(self, kind: ArticleType) -> None:
        fields = self._fields
        if kind is ArticleType.CASE_STUDY and not self._states("local"):
            fields.wrong("type", "A case study needs ‘local’ with outcome, how_we_know and level; add it.")
        if kind is ArticleType.RESEARCH_SUMMARY and not self._states("evidence"):
            fields.wrong("type", "A research summary needs ‘evidence’ with at least one strand; add it.")

    def _states(self, key: str) -> bool:
        return key in self._unstated or (self._fields.has(key) and not self._fields.is_empty_list(key))

    def _days(self) -> tuple[date | None, date | None]:
        published, reviewed = self._fields.day("published"), self._fields.day("reviewed")
        if published and reviewed and reviewed < published:
            self._fields.wrong(
                "reviewed", f"‘reviewed’ is before ‘published’ ({published}); put the later day here."
            )
        return published, reviewed

    def _school(self) -> str | None:
        school = self._fields.text("school")
        known = self._library.group.schools
        if school is None or school in known:
            return school
        end = suggestion(nearest_of(school, known), "the ids are in content/schools.yaml")
        self._fields.wrong("school", f"‘school’ names {shown(school)}, which is not known; {end}")
        return None

    def _local(self) -> LocalEvidence | None:
        node = self._fields.mapping("local")
        if node is None:
            return None
        fields = Fields(node, self.mistakes, known=LOCAL_KEYS, owner="‘local’")
        fields.require(("outcome", "how_we_know", "level"))
        outcome = fields.choice("outcome", [one.value for one in Outcome])
        how_we_know = fields.text("how_we_know")
        level = fields.whole_number("level", least=1, most=5)
        if outcome is None or how_we_know is None or level is None:
            return None
        return LocalEvidence(
            outcome=Outcome(outcome),
            how_we_know=how_we_know,
            level=level,
            pupils=fields.whole_number("pupils", least=0, most=1_000_000),
            staff_hours_setup=fields.number("staff_hours_setup", least=0, most=100_000),
            staff_hours_week=fields.number("staff_hours_week", least=0, most=10_000),
            cost_band=fields.term("cost_band", self._library.taxonomy.schemes.get("cost-bands")),
        )

    def _strands(self) -> tuple[str, ...]:
        strands: dict[str, None] = {}
        for item in self._fields.items("evidence"):
            fields = Fields(item, self.mistakes, known=("strand",), owner="an item of ‘evidence’")
            if item.entries:
                fields.require(("strand",))
            strand = fields.text("strand")
            if strand and self._is_strand(strand, fields.line("strand")):
                strands[strand] = None
        return tuple(strands)

    def _is_strand(self, strand: str, line: int) -> bool:
        """True for a strand of the vocabulary; for a practice theme the mistake names its strand."""
        themes = self._library.taxonomy.schemes.get("themes")
        if themes is None:
            return True
        strands = [term.id for term in themes if term.details.get("kind") == "strand"]
        if strand in strands:
            return True
        theme = themes.terms.get(strand)
        pointed_at = theme.details.get("strand") if theme else None
        nearest = pointed_at if isinstance(pointed_at, str) else nearest_of(strand, strands)
        end = suggestion(nearest, "the strands are in content/figures.yaml")
        self.mistakes.add(line, f"‘strand’ names {shown(strand)}, which is no strand of evidence; {end}")
        return False
