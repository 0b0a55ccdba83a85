"""`make` makes an environment once, makes a broken one again, and says in one line what it cannot do.

The set-up runs for real on a small project in a temporary folder, with a small package index beside it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.house import ROOT

DEBIAN_12 = "3.11.2"

BUILDER = """
import zipfile, pathlib
def wheel(folder, name):
    info, file = f"{name}-1.0.dist-info", f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, file), "w") as out:
        out.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
        out.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        out.writestr(f"{info}/RECORD", "")
    return file
def build_editable(folder, config_settings=None, metadata_directory=None):
    return wheel(folder, "small")
"""
PYPROJECT = """
[project]
name = "small"
version = "1.0"
[build-system]
requires = []
build-backend = "builder"
backend-path = ["."]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that can be set up without a network."""
    project = tmp_path / "project"
    (project / "tools").mkdir(parents=True)
    for name in ("setup", "installation.py"):
        shutil.copy(ROOT / "tools" / name, project / "tools")
    (project / "builder.py").write_text(BUILDER, encoding="utf-8")
    (project / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (project / "requirements.in").write_text("torch==1.0\n", encoding="utf-8")
    (project / "requirements.lock").write_text("# nothing\n", encoding="utf-8")
    (tmp_path / "index").mkdir()
    build_torch = [sys.executable, "-c", "import builder; builder.wheel('../index', 'torch')"]
    subprocess.run(build_torch, cwd=project, check=True)
    return project


def started(project: Path, **more: str) -> subprocess.Popen[str]:
    index = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(project.parent / "index"),
        "KB_PYTHON": sys.executable,
    }
    environment = {**os.environ, **index, **more}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        ["tools/setup"], cwd=project, env=environment, stdout=pipe, stderr=pipe, text=True
    )


def set_up(project: Path, **more: str) -> tuple[int, str, str]:
    process = started(project, **more)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def steps(out: str) -> list[str]:
    return [line.partition("] ")[2].split(" with ")[0] for line in out.splitlines()]


@pytest.mark.slow
def test_an_environment_is_made_once_and_only_the_project_again_when_only_it_changed(project: Path) -> None:
    first = set_up(project)
    second = set_up(project)
    (project / "pyproject.toml").write_text(PYPROJECT + "# changed\n", encoding="utf-8")
    third = set_up(project)

    assert steps(first[1]) == [
        "Making .venv",
        "Installing the locked packages (about 100)",
        "Installing torch==1.0",
        "Installing the project",
        "Ready",
    ], first[2]
    assert second == (0, "", "")
    assert (third[0], steps(third[1])) == (0, ["Installing the project", "Ready"])


@pytest.mark.slow
def test_a_half_finished_environment_is_made_again(project: Path) -> None:
    rubbish = project / ".venv/lib/half-written.py"
    rubbish.parent.mkdir(parents=True)
    rubbish.touch()

    code, out, err = set_up(project)

    assert code == 0, err
    assert steps(out)[0] == "Removing the old .venv"
    assert not rubbish.exists()
    assert (project / ".venv/stamps.json").exists()


@pytest.mark.slow
def test_two_set_ups_at_once_take_turns(project: Path) -> None:
    both = [started(project), started(project)]
    outs = [process.communicate(timeout=120) for process in both]

    assert [process.returncode for process in both] == [0, 0], outs
    assert sorted(len(steps(out)) for out, _ in outs) in ([0, 5], [1, 5])
    assert subprocess.run([project / ".venv/bin/python", "-m", "pip", "check"], check=False).returncode == 0


@pytest.mark.slow
def test_a_package_that_cannot_be_had_stops_the_set_up_and_the_next_one_begins_anew(project: Path) -> None:
    lock = project / "requirements.lock"
    lock.write_text(f"nowhere==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")

    code, _, err = set_up(project)
    again = set_up(project)

    assert code == 1
    assert "nowhere==1.0" in err
    assert "Mend what it says and run this again." in err.splitlines()[-1]
    assert steps(again[1])[0] == "Removing the old .venv"


def test_an_old_python_is_refused_in_one_line(project: Path) -> None:
    old = project.parent / "python3"
    old.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n', encoding="utf-8"
    )
    old.chmod(0o755)

    code, out, err = set_up(project, KB_PYTHON=str(old))

    assert (code, out) == (1, "")
    assert err.startswith("Python 3.11 or newer is needed (found: Python 3.9.2).")
    assert len(err.splitlines()) == 1


def test_a_python_without_ensurepip_is_answered_with_the_command_that_mends_it(project: Path) -> None:
    without = "import sys; sys.modules['ensurepip'] = None; sys.path.insert(0, 'tools'); import installation"
    command = [sys.executable, "-c", f"{without}; sys.exit(installation.main())"]

    # An empty PATH: no apt-get and no sudo, as for somebody who may not install.
    done = subprocess.run(command, cwd=project, env={"PATH": ""}, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.strip().endswith(f"sudo apt-get install python3.{sys.version_info.minor}-venv")
    assert not (project / ".venv").exists()


def test_bare_make_prints_every_target_that_has_a_line_of_help() -> None:
    out = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    shown = re.findall(r"^  make (\S+) +\S", out, re.MULTILINE)

    assert {"run", "test", "fast", "check", "bench", "screens", "lock", "lighthouse", "clean"} <= set(shown)


def locked() -> dict[str, str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def test_every_locked_package_has_a_hash_and_no_address_is_written_down() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9-]+==)", text)[1:]

    assert len(entries) == len(locked()) > 80
    assert [entry.split("\n")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"\w+://\S+|^--\S+", text, re.MULTILINE) == []


def test_the_lock_holds_everything_asked_for_but_torch_with_its_heavy_parts() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line) for line in [*asked, *lines] if line and not line.startswith("#")]
    held = locked()

    missing = {
        str(need) for need in wanted if held.get(canonicalize_name(need.name), "") not in need.specifier
    }

    assert {Requirement(need).name for need in missing} == {"torch"}, "Run ‘make lock’."
    assert not [name for name in held if name.startswith(("nvidia-", "triton", "cuda-"))]


def test_debian_12_has_a_python_new_enough_for_every_locked_package() -> None:
    held = locked()
    same = [
        found
        for found in metadata.distributions()
        if held.get(canonicalize_name(found.name)) == found.version
    ]
    asks = {found.name: found.metadata["Requires-Python"] for found in same}

    assert len(same) > 80
    assert {name: ask for name, ask in asks.items() if ask and DEBIAN_12 not in SpecifierSet(ask)} == {}
