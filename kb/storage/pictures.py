"""Pictures of texts: the files, and what is known about each.

While a text is under way its pictures lie in KB_VAR/pictures, and the database says what they show and whose they are.
With the article they are copied to content/pictures, each with a small file beside it that says the same, so that the
content folder is whole without us. Files are written before the row that names them: a crash leaves a file too many,
never a picture too few.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kb.domain.picture import About, is_name
from kb.domain.search import Reader
from kb.storage import published_pictures
from kb.storage.content_files import write_bytes
from kb.storage.database import Database
from kb.storage.picture_making import Made
from kb.storage.published_pictures import FOLDER, file_names

ENDINGS = ("jpg", "png")
_COLUMNS = "name, text_id, alt, recognisable, consent, consent_until, width, height, ending"
_VERSIONS = """
    with recursive versions(id) as (
        select ? union
        select older.id from versions
        join texts newer on newer.id = versions.id join texts older on older.slug = newer.replaces
    )"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a text.

    about  None until somebody has said what it shows and who can be recognised; nobody else sees it before
    """

    name: str
    text_id: int
    alt: str
    about: About | None
    width: int
    height: int
    ending: str

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files: WebP, older format, small."""
        return file_names(self.name, self.ending)


def keep(db: Database, var: Path, text_id: int, made: Made, *, alt: str, given_by: int, now: datetime) -> str:
    """Keep a picture of a text and give the name that we chose for it.

    alt  words from the file it came in, not yet confirmed by anybody; may be empty
    """
    name = secrets.token_hex(16)
    pieces = dict(zip(file_names(name, made.ending), made.files, strict=True))
    for file, raw in pieces.items():
        write_bytes(var / FOLDER / file, raw)
    try:
        with db.write() as writing:
            writing.execute(
                "insert into pictures values (?, ?, ?, null, '', null, ?, ?, ?, ?, ?)",
                [name, text_id, alt, made.width, made.height, made.ending, given_by, now.isoformat()],
            )
    except BaseException:
        _remove(var, pieces)
        raise
    return name


def adopt(
    db: Database, content: Path, var: Path, text_id: int, name: str, *, given_by: int, now: datetime
) -> None:
    """Let a text know a published picture that no text knows yet; nothing happens when it cannot be read.

    It came with an import, or with a content folder that was put here.
    """
    told = published_pictures.noted(content, name)
    ending = next((each for each in ENDINGS if (content / FOLDER / f"{name}.{each}").is_file()), None)
    if told is None or ending is None or min(told[1]) < 1:
        return
    about, size = told
    with db.write() as writing:
        if find(db, name):
            return
        for file in file_names(name, ending):
            write_bytes(var / FOLDER / file, (content / FOLDER / file).read_bytes())
        row = [name, text_id, about.alt, *size, ending, given_by, now.isoformat()]
        writing.execute("insert into pictures values (?, ?, ?, null, '', null, ?, ?, ?, ?, ?)", row)
        if about.settled:
            answer(db, name, about)


def answer(db: Database, name: str, about: About) -> None:
    """Note what was said about a picture."""
    with db.write() as writing:
        writing.execute(
            "update pictures set alt = ?, recognisable = ?, consent = ?, consent_until = ? where name = ?",
            [about.alt, int(about.recognisable), about.consent, _day(about.consent_until), name],
        )


def find(db: Database, name: str) -> Picture | None:
    """A picture of a text by its name."""
    with db.read() as reading:
        row = reading.execute(f"select {_COLUMNS} from pictures where name = ?", [name]).fetchone()  # noqa: S608
    return _picture(row) if row else None


def of_text(db: Database, text_id: int) -> tuple[Picture, ...]:
    """The pictures of a text and of the versions of its article before, the oldest first."""
    sql = f"{_VERSIONS} select {_COLUMNS} from pictures where text_id in versions order by given_at, name"  # noqa: S608
    with db.read() as reading:
        rows = reading.execute(sql, [text_id]).fetchall()
    return tuple(_picture(row) for row in rows)


def remove(db: Database, var: Path, picture: Picture) -> None:
    """Forget a picture of a text under way; what was published with an article stays in content/pictures."""
    with db.write() as writing:
        writing.execute("delete from pictures where name = ?", [picture.name])
    _remove(var, picture.files)


def publish(db: Database, content: Path, var: Path, names: Collection[str]) -> None:
    """Copy the pictures that an article shows to content/pictures, with what is known of each. May be done again.

    Raises Unavailable when the disk refuses.
    """
    for picture in filter(None, (find(db, name) for name in names)):
        for file in picture.files:
            kept, there = var / FOLDER / file, content / FOLDER / file
            if kept.is_file() and not there.is_file():
                write_bytes(there, kept.read_bytes())
        size = (picture.width, picture.height)
        published_pictures.say(content, picture.name, alt=picture.alt, about=picture.about, size=size)


def stands_in_an_article(db: Database, name: str, reader: Reader) -> bool:
    """True when an article that this reader may read now shows the picture.

    name  as it stands in texts behind "pictures/", or the beginning of that
    """
    sql = (
        "select 1 from articles where visibility in (select value from json_each(:allowed)) "
        "and not exists (select 1 from taken_down where taken_down.slug = articles.slug) "
        "and (instr(body, 'pictures/' || :name) > 0 or instr(body, 'pictures/' || :quoted) > 0) limit 1"
    )
    values = {"allowed": json.dumps(sorted(reader.visibilities)), "name": name, "quoted": quote(name)}
    with db.read() as reading:
        return reading.execute(sql, values).fetchone() is not None


def left_behind(db: Database, var: Path, *, before: datetime) -> tuple[Path, ...]:
    """Files of pictures that no text knows, written before a moment.

    A crash between the file and its row leaves them, and so does a text that is deleted.
    """
    with db.read() as reading:
        known = {name for (name,) in reading.execute("select name from pictures").fetchall()}
    files = sorted((var / FOLDER).glob("*")) if (var / FOLDER).is_dir() else []
    return tuple(
        file
        for file in files
        if is_name(file.name[:32])
        and file.name[:32] not in known
        and file.stat().st_mtime < before.timestamp()
    )


def _picture(row: tuple[Any, ...]) -> Picture:
    name, text_id, alt, recognisable, consent, until, width, height, ending = row
    about = None
    if recognisable is not None:
        day = date.fromisoformat(until) if until else None
        about = About(alt=alt, recognisable=bool(recognisable), consent=consent, consent_until=day)
    return Picture(
        name=name, text_id=text_id, alt=alt, about=about, width=width, height=height, ending=ending
    )


def _remove(var: Path, files: Collection[str]) -> None:
    for file in files:
        (var / FOLDER / file).unlink(missing_ok=True)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
