"""What a benchmark ran on, and how much memory this process holds."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

_ABILITIES = ("flags", "Features")
_SMALL_INTEGERS = ("avx512_vnni", "avx_vnni", "i8mm", "asimddp")
"""Steps that multiply and add int8 at once, of Intel's and AMD's processors and of ARM's."""

_RESIDENT = re.compile(r"^(VmRSS|VmHWM):\s+(\d+) kB", re.MULTILINE)


def machine() -> dict[str, str | int | float]:
    """What the figures are measured on, and how busy it is now."""
    return {
        "processor": processor(),
        "cores": os.cpu_count() or 1,
        "load": load(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def load() -> float:
    """How many processes worked or waited for a core, over the last minute."""
    return os.getloadavg()[0]


def processor(told: str | None = None) -> str:
    """The processor's name as Linux tells it, and what it multiplies int8 with: without such a step all takes longer.

    told  what /proc/cpuinfo says, read when not given
    """
    if told is None:
        try:
            told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        except OSError:
            return platform.machine()
    lines = [
        (name.strip(), value.strip())
        for name, _, value in (line.partition(":") for line in told.splitlines())
    ]
    named = next((value for name, value in lines if name == "model name"), platform.machine())
    able = next((set(value.split()) for name, value in lines if name in _ABILITIES), set())
    small = [each for each in _SMALL_INTEGERS if each in able]
    return f"{named} with {small[0]}" if small else named


def resident_mb() -> tuple[float, float]:
    """(resident memory now, the most it ever was) of this process in MB. Source: proc(5), /proc/pid/status."""
    kilobytes = dict(_RESIDENT.findall(Path("/proc/self/status").read_text(encoding="utf-8")))
    return int(kilobytes["VmRSS"]) / 1024, int(kilobytes["VmHWM"]) / 1024


def forget_most() -> None:
    """Let "the most it ever was" begin anew. Source: proc(5), /proc/pid/clear_refs, value 5; not on every system."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def folder_mb(folder: Path) -> float:
    """What the files in a folder take on disk."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
