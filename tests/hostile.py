"""The hostile texts that the tests try: payload collections from ../shared and our own.

The collections lie beside the project (KB_SHARED, or ../shared). A missing one is a failure and not a
skipped test: nobody should believe a text was tried that was not there.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

SHARED = Path(os.environ.get("KB_SHARED", Path(__file__).parents[2] / "shared"))


def folder(name: str) -> Path:
    """Return a folder of shared/data/hostile."""
    place = SHARED / "data" / "hostile" / name
    if not place.is_dir():
        raise AssertionError(
            f"The hostile texts in {place} are missing: put shared/ beside the project or set KB_SHARED."
        )
    return place


def script_payloads() -> list[str]:
    """Return every distinct cross-site scripting payload there is, the collections' and ours."""
    found: dict[str, None] = dict.fromkeys(OWN_PAYLOADS)
    for file in sorted(folder("xss").iterdir()):
        if file.suffix == ".jsonl":
            lines = file.read_text(encoding="utf-8").splitlines()
            found |= dict.fromkeys(json.loads(line)["payload"] for line in lines)
        else:
            text = file.read_text(encoding="utf-8", errors="replace").replace("\r", "")
            found |= dict.fromkeys(line for line in text.split("\n") if line.strip())
    return list(found)


def naughty_strings() -> list[str]:
    """Return the big list of naughty strings."""
    strings: list[str] = json.loads((folder("blns") / "blns.json").read_text(encoding="utf-8"))
    return strings


def commonmark_texts() -> list[str]:
    """Return the Markdown of every CommonMark example, regression and fuzzing seed."""
    place = folder("commonmark")
    texts = [
        example["markdown"]
        for file in sorted(place.glob("*.json"))
        for example in json.loads(file.read_text(encoding="utf-8"))
    ]
    return [*texts, (place / "cmark-afl-seed.md").read_text(encoding="utf-8")]


# What the collections do not know: our dialect, our own ids and classes, our addresses.
OWN_PAYLOADS = (
    "# <img src=x onerror=alert(1)>",
    "## [x](javascript:alert(1)) {: onclick=alert(1) }",
    "[a](<javascript:alert(1)>)",
    "[a](java\tscript:alert(1))",
    "[a](\x01javascript:alert(1))",
    "[a](JaVaScRiPt&colon;alert(1))",
    "[a](&#x6a;avascript:alert(1))",
    "[a](%6aavascript:alert(1))",
    "[a](vbscript:msgbox(1))",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    '[a](other.md#"onmouseover=alert(1)//)',
    '[a](#"><img src=x onerror=alert(1)>)',
    "[a]: javascript:alert(1)\n\n[a] [b][a]",
    "![a](javascript:alert(1))",
    '!["onerror=alert(1) x="](pictures/x.webp)',
    '![a](pictures/x.webp "<script>alert(1)</script>")',
    "![a](pictures/../../logout)",
    "![a](pictures/%2e%2e/%2e%2e/logout)",
    "![a](https://evil.example/x.png)",
    "![a](//evil.example/x.png)",
    "![a](\\\\evil.example\\x.png)",
    "<img src=/pictures/a.webp srcset='https://evil.example/x.png 2x'>",
    "<img src='/pictures/a.webp' style='background:url(https://evil.example/)'>",
    "<video poster=https://evil.example/x.png><source src=https://evil.example/y></video>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<table background=https://evil.example/x.png><tr><td>a</td></tr></table>",
    'text[^a"onclick=alert(1)]\n\n[^a"onclick=alert(1)]: <svg onload=alert(1)>',
    "text[^1]\n\n[^1]: [x](javascript:alert(1))",
    '!!! note "<img src=x onerror=alert(1)>"\n    body',
    '!!! note" onclick="alert(1)\n    body',
    '!!! note govuk-button "title"\n    body',
    '```python" onclick="alert(1)\ncode\n```',
    "```<script>alert(1)</script>\ncode\n```",
    "~~~ { .python onclick=alert(1) #x }\ncode\n~~~",
    "- [ ] <input type=text name=password autofocus onfocus=alert(1)>",
    "- [x] <script>alert(1)</script>",
    "<input type=password name=q form=search>",
    "<form action=https://evil.example/><button>go</button></form>",
    "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| [x](javascript:alert(1)) | `<script>` |",
    "Table: <img src=x onerror=alert(1)>\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "Term <svg/onload=alert(1)>\n:   <iframe srcdoc='<script>alert(1)</script>'>",
    "<h2 id=csrf_token>x</h2><a id=config></a><img name=getElementById>",
    "<div class='govuk-notification-banner modal' style='position:fixed;inset:0'>x</div>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<details><summary onclick=alert(1)>x</summary><img src=x onerror=alert(1)></details>",
    'https://example.org/"onmouseover=alert(1)//',
    '<https://example.org/"onmouseover=alert(1)>',
    "javascript:alert(1)@example.org",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<title><a title="</title><img src=x onerror=alert(1)>">',
    '<textarea><a title="</textarea><img src=x onerror=alert(1)>">',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<select><img src=x onerror=alert(1)></select>",
    "<a href='https://example.org' target=_blank ping=https://evil.example/>x</a>",
    "\x02wzxhzdk:0\x03<img src=x onerror=alert(1)>",
    "<div></div></div></div></main><script>alert(1)</script>",
)
