"""Lighthouse on a simulated phone for three pages of the real site, medians of three: `make lighthouse`."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser_pages import FLAGS, executable
from tools.running_site import ROOT, running_site
from tools.screens import samples

HERE = Path(__file__).resolve().parent
RUNS = 3
PAGES = {"home": "/", "search": "/search?q=calm+starts+to+the+lesson", "article": "/articles/{case-study}"}
SCORES = ("performance", "accessibility", "best-practices", "seo")
TIMES = {
    "largest-contentful-paint": "LCP ms",
    "total-blocking-time": "TBT ms",
    "cumulative-layout-shift": "CLS",
}


def main() -> int:
    """Measure and print one line for each page."""
    if shutil.which("npm") is None:
        print(
            "Lighthouse needs Node.js with npm. On Debian: sudo apt-get install nodejs npm", file=sys.stderr
        )
        return 1
    if not (HERE / "node_modules/.package-lock.json").exists():  # npm writes it last
        print("Installing Lighthouse")
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    names = samples(ROOT / "content")
    print("page".ljust(10) + "".join(name.rjust(16) for name in [*SCORES, *TIMES.values()]))
    with running_site() as site:
        for page, address in PAGES.items():
            print(page.ljust(10) + measured(f"{site}{address.format_map(names)}"), flush=True)
    return 0


def measured(address: str) -> str:
    """The medians of one page, in columns."""
    reports = [report(address) for _ in range(RUNS)]
    scores = [median([run["categories"][name]["score"] * 100 for run in reports]) for name in SCORES]
    times = [median([run["audits"][name]["numericValue"] for run in reports]) for name in TIMES]
    return "".join(f"{value:16.3g}" if 0 < value < 1 else f"{value:16.0f}" for value in [*scores, *times])


def median(values: list[float]) -> float:
    """The value in the middle."""
    return float(statistics.median(values))


def report(address: str) -> dict[str, Any]:
    """What one run of Lighthouse says, as it writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.json")
        options = [
            "--quiet",
            "--output=json",
            f"--output-path={path}",
            f"--chrome-flags=--headless {' '.join(FLAGS)}",
        ]
        command = [str(HERE / "node_modules/.bin/lighthouse"), address, *options]
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": executable()})
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    sys.exit(main())
