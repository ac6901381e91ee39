"""Why a language model could not be loaded, in a sentence, and what to do about it."""

from __future__ import annotations

import importlib.util
import json
import os
import traceback
from pathlib import Path

from quizapp.demo.params import BUNDLED


def model_problem(error: BaseException, name: str, *, online: bool) -> str | None:
    """Return the sentence for an error that lies in the model; None for any other error.

    These are what `tinyworld.load` raised, and, of a model that is not the bundled one, what peft
    says about layers that it cannot adapt.

    Args:
        name: what the user named: a folder, a file or a Hub id.
        online: whether the run was allowed to download.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = [(Path(frame.filename).parts, frame.name) for frame in frames]
    if type(error).__name__ == "UnfitModel":
        return str(error)
    if any(parts[-2:] == ("tinyworld", "model.py") and at == "load" for parts, at in places):
        return describe(error, name, online=online)
    if name != BUNDLED and any("peft" in parts and at in _ADAPTING for parts, at in places):
        first = str(error).strip().partition("\n")[0]
        return f"peft cannot adapt {name} so: {first.rstrip('.')}. Choose other targets or a model."
    return None


_ADAPTING = ("get_peft_model", "add_adapter", "inject_adapter", "add_weighted_adapter")
"""Functions of peft that put adapters beside a model's layers."""


def folder_problem(name: str) -> str:
    """Return why a name is not a model's folder or file, in a sentence.

    It is empty for what can be loaded as far as one sees without the libraries, for a Hub id and
    for the bundled model.
    """
    folder = Path(name).expanduser()
    if name == BUNDLED:
        return ""
    if folder.is_file():
        return _file_problem(folder)
    if is_path(name) and not folder.is_dir():
        return f"There is no folder {name}. Check its path, or name a model of the Hub: org/name."
    if not folder.is_dir():
        return ""
    if not (folder / "config.json").is_file():
        return _not_a_model(folder)
    return _missing_shards(folder)


def _file_problem(file: Path) -> str:
    if file.suffix != ".gguf":
        return f"{file} is a file. Name the folder that `save_pretrained` wrote, or a .gguf file."
    if importlib.util.find_spec("gguf") is None:
        return f"Reading {file.name} takes the package gguf: `pip install gguf`, then run it again."
    return ""


def _not_a_model(folder: Path) -> str:
    adapter = folder / "adapter_config.json"
    if adapter.is_file():
        try:
            base = json.loads(adapter.read_text(encoding="utf-8"))["base_model_name_or_path"]
        except (OSError, ValueError, KeyError, TypeError):
            base = "its base model"
        return (
            f"{folder} holds a PEFT adapter, not a model. Load {base}, put the adapter on it, "
            "`merge_and_unload`, save that with its tokenizer, and name the new folder."
        )
    files = sorted(file.name for file in folder.glob("*.gguf"))
    if files:
        return f"{folder} has no config.json, but {files[0]}. Name that file: {folder / files[0]}"
    return f"{folder} has no config.json. Name the folder that `save_pretrained` wrote."


def _missing_shards(folder: Path) -> str:
    """Return which files of a model in several are missing; empty if all are there."""
    try:
        index = json.loads((folder / "model.safetensors.index.json").read_text(encoding="utf-8"))
        files = sorted(set(index["weight_map"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""  # not in several files, or broken in a way that loading names
    missing = [file for file in files if not (folder / file).is_file()]
    if not missing:
        return ""
    return (
        f"{folder} lacks {len(missing)} of the {len(files)} files of its weights, {missing[0]} "
        "among them. Copy or download the model again."
    )


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
    if "ignore_mismatched_sizes" in text:
        return (
            f"The weights of {name} have other sizes than its config.json says. The two do not "
            "belong together: copy or download the whole model again."
        )
    if "GGUF" in text or "gguf" in text:
        first = text.splitlines()[0].rstrip(".")
        return (
            f"{name} cannot be read: {first}. Convert it to safetensors, or choose another model."
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
