"""Numbers that belong to one person, and telephone numbers: found with the libraries that know them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum.gb import nhs

from kb.domain.finding import Kind
from kb.domain.personal_details import Detail

# A number of this shape with a wrong check letter is a slip in typing, not something harmless.
_UPN = re.compile(
    r"(?<![A-Z0-9])[A-HJ-NP-RT-Z] ?\d{3} ?\d{4} ?\d{4}[\dA-HJ-NP-RT-Z](?![A-Z0-9])", re.IGNORECASE
)
_UPN_PLAIN = re.compile(r"(?<![A-Z0-9])[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z](?![A-Z0-9])", re.IGNORECASE)
_TEN = re.compile(r"(?<![\w./-])\d{3}([ -]?)\d{3}\1\d{4}(?![\w/-])")
_NHS_BEFORE = re.compile(r"\b(?:NHS|health)\b[^.\d\n]{0,20}$", re.IGNORECASE)
_BOOK_BEFORE = re.compile(r"\b(?:ISBN|ISSN|order|charity|company|URN)\b[^.\d\n]{0,12}$", re.IGNORECASE)

_DIGITS = re.compile(r"[+(\d][\d ()./-]{8,20}\d")
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{2,4}")
_AT_HOME = re.compile(
    r"\b(?:home|mum|mam|mother|dad|father|nan|gran\w*|carer|parent|family|emergency|mobile|landline)\b",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"7\d{9}")
_REGION = "GB"
_AROUND = 60


def numbers_in(text: str) -> Iterator[Detail]:
    """Unique pupil numbers, NHS numbers and telephone numbers in a text whose marks are blanked out."""
    taken: list[Detail] = [
        Detail(kind=Kind.UPN, start=found.start(), end=found.end())
        for pattern in (_UPN_PLAIN, _UPN)
        for found in pattern.finditer(text)
    ]
    taken += _health(text)
    yield from {(each.start, each.end): each for each in taken}.values()
    for found in _DIGITS.finditer(text):
        is_taken = any(each.start < found.end() and found.start() < each.end for each in taken)
        if not is_taken and not _DATE.fullmatch(found[0].strip("() ")):
            yield from _phones(text, found)


def _health(text: str) -> Iterator[Detail]:
    for found in _TEN.finditer(text):
        before = text[max(0, found.start() - _AROUND) : found.start()]
        if _BOOK_BEFORE.search(before):
            continue
        if nhs.is_valid(found[0]) or _NHS_BEFORE.search(before):
            yield Detail(kind=Kind.NHS_NUMBER, start=found.start(), end=found.end())


def _phones(text: str, piece: re.Match[str]) -> Iterator[Detail]:
    """The telephone numbers in a run of digits; POSSIBLE, because Ofcom's own examples count as not valid."""
    # The library stumbles over full stops and oblique strokes between digits, which people do type.
    digits = re.sub(r"[./]", " ", piece[0])
    for match in PhoneNumberMatcher(digits, _REGION, leniency=Leniency.POSSIBLE):
        if not match.raw_string.startswith(("0", "+", "(")):
            continue
        start, end = piece.start() + match.start, piece.start() + match.end
        yield Detail(kind=_kind(match.number, text, start, end), start=start, end=end)


def _kind(number: phonenumbers.PhoneNumber, text: str, start: int, end: int) -> Kind:
    national = str(number.national_number)
    around = text[max(0, start - _AROUND) : start] + " " + text[end : end + _AROUND // 2]
    is_foreign = number.country_code != phonenumbers.country_code_for_region(_REGION)
    if is_foreign or _MOBILE.fullmatch(national) or _AT_HOME.search(around):
        return Kind.PRIVATE_PHONE
    return Kind.SCHOOL_PHONE
