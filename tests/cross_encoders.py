"""A real cross-encoder of the real form that is made on the spot, in a second."""

from __future__ import annotations

import shutil
from pathlib import Path


def small_cross_encoder(folder: Path, packaged: Path) -> Path:
    """BERT of three small layers with one score and random weights, and the packaged model's words."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(11)
    shape = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(**shape, num_labels=1, initializer_range=0.3)
    BertForSequenceClassification(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        shutil.copy(packaged / name, folder)
    return folder
