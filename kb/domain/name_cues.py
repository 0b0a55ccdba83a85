"""Words around a name that say whose it is: a pupil's, a colleague's, or that of somebody who is cited."""

from __future__ import annotations

import re

_FAMILY = (
    r"(?:mum|mam|mom|mummy|mother|dad|daddy|father|nan|nana|gran|granny|grandma|grandad|grandpa"
    r"|grandmother|grandfather"
    r"|grandparents?|brothers?|sisters?|siblings?|twin|step-?(?:mum|dad|mother|father)|carers?|family"
    r"|parents?|aunt"
    r"|auntie|uncle|cousins?)\b"
)
_PUPIL = (
    r"(?:pupil|student|child|boy|girl|learner|toddler|teenager|son|daughter|nephew|niece|classmate|refugee)"
)
_YEAR = r"(?:Y ?\d{1,2}|Year \d{1,2}|Reception|[Nn]ursery|EYFS|KS\d|Key Stage \d|Pre-school)\b"
_HAS = (
    r"(?:autistic|autism|ASD|ASC|dyslexi[ac]|dyspraxi[ac]|ADHD|deaf|blind|non-verbal|adopted|fostered"
    r"|looked[- ]after"
    r"|EHCP|EHC plan|SEND?\b|SEMH|epilep\w+|diabet\w+|asthma\w*|anorexi\w+|cerebral palsy|Down['’]s|PTSD"
    r"|selective"
    r"|a (?:visual|hearing|physical) impairment|in (?:the )?(?:care|nursery|reception|foster)"
    r"|on the (?:SEN|child)"
    r"|a refugee|a young carer|seeking asylum|pregnant|self-harm\w*|suicid\w+|excluded|suspended"
    r"|(?:only )?\d{1,2}\b)"
)

_AFTER = re.compile(
    rf"['’]?s? (?:own |foster |little |big |older |younger )?{_FAMILY}"
    rf"|['’]s? (?:EHCP|EHC plan|social worker|key ?worker|class teacher|form tutor|behaviour plan"
    rf"|one-page profile)"
    rf"|,? ?\(?(?:(?:who|is|now|then|a|an|our|in|from|aged?|joined|came|to|the|lower|upper"
    rf"|currently) ){{0,4}}{_YEAR}"
    rf"|,? (?:is |was |aged |age |turned ){{1,2}}(?:only |just )?(?:\d{{1,2}}|five|six|seven|eight|nine"
    rf"|ten|eleven|twelve)\b"
    rf"| \(\d{{1,2}}\)"
    rf"|,? (?:is |was )?(?:a|an|another|one of our|the|our|my) (?:[\w’'-]+ ){{0,4}}?{_PUPIL}\b"
    rf"| (?:who )?(?:is|was|has|had|got|has been|was being) (?:an? |now |got |been |the )?{_HAS}"
    rf"|,? (?:and|with) (?:his|her|their) (?:foster )?{_FAMILY}"
)
_STRAIGHT_BEFORE = re.compile(
    rf"\b{_PUPIL}s?,? ?(?:called |named |known as |, ?|\()?$"
    rf"|\b{_PUPIL}\b(?: [\w’'-]+){{1,4}}, ?$"
    r"|\b(?:his|her|their) (?:little |big |older |younger |twin )?(?:brother|sister|twin|cousin),? $"
    rf"|\b{_YEAR}(?: {_PUPIL})?,? $"
)
_IN_SENTENCE = re.compile(rf"\b(?:[Hh]is|[Hh]er|[Tt]heir) (?:foster )?{_FAMILY}")

_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Rev|Revd|Reverend|Cllr|Councillor|Lord|Lady|Rabbi"
    r"|Imam)\.? $"
)
_ROLE = (
    r"(?:head ?teacher|head|deputy(?: head)?|principal|SENCo|SENCO|SENDCO|SENDCo|teacher|TA|HLTA"
    r"|assistant|mentor|coach"
    r"|governor|therapist|psychologist|counsellor|librarian|caretaker|co-?ordinator|lead|leader|DSL|ELSA"
    r"|author|writer"
    r"|researcher|colleague|adviser|advisor|chair|chief executive|CEO|trustee|ECT|chaplain|matron|technician)"
)
_ROLE_BEFORE = re.compile(rf"\b{_ROLE},? \(?$")
_ROLE_AFTER = re.compile(rf",? \(?(?:who is )?(?:is )?(?:the |our |a |an )?(?:[\w-]+ ){{0,2}}{_ROLE}\b")

_CITED_AFTER = re.compile(
    r"(?:['’]s)?(?:,? (?:and|&) [A-Z][\w’'-]+){0,4},? (?:and others|and colleagues|et al\b)"
    r"|(?:['’]s)?(?:,? (?:and|&) [A-Z][\w’'-]+){0,4},? ?[(,] ?(?:19|20)\d\d[a-z]?\b"
    r"|['’]s? (?:[a-z-]+ ){0,2}(?:books?|papers?|study|studies|reviews?|research|principles|theory"
    r"|taxonomy|poems?|plays?"
    r"|novels?|model|work on|sonnets|diary|symphony|law)\b"
)
_CITED_BEFORE = re.compile(
    r"\b(?:book|novel|poem|play|paper|study|review|research|song|painting|story) (?:by|of) $"
)

_SAINT_BEFORE = re.compile(r"\b(?:St|Saint)\.? $")
_THE_BEFORE = re.compile(r"\b[Tt]he $")
_PLACE_AFTER = re.compile(
    r" (?:School|Academy|College|Primary|Infants?|Juniors?|Nursery|University|Hospital|Trust|Council"
    r"|Foundation|Cent(?:re|er)"
    r"|Institute|House|Hall|Park|Museum|Library|Church|Theatre|Awards?|Press|Road|Street|Avenue|Lane"
    r"|Close|Class|Class?room"
    r"|Room|Base|Hub|Unit|Team|Programme|Project|Profile|Scale|Maths|Phonics|Method|Model|Framework"
    r"|Curriculum|Partnership"
    r"|Federation|Society|Association|Alliance|Community|Special|High|Grammar|Sixth|Term|Day|Week)\b"
    r"|['’]?s? (?:class|room|house|base|school|academy|building|wing|corridor|campus|site|taxonomy|theory"
    r"|scale|syndrome)\b"
)
_DOES = re.compile(
    r" (?:said|asked|told|came|went|wrote|joined|sat|ran|cried|smiled|spoke|chose|loves?|likes?|wanted"
    r"|wants|felt|struggled"
    r"|refused|arrived|left|stayed|returned|hid|bit|hit|read|started|stopped|moved|drew|made|finds?|found"
    r"|lives?|attends"
    r"|has|had|could|would|did|does|never|always|now|still|and (?:his|her|their)|'s (?:mum|dad|mother"
    r"|father))\b"
)


def of_a_pupil(before: str, after: str, *, sure: bool) -> bool:
    """True when the words straight before or after a name say that it is a pupil's.

    before, after  the rest of the sentence on either side
    sure           the name is surely one: then family anywhere in the sentence is enough
    """
    if _AFTER.match(after) or _STRAIGHT_BEFORE.search(before):
        return True
    return sure and bool(_IN_SENTENCE.search(before) or _IN_SENTENCE.search(after))


def of_a_colleague(before: str, after: str) -> bool:
    """True when a title or a role at school stands beside a name."""
    return bool(_TITLE.search(before) or _ROLE_BEFORE.search(before) or _ROLE_AFTER.match(after))


def of_something_else(before: str, after: str, name: str, *, listed: bool) -> bool:
    """True for somebody who is cited, for a saint, and for a place or thing: ‘The Meadow’, ‘Max Hill Academy’.

    listed  it is a first name and no English word
    """
    if _CITED_AFTER.match(after) or _CITED_BEFORE.search(before) or _SAINT_BEFORE.search(before):
        return True
    if not listed and (_THE_BEFORE.search(before) or name.startswith("The ")):
        return True
    return bool(_PLACE_AFTER.match(after) or _PLACE_AFTER.match(" " + name.rpartition(" ")[2]))


def does_something(after: str) -> bool:
    """True when what follows is what only a person does."""
    return bool(_DOES.match(after))
