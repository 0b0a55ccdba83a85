"""Marks of other publishing systems: Liquid and Jinja, GOV.UK's govspeak, kramdown, Pandoc, wikis.

They are instructions to a program that is not here, so readers would see them as noise.
"""

from __future__ import annotations

import re

_LONGEST = 2000  # no instruction is longer; a bracket whose partner is further off stands for itself
_MARKS_IN_PAIRS = (("{%", "%}"), ("{{", "}}"), ("{#", "#}"))
_ATTRIBUTES = re.compile(r"\{:{1,2}[^{}\n]{0,300}\}|\{[#.][\w-][^{}\n]{0,300}\}")
_TAG = re.compile(r"\{(/?)([A-Za-z][A-Za-z-]{0,40})\}")
_DETAILS = re.compile(r"[ \t]*\{details\}[ \t]*(.{0,300})", re.IGNORECASE)
_DOLLAR = re.compile(r"\$(End)?([A-Z][A-Za-z]{1,30})\b")
_DOLLAR_ALONE = re.compile(r"[ \t]*\$(?:CTA|[A-Z]|!)[ \t]*")
_FENCE_OF_COLONS = re.compile(r"[ \t]*:{3,}[ \t]*(?:\{[^{}]{0,300}\}|[\w-]{1,40})?[ \t]*(.{0,300})")
_WIKI = re.compile(r"(!?)\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{1,200}))?\]\](?!\()")
_BREAK_IN_ROW = re.compile(r"[ \t]*<br[ \t]*/?>[ \t]*", re.IGNORECASE)
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*")
_BREAK_IN_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")


def without_instructions(text: str) -> str:
    """The text without them; what an instruction held stays, and the label of a ‘details’ box stands out."""
    for begin, end in _MARKS_IN_PAIRS:
        text = _without(text, begin, end)
    text = _ATTRIBUTES.sub("", text)
    text = _without_pairs(_DOLLAR, text)
    text = _WIKI.sub(lambda found: "" if found[1] else (found[3] or found[2]), text)
    return _without_pairs(_TAG, _labelled("\n".join(map(_line, text.split("\n")))))


def _without(text: str, begin: str, end: str) -> str:
    if begin not in text:
        return text
    done: list[str] = []
    place = 0
    while (start := text.find(begin, place)) >= 0:
        stop = text.find(end, start + len(begin), start + _LONGEST)
        if stop < 0 or "\n\n" in text[start:stop]:
            done.append(text[place : start + len(begin)])
            place = start + len(begin)
            continue
        done.append(text[place:start])
        place = stop + len(end)
    return "".join([*done, text[place:]])


def _line(line: str) -> str:
    if _DOLLAR_ALONE.fullmatch(line):
        return ""
    if colons := _FENCE_OF_COLONS.fullmatch(line):
        return colons[1]
    if "<" in line and _ROW.fullmatch(line):
        return _BREAK_IN_ROW.sub(" / ", line)
    if "<" in line and _BREAK_IN_HEADING.match(line):
        return _BREAK_IN_ROW.sub(" ", line)
    return line


def _labelled(text: str) -> str:
    """The first words in a ‘details’ box made bold: they were what one clicked to open it."""
    if "{details}" not in text.lower():
        return text
    lines: list[str] = []
    awaits = False
    for line in text.split("\n"):
        found = _DETAILS.fullmatch(line)
        words = found[1].strip() if found else line.strip() if awaits else ""
        if found and not words:
            awaits = True
            lines.append("")
        elif words:
            awaits = False
            plain = not words.startswith(("#", "*", "-", ">", "|", "<", "{", "!", "["))
            lines += ["", f"**{words}**", ""] if plain else [line if not found else words]
        else:
            lines.append(line)
    return "\n".join(lines)


def _without_pairs(mark: re.Pattern[str], text: str) -> str:
    """Marks that have an end somewhere are taken out; ‘{name}’ in a letter to fill in stays."""
    paired = {name.lower() for ends, name in mark.findall(text) if ends}
    return mark.sub(lambda found: "" if found[2].lower() in paired else found[0], text) if paired else text
