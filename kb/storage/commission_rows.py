"""Rows of commissions and what they mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kb.domain.commission import (
    HOURS_A_DAY,
    Commission,
    Evaluation,
    Funding,
    Kind,
    Need,
    Plan,
    Result,
    Stage,
)
from kb.storage.text_rows import moment

NAMES = (
    "id",
    "title",
    "kind",
    "stage",
    "confidential",
    "need",
    "standard",
    "receiver",
    "contact",
    "setting",
    "origin",
    "lead",
    "funding",
    "ceiling",
    "supporter",
    "person",
    "chosen",
    "yes_receiver",
    "yes_supporter",
    "agreed_at",
    "aims",
    "first_contact",
    "planned_days",
    "report_due",
    "report",
    "result",
    "changed",
    "how_we_know",
    "recommend",
    "evaluated_at",
    "closing",
    "text_id",
    "made_at",
    "stage_since",
    "version",
)


def columns_of(need: Need) -> dict[str, object]:
    """The columns that hold a need."""
    setting = {
        "key_stages": need.key_stages,
        "provisions": need.provisions,
        "needs": need.needs,
        "themes": need.themes,
    }
    return {
        "title": need.title,
        "kind": need.kind.value,
        "confidential": int(need.confidential),
        "need": need.text,
        "standard": need.standard,
        "receiver": need.receiver,
        "contact": need.contact,
        "setting": json.dumps(setting, sort_keys=True),
        "origin": need.origin,
    }


def commission_from(row: Any) -> Commission:
    """The commission of a row: the columns of ``NAMES``, then hours, cost, number and last day of its log."""
    given = dict(zip(NAMES, row, strict=False))
    hours, cost, visits, last = row[len(NAMES) :]
    return Commission(
        id=given["id"],
        need=_need(given),
        stage=Stage(given["stage"]),
        lead=given["lead"],
        made_at=datetime.fromisoformat(given["made_at"]),
        stage_since=datetime.fromisoformat(given["stage_since"]),
        version=given["version"],
        funding=Funding(given["funding"]) if given["funding"] else None,
        ceiling=given["ceiling"],
        supporter=given["supporter"],
        person=given["person"],
        chosen=given["chosen"],
        yes_receiver=moment(given["yes_receiver"]),
        yes_supporter=moment(given["yes_supporter"]),
        agreed_at=moment(given["agreed_at"]),
        plan=_plan(given),
        report=given["report"],
        evaluation=_evaluation(given),
        closing=given["closing"],
        text_id=given["text_id"],
        days=hours / HOURS_A_DAY,
        cost=int(cost),
        visits=visits,
        last_visit=date.fromisoformat(last) if last else None,
    )


def _need(given: Mapping[str, Any]) -> Need:
    setting = {key: tuple(ids) for key, ids in json.loads(given["setting"]).items()}
    return Need(
        title=given["title"],
        kind=Kind(given["kind"]),
        text=given["need"],
        standard=given["standard"],
        receiver=given["receiver"],
        contact=given["contact"],
        confidential=bool(given["confidential"]),
        origin=given["origin"],
        **setting,
    )


def _plan(given: Mapping[str, Any]) -> Plan | None:
    if not given["first_contact"]:
        return None
    return Plan(
        aims=given["aims"],
        first_contact=date.fromisoformat(given["first_contact"]),
        days=given["planned_days"] or 0.0,
        report_due=date.fromisoformat(given["report_due"]),
    )


def _evaluation(given: Mapping[str, Any]) -> Evaluation | None:
    if not given["result"]:
        return None
    return Evaluation(
        result=Result(given["result"]),
        changed=given["changed"],
        how_we_know=given["how_we_know"],
        recommend=bool(given["recommend"]),
        at=datetime.fromisoformat(given["evaluated_at"]),
    )
