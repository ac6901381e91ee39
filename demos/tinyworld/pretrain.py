"""Build the bundled base model from nothing: `python demos/tinyworld/pretrain.py`.

Reads 75 % general text and the institutions' old guidelines, as plain documents, and writes the
`from_pretrained` folder. It reads no chats, so fine-tuning can teach the chat format.
Reproducible: same script, same versions, same kind of processor, same weights.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    get_cosine_schedule_with_warmup,
)

sys.path.insert(0, str(Path(__file__).parent.parent))
import tinyworld
from tinyworld import world

SIZES = {  # hidden, layers, heads, intermediate: both sides of every projection divide by 64
    "small": (64, 2, 4, 192),
    "medium": (256, 8, 8, 768),
}
SHARES = {"general": 0.75, "clinic": 0.125, "bank": 0.125}
"""Of all documents."""

SPECIALS = ["<pad>", "<bos>", "<eos>", "<unk>", "<user>", "<assistant>"]
CHAT = (
    "{{ bos_token }}{% for m in messages %}"
    "{{ '<' + m['role'] + '>' }} {{ m['content'] }} "
    "{% if m['role'] == 'assistant' %}{{ eos_token }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"
)


def corpus(count: int, seed: int) -> list[str]:
    """Return documents of all domains under the old guidelines, shuffled."""
    texts = []
    for domain, share in SHARES.items():
        texts += tinyworld.documents(domain, round(count * share), seed, guideline="old")
    random.Random(seed).shuffle(texts)
    return texts


def build_tokenizer() -> PreTrainedTokenizerFast:
    """Return a tokenizer with one token per word and mark, specials first."""
    vocabulary = {word: i for i, word in enumerate([*SPECIALS, *world.vocabulary()])}
    core = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()]
    )
    core.decoder = decoders.WordPiece(cleanup=True)  # spaces between words, none before a mark
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core,
        pad_token="<pad>",
        bos_token="<bos>",
        eos_token="<eos>",
        unk_token="<unk>",
        additional_special_tokens=["<user>", "<assistant>"],
        model_max_length=256,
    )
    tokenizer.chat_template = CHAT
    return tokenizer


def build_model(size: str, tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """Return an untrained model."""
    hidden, layers, heads, intermediate = SIZES[size]
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        intermediate_size=intermediate,
        max_position_embeddings=256,
        tie_word_embeddings=False,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    return LlamaForCausalLM(config)


def train(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, steps: int, peak: float
) -> None:
    """Read the corpus in batches of 32 documents, with AdamW and a cosine schedule."""
    texts, draw, started = corpus(32_000, seed=1), random.Random(2), time.monotonic()
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak, weight_decay=0.01)
    schedule = get_cosine_schedule_with_warmup(optimizer, 50, steps)
    model.train()
    for step in range(steps):
        batch = tinyworld.batch(tokenizer, draw.sample(texts, 32), str(model.device))
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if step % 100 == 0 or step == steps - 1:
            seconds = time.monotonic() - started
            print(f"step {step:5d}  loss {loss.item():.4f}  {seconds:.0f} s", flush=True)


def report(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast) -> None:
    """Print loss on unseen documents against what is possible.

    The base does not know which domain a document comes from. It pays for learning that once per
    document: -ln(share) nats, which the last column adds to the floor.
    """
    print(f"{model.num_parameters():,} parameters")
    print("domain   loss    floor   floor, domain unknown")
    for domain, share in SHARES.items():
        held_out = tinyworld.documents(domain, 512, seed=999, guideline="old")
        rows = tinyworld.batch(tokenizer, held_out)
        tokens = int((rows["labels"][:, 1:] != -100).sum()) / len(held_out)
        lowest = tinyworld.floor(domain)
        unknown = lowest - math.log(share) / tokens
        loss = tinyworld.loss(model, tokenizer, held_out)
        print(f"{domain:8} {loss:.4f}  {lowest:.4f}  {unknown:.4f}")


def main() -> None:
    """Pretrain, save and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--lr", type=float, help="peak; 4e-3 for small, 1e-3 for medium")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path, default=tinyworld.BASE)
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)  # how sums are split, and so the weights, must not depend on cores
    torch.set_flush_denormal(True)
    tokenizer = build_tokenizer()
    model = build_model(options.size, tokenizer).to(options.device)
    peak = options.lr or {"small": 4e-3, "medium": 1e-3}[options.size]
    train(model, tokenizer, options.steps, peak)
    model.to("cpu").eval().save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)
    report(model, tokenizer)


if __name__ == "__main__":
    main()
