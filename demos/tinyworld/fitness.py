"""Whether a model of the learner's own does what the demos need; said before the first step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FEWEST_POSITIONS = 64
"""The texts of the demos have 30 to 60 tokens, more with a tokenizer that does not know them."""


class UnfitModel(ValueError):
    """A model that the demos cannot use; its text is the sentence for the learner."""


def whole(source: str, careful: Mapping[str, Any], name: str) -> None:
    """See that the weights are stored whole: quantized ones can neither be trained nor compared.

    Raises:
        UnfitModel: they are not.
    """
    if "gguf_file" in careful:
        return  # dequantized while it is read
    from transformers import AutoConfig

    stored = getattr(AutoConfig.from_pretrained(source, **careful), "quantization_config", None)
    if stored is not None:
        how = stored.get("quant_method") if isinstance(stored, dict) else stored.quant_method
        raise UnfitModel(
            f"{name} is quantized already ({getattr(how, 'value', how)}). The demos train, merge "
            "and quantize full weights: name the model that it was made from."
        )


def fit(model: Any, tokenizer: Any, name: str) -> None:
    """Fit a tokenizer to its model: a token to pad with, no text longer than the positions.

    Raises:
        UnfitModel: the tokenizer has more tokens than the model, or the model too few positions.
    """
    rows = model.get_input_embeddings().weight.shape[0]
    extra = set(tokenizer.get_added_vocab())
    ids = [number for token, number in tokenizer.get_vocab().items() if token not in extra]
    if max(ids, default=0) >= rows:
        raise UnfitModel(
            f"The tokenizer of {name} has {max(ids) + 1:,} tokens, the model only {rows:,}. They "
            "do not belong together: save the model with its own tokenizer beside it."
        )
    for role in ("bos", "eos", "pad"):  # added, but the model was never given rows for them
        if (number := getattr(tokenizer, f"{role}_token_id")) is not None and number >= rows:
            setattr(tokenizer, f"{role}_token", None)
    if tokenizer.pad_token is None and tokenizer.eos_token is None:
        # Padding is masked and stands on the right, so any token will do.
        tokenizer.pad_token = tokenizer.convert_ids_to_tokens(0)
    positions = positions_of(model)
    if positions < FEWEST_POSITIONS:
        raise UnfitModel(
            f"{name} reads {positions} tokens at most; the texts of the demos need "
            f"{FEWEST_POSITIONS}. Choose a model with more positions."
        )
    tokenizer.model_max_length = min(tokenizer.model_max_length, positions)


def positions_of(model: Any) -> int:
    """Return how many tokens a model can read at once; very many if it has no limit."""
    config = model.config.get_text_config()
    for field in ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len"):
        if isinstance(found := getattr(config, field, None), int) and found > 0:
            return found
    return 10**9


def see_that_it_is_causal(model: Any, name: str) -> None:
    """Compare two texts that differ in their last token: no logit before it may differ.

    Raises:
        UnfitModel: one does, or is no number.
    """
    import torch

    first = torch.tensor([[0, 1, 2, 3], [0, 1, 2, 4]], device=model.device)
    with torch.no_grad():
        logits = model(input_ids=first).logits[:, :-1].float()  # (2, 3, vocabulary)
    if not logits.isfinite().all():
        raise UnfitModel(
            f"{name} computes what is no number: its weights are damaged, or too large for "
            f"{str(model.dtype).removeprefix('torch.')}. Copy it again, or choose another model."
        )
    masked = any("MaskedLM" in kind for kind in model.config.architectures or ())
    # Rows of a batch may differ by rounding; what looks ahead differs by far more.
    rounding = 1e-4 if model.dtype == torch.float32 else 1e-2
    ahead = (logits[0] - logits[1]).abs().max() > rounding * logits.abs().max()
    if masked or ahead:
        raise UnfitModel(
            f"{name} looks at what comes after a token, as masked language models do. Choose a "
            "causal language model, one that continues text."
        )


def see_that_it_computes(model: Any, name: str) -> None:
    """Let a model with quantized layers read four tokens, and leave it in eval mode.

    It reads them in training mode: a first pass in eval mode would repack 4-bit weights.

    Raises:
        UnfitModel: it uses the weights of a layer past the layer, which are codes.
    """
    import torch

    model.train()
    try:
        with torch.no_grad():
            model(input_ids=torch.tensor([[0, 1, 2, 3]], device=model.device))
    except (RuntimeError, AttributeError, TypeError) as error:
        raise UnfitModel(
            f"{type(model).__name__} multiplies with weights itself, past the layers that "
            f"bitsandbytes put in their place, so {name} cannot be used in 4 bits. "
            "Choose another model."
        ) from error
    finally:
        model.eval()
