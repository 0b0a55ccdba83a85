"""Dates of birth, addresses, references and the like, found by their shape and the words before them.

Sources of the shapes: HMRC's manual NIM39110 (National Insurance numbers), the list of postcode areas of
Royal Mail, the DfE's guide to unique pupil numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.domain.finding import Kind

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = (
    r"(?:\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?(?:\d{4}|\d{2})\b|\d{4}-\d{2}-\d{2}\b|(?:19|20)\d{6}\b"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? (?:\d{{4}}|\d{{2}})\b)?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?)"
)
_BORN = r"(?:\bborn(?: on| in)?|\bd\.? ?o\.? ?b\b\.?|\bdate of birth|\bbirth ?date|\bbirthdays?|\bb\.|\bturned \w+)"
_BIRTH = re.compile(
    rf"{_BORN}(?: is| was| falls|=)?(?: on)?[\s:=(|]{{0,4}}(?P<day>{_DAY})"
    rf"|(?P<before>{_DAY})[\s,|]{{0,3}}\(?(?:date of birth|d\.?o\.?b\.?)",
    re.IGNORECASE,
)
_BIRTH_TOLD = re.compile(r"born|birth|turned|d\.? ?o\.? ?b|\bb\.", re.IGNORECASE)
"""Stands in every match of the pattern above, and is soon looked for: most texts tell of no birth."""

_INSURANCE = re.compile(
    r"(?<![A-Z0-9])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-Z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D](?![A-Z0-9])",
    re.IGNORECASE,
)

_REFERENCE = re.compile(
    r"\b(?:(?:EHCP|EHC ?plan|EHCNA|SEND?|social care|CIN|LAC|CLA|case|our|your|LA|pupil|admissions?"
    r"|candidate|CAMHS|court"
    r"|police|crime|referral|Mosaic|Liquidlogic|CPOMS|MyConcern)['’s]{0,2} (?:case |plan )?"
    r"(?:no\b\.?|nos\b\.?|number|ref\b\.?|reference(?: number)?|ID|code)|ULN|UCI|EHCP ref|NHS ref)"
    r"(?: is| was)?[\s:#=(]{0,4}"
    r"(?P<ref>(?:[A-Z]{1,6}[ /-]?)?[A-Z0-9/-]{0,12}\d[A-Z0-9/-]{2,20})",
    re.IGNORECASE,
)

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@(?:[\w-]{1,63}\.){1,6}[A-Za-z]{2,24}\b")
_FREE_MAIL = re.compile(
    r"@(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|rocketmail|icloud|me|mac|aol|btinternet"
    r"|bt|sky|talktalk"
    r"|virginmedia|ntlworld|blueyonder|tiscali|plusnet|protonmail|proton|gmx|mail|zoho|o2|orange|fsmail"
    r"|tutanota)"
    r"\.(?:com|co\.uk|net|org|me|de|fr|es|it|pl|ro|ie|in|uk)$",
    re.IGNORECASE,
)
_OF_PUPILS = re.compile(
    r"^\d{2}[a-z]|@(?:[\w-]+\.)*(?:pupils?|students?|learners?)\.|^(?:pupil|student)", re.IGNORECASE
)
_INSTITUTION = re.compile(
    r"\.(?:sch|gov|ac|nhs|police|mod)\.uk$|\.(?:org|org\.uk|edu|academy|school|trust)$", re.IGNORECASE
)
_OFFICE = re.compile(
    r"^(?:office|admin|info|enquir\w+|contact|hello|head\w*|senco|sendco|dsl|safeguarding|admissions"
    r"|help\w*|support|data\w*"
    r"|reception|postmaster|noreply|no-reply|press|events|training|hub)\b",
    re.IGNORECASE,
)

_AREAS = (
    r"(?:AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|"
    r"DY|E|EC|EH|EN|EX|FK|FY|G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|"
    r"LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|"
    r"SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|"
    r"YO|ZE)"
)
_POSTCODE = re.compile(
    # One look for a letter or two and a digit spares most words the long list of areas.
    rf"(?<![\w/-])(?=[A-Z]{{1,2}}\d){_AREAS}\d[A-Z\d]?(?P<gap> ?)\d[ABD-HJLNP-UW-Z]{{2}}(?![\w/-])",
    re.IGNORECASE,
)

_WAY = (
    r"(?:Road|Rd|Street|Avenue|Ave|Close|Lane|Drive|Way|Crescent|Gardens|Court|Ct|Grove|Place|Terrace"
    r"|Walk|Mews|Rise|Hill"
    r"|View|Square|Parade|Park|Green|Row|Villas|Cottages|Wharf|Quay|Broadway|Chase|End|Mead|Meadows?|Fields?)\b"
)
_STREET = rf"(?:The {_WAY}|(?:[A-Z][\w’']*\.? ){{1,4}}{_WAY}|(?:[A-Z][\w’']*\.? ){{1,3}}St\b)"
_HOME = re.compile(
    rf"\b(?:(?:Flat|Apartment|Apt|Unit|Plot|Pitch) \d{{1,4}}[A-Za-z]?,? )(?:\d{{1,4}}[A-Za-z]?,? )?{_STREET}"
    rf"|(?<![\w£.,/])\d{{1,4}}[A-Za-z]?,? {_STREET}"
    rf"|(?<=\b[Ll]ives on )(?:the )?{_STREET}|(?<=\b[Ll]ives in )(?:the )?{_STREET}"
    rf"|(?<=\b[Ll]ive on )(?:the )?{_STREET}"
    rf"|(?<=\b[Mm]oved to )(?:the )?{_STREET}"
)
_VISITED = re.compile(
    r"\b(?:visit us|school|academy|office|venue|cent(?:re|er)|conference|held) (?:is )?(?:at|in|,) ?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A piece of a text that tells of somebody. ``start`` and ``end`` are places in it."""

    kind: Kind
    start: int
    end: int


def details_in(text: str) -> Iterator[Detail]:
    """What can be found by its shape in a text whose marks are blanked out; numbers with check digits are not here."""
    for found in _BIRTH.finditer(text) if _BIRTH_TOLD.search(text) else ():
        yield _detail(Kind.BIRTH_DATE, found, "day" if found["day"] else "before")
    for found in _INSURANCE.finditer(text):
        yield _detail(Kind.INSURANCE_NUMBER, found)
    for found in _REFERENCE.finditer(text):
        if not _is_year(found["ref"]):
            yield _detail(Kind.CASE_REFERENCE, found, "ref")
    for found in _EMAIL.finditer(text):
        yield _detail(kind_of_email(found[0]), found)
    for found in _POSTCODE.finditer(text):
        if found[0].isupper() or (found["gap"] and found[0].islower()):
            yield _detail(Kind.POSTCODE, found)
    for found in _HOME.finditer(text):
        if not _VISITED.search(text, max(0, found.start() - 60), found.start()):
            yield _detail(Kind.HOME_ADDRESS, found)


def kind_of_email(address: str) -> Kind:
    """Whose address it looks like: a family's or pupil's, or that of somebody at work."""
    if _OF_PUPILS.search(address):
        return Kind.PRIVATE_EMAIL
    if not _FREE_MAIL.search(address) and (_INSTITUTION.search(address) or _OFFICE.search(address)):
        return Kind.SCHOOL_EMAIL
    return Kind.PRIVATE_EMAIL


def _detail(kind: Kind, found: re.Match[str], group: str | int = 0) -> Detail:
    return Detail(kind=kind, start=found.start(group), end=found.end(group))


def _is_year(reference: str) -> bool:
    """True for ‘2024’ and ‘2023/24’, which is when and not who."""
    return re.fullmatch(r"(?:19|20)\d\d(?:[/-]\d{2,4})?", reference) is not None
