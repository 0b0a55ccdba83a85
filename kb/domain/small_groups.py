"""Groups so small that a reader who knows the school knows who is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FEW = r"(?:one|two|three|four|five|[1-5]|a single|single|an? lone|both)"
_PUPILS = r"(?:pupils?|students?|child(?:ren)?|boys?|girls?|learners?|famil(?:y|ies)|siblings|sisters|brothers|twins)"
_PEOPLES = (
    r"Traveller|Gypsy|Roma|Romany|Irish|Polish|Romanian|Ukrainian|Afghan|Syrian|Somali|Eritrean|Kurdish"
    r"|Iranian|Iraqi"
    r"|Chinese|Vietnamese|Albanian|Bulgarian|Lithuanian|Turkish|Nigerian|Ghanaian|Congolese|Jamaican"
    r"|Portuguese|Brazilian"
    r"|Bangladeshi|Pakistani|Indian|Nepali|Filipino|Arab|Arabic|Black|Asian|Caribbean|African"
    r"|mixed[- ]race|white British"
    r"|Muslim|Jewish|Sikh|Hindu|Buddhist|Jehovah['’]s Witness"
)
_NEEDS = (
    r"looked[- ]after|adopted|fostered|refugee|asylum[- ]seeking|deaf|blind|autistic|dyslexic|disabled"
    r"|trans(?:gender)?"
    r"|non-binary|gay|lesbian|bisexual|pregnant|bereaved|homeless|epileptic|diabetic|suicidal|unaccompanied"
    r"|wheelchair|visually impaired|hearing[- ]impaired|non-verbal|selectively mute|excluded"
)
_WITH = (
    r"(?:an? )?(?:EHCPs?|EHC plans?|education, health and care plans?|Down['’]?s syndrome|cerebral palsy"
    r"|epilepsy|diabetes"
    r"|ADHD|autism|PMLD|SLD|anorexia|cancer|muscular dystrophy|cystic fibrosis|a tracheostomy"
    r"|a hearing aid|dyspraxia"
    r"|(?:[A-Z][\w-]+) syndrome|HIV|a parent in prison|a social worker|a child protection plan)"
)
_WHAT = rf"(?:{_PEOPLES}|{_NEEDS})"
_BETWEEN = r"(?: [a-z][\w-]*){0,2}?"

_GROUPS = re.compile(
    rf"\b(?:[Oo]ne of (?:the )?)?(?:[Tt]he |[Oo]ur |[Hh]is |[Hh]er )?(?:only(?! (?:for|with|by|to|in|when"
    rf"|if|as)\b)|(?i:{_FEW})){_BETWEEN} {_WHAT}(?:-speaking)?"
    rf"(?: [a-z][\w-]*){{0,1}}? (?:{_PUPILS}|users?|carers?|mothers?|fathers?)(?: in (?:the|our) \w+"
    rf"| in (?:Year|Y|KS) ?\d{{1,2}})?"
    rf"|\b(?:[Tt]he |[Oo]ur )?(?:only|(?i:{_FEW})){_BETWEEN} {_PUPILS} (?:with|who (?:has|have|had)) {_WITH}"
    rf"|\b(?:[Oo]nly|[Tt]he|[Jj]ust) (?:one|1|only) {_PUPILS} (?:is|was|are|were|who is"
    rf"|who was) (?:an? )?(?:{_WHAT}|young carer)"
    rf"|\b(?:only|(?i:{_FEW})) (?:wheelchair users?|young carers?|refugees?|asylum seekers?|Travellers?"
    rf"|Muslims?|Sikhs?|Jews?)\b"
    rf"(?: in (?:Year|Y) ?\d{{1,2}})?"
)


def small_groups(text: str) -> Iterator[tuple[int, int]]:
    """Where a text counts fewer than six pupils with something by which they can be told."""
    for found in _GROUPS.finditer(text):
        yield found.start(), found.end()
