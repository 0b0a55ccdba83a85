"""What is told of a commission of the demo."""

from __future__ import annotations

from dataclasses import dataclass

from kb.domain.commission import Kind, Result, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """One commission of the demo.

    ago     days since it began
    visits  (days after the beginning, who, hours, pounds, what was done)
    no      a school that said no before, and why
    """

    title: str
    kind: Kind
    stage: Stage
    ago: int
    receiver: str
    need: str
    standard: str
    supporter: str = ""
    key_stages: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ("mainstream",)
    needs: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    confidential: bool = False
    ceiling: int = 0
    chosen: str = ""
    aims: str = ""
    days: float = 0.0
    visits: tuple[tuple[int, str, float, int, str], ...] = ()
    report: str = ""
    result: Result | None = None
    changed: str = ""
    how_we_know: str = ""
    recommend: bool = True
    closing: str = ""
    no: tuple[str, str] | None = None
    study: bool = False
