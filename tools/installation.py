"""Makes .venv from the locked requirements; run through tools/setup, which finds a Python new enough.

Only the standard library is at hand here. The environment is stamped with what it was made from, so a second
run has nothing to do, and one that was interrupted, moved or made from other requirements is made again.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STARTED = time.monotonic()


class SetupError(Exception):
    """The environment could not be made; ``str()`` says what to do."""


def main() -> int:
    """Bring .venv up to date; 0 when it is, 1 with one clear line when that is not possible."""
    try:
        with only_one_at_a_time(ROOT):
            bring_up_to_date(ROOT)
    except SetupError as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def only_one_at_a_time(root: Path) -> Iterator[None]:
    """Hold the folder's lock. The folder itself is locked: no file is left, no crash leaves it locked."""
    folder = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is running here: waiting for it")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def bring_up_to_date(root: Path) -> None:
    """Make the environment, or only install the project again when nothing else has changed."""
    wanted, found = stamps_wanted(root), stamps_found(root)
    if found == wanted:
        return
    if found.get("packages") != wanted["packages"]:
        make_environment(root)
        write_stamps(root, {"packages": wanted["packages"]})
    install_project(root)
    write_stamps(root, wanted)
    say("Ready")


def stamps_wanted(root: Path) -> dict[str, str]:
    """What an up-to-date environment is stamped with.

    The folder counts because scripts in an environment name it; the Python because packages are built for it.
    """
    packages = [sys.version, sys.base_prefix, str(root), torch_requirement(root)]
    return {
        "packages": fingerprint(root / "requirements.lock", *packages),
        "project": fingerprint(root / "pyproject.toml"),
    }


def fingerprint(path: Path, *more: str) -> str:
    """SHA-256 of a file and some words."""
    return hashlib.sha256(path.read_bytes() + "\n".join(more).encode()).hexdigest()


def stamps_found(root: Path) -> dict[str, str]:
    """What the environment was stamped with; empty when there is none or it was never finished."""
    try:
        stamps: dict[str, str] = json.loads((root / ".venv/stamps.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps


def write_stamps(root: Path, stamps: dict[str, str]) -> None:
    """Stamp the environment as finished: all of the file or nothing."""
    fresh = root / ".venv/stamps.json.new"
    fresh.write_text(json.dumps(stamps, indent=1) + "\n", encoding="utf-8")
    fresh.replace(root / ".venv/stamps.json")


def torch_requirement(root: Path) -> str:
    """The line of requirements.in that says which PyTorch to install."""
    text = (root / "requirements.in").read_text(encoding="utf-8")
    line = re.search(r"^torch==\S+$", text, re.MULTILINE)
    if line is None:
        raise SetupError("requirements.in must name one exact PyTorch, for example torch==2.13.0.")
    return line.group()


def make_environment(root: Path) -> None:
    """A new .venv with every locked package in it; what was there before goes."""
    remove(root / ".venv")
    create_venv(root)
    say("Installing the locked packages (about 100)")
    pip(root, "install", "--no-deps", "--require-hashes", "-r", "requirements.lock")
    say(f"Installing {torch_requirement(root)}")
    # After the lock, which holds all that the CPU build needs; a CUDA build may still bring its own parts.
    index = os.environ.get("KB_TORCH_INDEX")
    pip(root, "install", *(["--index-url", index] if index else []), torch_requirement(root))


def remove(environment: Path) -> None:
    """Take away an old or unfinished environment. A link is only unlinked: what it leads to is not ours."""
    if environment.is_symlink():
        environment.unlink()
    elif environment.exists():
        say("Removing the old .venv")
        # The stamps go first: a removal cut short must not leave an environment that looks finished.
        (environment / "stamps.json").unlink(missing_ok=True)
        shutil.rmtree(environment)


def create_venv(root: Path) -> None:
    """An empty .venv, after installing Debian's part of Python for it where that is missing."""
    say(f"Making .venv with Python {sys.version.split()[0]}")
    make = [sys.executable, "-m", "venv", str(root / ".venv")]
    if importlib.util.find_spec("ensurepip") is not None:
        done = subprocess.run(make, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
    install_venv_module()
    done = subprocess.run(make, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"‘{' '.join(make)}’ failed: {(done.stderr or done.stdout).strip()}")


def install_venv_module() -> None:
    """Debian packs ensurepip separately; install it when we may, else say how.

    Raises SetupError when we may not or it cannot be had.
    """
    package = f"python3.{sys.version_info.minor}-venv"
    advice = f"This Python cannot make virtual environments. Run: sudo apt-get install {package}"
    allowed = with_rights(["apt-get"])
    if allowed is None or shutil.which("apt-get") is None:
        raise SetupError(advice)
    say(f"Installing Debian's {package}")
    install = [*allowed, "-qq", "install", "--yes", "--no-install-recommends", package]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*allowed, "-qq", "update"], capture_output=True, env=environment, check=False)
    if subprocess.run(install, capture_output=True, env=environment, check=False).returncode != 0:
        raise SetupError(advice)


def with_rights(command: list[str]) -> list[str] | None:
    """The command as it runs with an administrator's rights and no question asked; None when we have none."""
    if os.geteuid() == 0:
        return command
    question = ["sudo", "-n", "true"]
    if shutil.which("sudo") and subprocess.run(question, capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n", *command]
    return None


def install_project(root: Path) -> None:
    """Put the project itself into the environment and check that everything in it fits together."""
    say("Installing the project")
    pip(root, "install", "--no-deps", "--no-build-isolation", "--editable", ".")
    pip(root, "check", advice="pyproject.toml and requirements.lock disagree: run ‘make lock’.")


def pip(root: Path, *arguments: str, advice: str = "Mend what it says and run this again.") -> None:
    """Run the environment's pip; what it says goes to a log. Raises SetupError with its last lines."""
    log = root / ".venv/setup.log"
    options = ["--disable-pip-version-check", "--no-input"]
    command = [str(root / ".venv/bin/python"), "-m", "pip", *options, *arguments]
    with log.open("a", encoding="utf-8") as out:
        done = subprocess.run(command, cwd=root, stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        last = "\n".join(log.read_text(encoding="utf-8").splitlines()[-15:])
        raise SetupError(f"{last}\n\nThe set-up stopped at ‘pip {arguments[0]}’ (log: {log}). {advice}")


def say(what: str) -> None:
    """One line of progress with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:6.1f} s] {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
