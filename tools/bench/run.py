"""Everything that docs/benchmarks.md tells, measured in one run and written there: ``make bench``.

A step that fails is told and the others go on; its older figures stay out of the page.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from tools.bench import report

ROOT = report.ROOT
PACKAGES = ROOT / "var/bench-packages"
WANTED = ROOT / "tools/bench/requirements.txt"
STEPS = {
    "size-5000-articles": ["-m", "kb", "bench", "--json", "--articles", "5000"],
    "compare": ["-m", "tools.bench.compare", "--documents", "5000", "--indexed", "200"],
    "load": ["-m", "tools.load.measure"],
    "size-100000-passages": ["-m", "kb", "bench", "--json", "--passages", "100000"],
    "size-400000-passages": ["-m", "kb", "bench", "--json", "--passages", "400000"],
    "soak": ["-m", "tools.load.soak"],
}
"""Name of the file with its figures → what measures them."""

USUAL = ("size-5000-articles", "compare", "load", "size-100000-passages")
PRINTS = "size-"
"""Steps of this name print their figures; the others write them themselves."""


def install() -> None:
    """Put what is compared with into a folder of its own, exactly as its list says. Nothing to do the second time."""
    stamp = PACKAGES / "installed.txt"
    wanted = WANTED.read_text(encoding="utf-8")
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--upgrade",
        "--no-deps",
        "--require-hashes",
    ]
    subprocess.run([*command, "--target", str(PACKAGES), "-r", str(WANTED)], check=True)
    stamp.write_text(wanted, encoding="utf-8")


def step(name: str, folder: Path) -> bool:
    """Measure one thing. True when its figures are there."""
    file = folder / f"{name}.json"
    file.unlink(missing_ok=True)
    began = time.perf_counter()
    print(f"{name}: load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    command = [sys.executable, *STEPS[name], *(() if name.startswith(PRINTS) else ("--json", str(file)))]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if name.startswith(PRINTS) and done.returncode == 0:
        file.write_text(done.stdout, encoding="utf-8")
    elif not name.startswith(PRINTS):
        print(done.stdout)
    print(f"{name}: {time.perf_counter() - began:.0f} s, exit code {done.returncode}", file=sys.stderr)
    return done.returncode == 0


def main() -> None:
    """Measure the steps that are asked for, then write the page; exit code 1 when one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", nargs="*", help=f"of {', '.join(STEPS)}; without any: {', '.join(USUAL)}")
    given = parser.parse_args()
    if unknown := set(given.steps) - STEPS.keys():
        parser.error(f"there is no step {', '.join(sorted(unknown))}")
    report.FIGURES.mkdir(parents=True, exist_ok=True)
    install()
    done = [step(name, report.FIGURES) for name in given.steps or USUAL]
    report.write()
    sys.exit(0 if all(done) else 1)


if __name__ == "__main__":
    main()
