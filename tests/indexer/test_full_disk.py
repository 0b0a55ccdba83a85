"""On a full disk an index is refused in a sentence; the process that writes it, and all its readers, live on."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

from tests.small_disks import may_mount

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not may_mount(), reason="needs the right to mount a small disk (unshare -rm)")
def test_whatever_room_is_left_a_part_is_written_whole_or_refused(tmp_path: Path) -> None:
    command = ["unshare", "-rm", sys.executable, "-m", "tests.indexer.full_disk", str(tmp_path)]

    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert process.returncode == 0, process.stderr  # -7: killed for writing where there was no room
    for part, outcomes in json.loads(process.stdout).items():
        assert [outcome for outcome, _ in groupby(outcomes)] == ["refused", "written"], part
        assert outcomes.count("refused") > 3, part
