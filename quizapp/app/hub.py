"""What naming a model of the Hub would download, asked in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from quizapp.demo.model_errors import is_path
from quizapp.lab.process import python

PATIENCE_S = 30.0
"""The Hub answers within a second or not at all."""

_PROGRAM = """
import json, sys
from huggingface_hub import HfApi, try_to_load_from_cache
from quizapp.demo.model_errors import describe

name = sys.argv[1]
weights = ("model.safetensors", "model.safetensors.index.json")
if any(isinstance(try_to_load_from_cache(name, file), str) for file in weights):
    print(json.dumps({"cached": True}))
    raise SystemExit
try:
    info = HfApi().model_info(name, files_metadata=True, timeout=10)
except Exception as error:
    print(json.dumps({"problem": describe(error, name, online=True)}))
    raise SystemExit
read = (".safetensors", ".json", ".txt", ".model")
files = [file for file in info.siblings or () if file.rfilename.endswith(read)]
if not any(file.rfilename.endswith(".safetensors") for file in files):
    print(json.dumps({"problem": describe(OSError("no safetensors"), name, online=True)}))
else:
    print(json.dumps({"size": sum(file.size or 0 for file in files)}))
"""


@dataclass(frozen=True)
class HubModel:
    """A model of the Hub, before it is loaded."""

    name: str
    cached: bool = False
    """Whether it is on this machine already."""
    size: int = 0
    """Bytes that loading it would download."""
    problem: str = ""
    """Why it cannot be had, in a sentence; empty if it can."""

    @property
    def question(self) -> str:
        """Ask whether it may be downloaded, with its size."""
        return f"{self.name} is not on this machine. Download {in_words(self.size)} from the Hub?"


def is_hub_id(name: str) -> bool:
    """Whether a model's name is neither the bundled one nor a folder or file."""
    return not (name == "tinyworld" or is_path(name) or Path(name).exists())


def in_words(size: int) -> str:
    """Return a number of bytes as one reads it on a model's page: 378 kB, 269 MB, 1.5 GB."""
    if size >= 1e9:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


async def look_up(name: str, env: Mapping[str, str] | None = None) -> HubModel:
    """Ask the local cache, then the Hub; nothing is downloaded.

    The process that asks is killed when it has not answered in time, and when this is cancelled.
    """
    process = await asyncio.create_subprocess_exec(
        *python("-c", _PROGRAM, name),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**(os.environ if env is None else env), "HF_HUB_OFFLINE": "0"},
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            out, _ = await process.communicate()
        return HubModel(name, **json.loads(out.splitlines()[-1]))
    except TimeoutError:
        return HubModel(name, problem=f"The Hub gave no answer on {name}. Try it later.")
    except (ValueError, IndexError):
        return HubModel(name, problem=f"Nothing could be found out about {name}.")
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
