"""Small disks, for tests of what happens when one is full."""

from __future__ import annotations

import shutil
import subprocess


def may_mount() -> bool:
    """True when this user may mount a small disk in a namespace of their own."""
    tool = shutil.which("unshare")
    command = [tool or "", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return bool(tool) and subprocess.run(command, capture_output=True, check=False).returncode == 0
