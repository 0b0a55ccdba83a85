"""What a benchmark ran on, and how much memory this process holds."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

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


def processor() -> str:
    """The processor's name as Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


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
