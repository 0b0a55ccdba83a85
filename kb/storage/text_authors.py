"""Who owns a text, and the texts that nobody who is still here wrote."""

from __future__ import annotations

from kb.storage.database import Database


def set_owner(db: Database, text_id: int, account_id: int) -> None:
    """Let somebody answer for a text."""
    with db.write() as writing:
        writing.execute("update texts set owner = ? where id = ?", [account_id, text_id])


def without_active_author(db: Database) -> tuple[int, ...]:
    """Numbers of the texts whose authors have all left, those changed last first; not what is in the bin."""
    sql = (
        "select t.id from texts t where t.discarded_at is null and t.superseded_by is null "
        "and t.state not in ('archived', 'withdrawn') and not exists ("
        "select 1 from text_authors a join accounts p on p.id = a.account_id "
        "where a.text_id = t.id and p.active = 1) order by t.changed_at desc, t.id desc"
    )
    with db.read() as reading:
        return tuple(row[0] for row in reading.execute(sql).fetchall())
