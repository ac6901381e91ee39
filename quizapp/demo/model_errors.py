"""Why a language model could not be loaded, in a sentence, and what to do about it."""

from __future__ import annotations

import os
import traceback
from pathlib import Path


def model_problem(error: BaseException, name: str, *, online: bool) -> str | None:
    """Return the sentence for an error that `tinyworld.load` raised; None for any other error.

    Args:
        name: what the user named: a folder or a Hub id.
        online: whether the run was allowed to download.
    """
    return describe(error, name, online=online) if _raised_by_load(error) else None


def folder_problem(name: str) -> str:
    """Return why a name is not a model's folder, in a sentence; empty if it is, or is a Hub id."""
    folder = Path(name)
    if name == "tinyworld":
        return ""
    if is_path(name) and not folder.is_dir():
        return f"There is no folder {name}. Check its path, or name a model of the Hub: org/name."
    if folder.is_dir() and not (folder / "config.json").is_file():
        return f"{name} has no config.json. Name the folder that `save_pretrained` wrote."
    return ""


def describe(error: BaseException, name: str, *, online: bool) -> str:
    """Return the sentence for an error of the Hub's or the model's library."""
    kind, text = type(error).__name__, str(error).strip()
    if problem := folder_problem(name):
        return problem
    if "custom code" in text or "trust_remote_code" in text:
        return (
            f"{name} comes with its own code, which quizapp does not run. "
            "Choose a model that transformers knows."
        )
    if "safetensors" in text:
        return (
            f"{name} has no safetensors weights. Pickled weights can run code, so they are "
            "not loaded: convert them, or choose another model."
        )
    if kind == "SafetensorError":
        return f"The weights of {name} are damaged. Copy or download them again."
    if "not a valid model identifier" in text or kind == "RepositoryNotFoundError":
        return f"The Hub has no model {name}. Check its name: org/name."
    if "gated repo" in text or "401" in text or "403" in text:
        return (
            f"You may not download {name}. Accept its terms on the Hub and set HF_TOKEN, "
            "or choose another model."
        )
    unreachable = any(word in kind for word in ("Connect", "Timeout", "OfflineMode"))
    if unreachable or "connect" in text or "offline" in text.lower():
        if online:
            return f"{name} is not on this machine, and the Hub cannot be reached. Try it later."
        return (
            f"{name} is not on this machine, and this run may not download it. "
            "Name it with --model to download it once."
        )
    if "Unrecognized configuration class" in text:
        return f"{name} is not a causal language model. Choose one that continues text."
    if "does not recognize this architecture" in text:
        return f"transformers does not know the kind of model in {name}. Choose another model."
    if "tokenizer" in text.lower():
        return f"{name} has no tokenizer that can be loaded. Save it beside the weights."
    first = text.splitlines()[0] if text else kind
    return f"{name} could not be loaded: {first}"


def is_path(name: str) -> bool:
    """Whether the user meant a folder: a Hub id has one slash at most, inside it, and no space."""
    return name.startswith((".", "~", os.sep)) or name.count("/") > 1 or len(name.split()) > 1


def _raised_by_load(error: BaseException) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    return any(
        Path(f.filename).parts[-2:] == ("tinyworld", "model.py") and f.name == "load"
        for f in frames
    )
