"""What a run over a model of the learner's own takes, before it begins: time and memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from quizapp.app.advice import Trouble
from quizapp.app.memory import free_memory
from quizapp.app.model_size import ModelSize, model_size
from quizapp.demo.params import Number
from quizapp.demo.spec import DemoSpec
from quizapp.study.record import RunRecord

FAST, SLOW = 60e9, 12e9
"""Operations a second of PyTorch in float32 on a few CPU cores: an idle laptop, a shared core."""

COUNTS = ("steps", "epochs", "pairs", "repeats", "texts")
"""Settings that the time of a run is proportional to; the first that a demo has."""

LIBRARIES = 0.6e9
"""Bytes of a demo process that has imported torch, transformers, peft and bitsandbytes."""

TEXT = 80
"""Tokens of a long text of the demos, for a tokenizer that does not know their words."""

READ = 32
"""Texts that the demos read at once where nothing is trained."""

KEPT = 124
"""Bytes that a layer keeps for the backward pass, per token and hidden unit, in float32.

Measured on SmolLM2-135M with LoRA on all linear layers. Korthikanti et al. (arXiv 2205.05198,
section 4.1) count 34 in 16 bits, so 68, for a block with a plain MLP and one kernel per operation;
a gated MLP, norms computed step by step, repeated keys and values and the adapters keep the rest.
"""


def expectation(
    spec: DemoSpec, settings: Mapping[str, Any], records: Sequence[RunRecord] = ()
) -> str:
    """Return what a run over another model than the bundled one takes, in a sentence.

    The median of earlier runs at the same settings, else a range from the parameters of the model
    and the tokens that the demo sends through it; empty for the bundled model.
    """
    models = spec.models(settings)
    if not models:
        return ""
    same = [r.wall_s for r in records if r.demo == spec.id and dict(r.settings) == dict(settings)]
    if same:
        return f"{in_minutes(median(same))}, as the last time here"
    size = model_size(Path(models[0]))
    if not size:
        return "The time depends on the model; what is left shows after the first step"
    memory = f"{memory_needed(spec, size) / 1e9:.1f} GB on CPU"
    if not spec.token_passes:
        return memory
    seconds = spec.budget_s + 2 * size.parameters * spec.token_passes / SLOW
    quick = spec.budget_s + 2 * size.parameters * spec.token_passes / FAST
    name = next((n for n in COUNTS if isinstance(spec.params.get(n), Number)), None)
    if name is None:
        return f"{_between(quick, seconds)}, {memory}"
    share = settings[name] / spec.params[name].default
    text = f"{_between(share * quick, share * seconds)}, {memory}"
    fewer = round(max(settings[name] / 5, spec.params[name].low))  # type: ignore[union-attr]
    if fewer >= settings[name]:
        return text
    share = fewer / spec.params[name].default
    return f"{text}; {name}={fewer}: {_between(share * quick, share * seconds)}"


def memory_warning(
    spec: DemoSpec,
    settings: Mapping[str, Any],
    device: str = "auto",
    free: Callable[[], int | None] = free_memory,
) -> Trouble | None:
    """Return what to say where a run needs more memory than there is; None where it fits.

    Args:
        device: what the user chose; a GPU with memory of its own is not looked at.
        free: says how many bytes this machine has left; None if that is not known.
    """
    models = spec.models(settings) if device != "cuda" else []
    size = model_size(Path(models[0])) if models else None
    there = free() if size else None
    if size is None or there is None or (needed := memory_needed(spec, size)) <= there:
        return None
    return Trouble(
        f"On the CPU this run needs about {needed / 1e9:.1f} GB of memory, and "
        f"{there / 1e9:.1f} GB are free: the system may end it.",
        "Choose a smaller model, or close what else uses the memory.",
    )


def memory_needed(spec: DemoSpec, size: ModelSize) -> float:
    """Return the bytes that a run takes at most on a CPU, where numbers are float32.

    Four parts: the libraries; the weights, as often as the demo holds them; where it trains, what
    the layers keep for the backward pass; and the logits. LoRA freezes weights, which spares their
    gradients and optimizer moments, not what the layers keep. Of the logits there are four copies
    in a backward pass: they, their log-softmax, and the gradients of both; two where nothing is
    trained. Adapters have a few percent of the weights and are left out.
    """
    weights = 4 * spec.model_copies * size.parameters
    tokens = TEXT * spec.trained_texts
    kept = KEPT * tokens * size.width * size.layers
    read = min(TEXT * READ, spec.token_passes)
    logits = 4 * size.vocabulary * max(4 * tokens, 2 * read)
    return LIBRARIES + weights + kept + logits


def in_minutes(seconds: float) -> str:
    """Return a time as one plans with it: about 40 s, about 12 min, about 3 h."""
    return f"about {_time(seconds)}"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _between(low: float, high: float) -> str:
    return f"{_time(low)} to {_time(high)}"
