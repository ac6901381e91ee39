"""Build the bundled base model from nothing: `python demos/tinyworld/pretrain.py`.

Reads 75 % general text and the institutions' old guidelines, as documents and as chats, and
writes the `from_pretrained` folder. Reproducible: same script, same versions, same weights.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    get_cosine_schedule_with_warmup,
)

sys.path.insert(0, str(Path(__file__).parent.parent))
import tinyworld

SIZES = {  # hidden, layers, heads, intermediate: all projections are multiples of 64
    "small": (64, 2, 4, 192),
    "medium": (256, 8, 8, 768),
}
SPECIALS = ["<pad>", "<bos>", "<eos>", "<unk>", "<user>", "<assistant>"]
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}"
    "{{ '<' + m['role'] + '>' }} {{ m['content'] }}"
    "{{ eos_token if m['role'] == 'assistant' else ' ' }}"
    "{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"
)


def corpus(count: int, seed: int) -> list[str]:
    """Return documents of all domains, shuffled: three in four are general."""
    texts = tinyworld.documents("general", count * 3 // 4, seed)
    for domain in ("clinic", "bank"):
        texts += tinyworld.documents(domain, count // 8, seed, guideline="old")
    random.Random(seed).shuffle(texts)
    return texts


def conversations(count: int, seed: int) -> list[list[dict[str, str]]]:
    """Return chats over all domains by the old guidelines."""
    domains = ("general", "clinic", "bank")
    parts = [tinyworld.chats(domain, count // 3, seed, guideline="old") for domain in domains]
    chats = [chat for part in parts for chat in part]
    random.Random(seed).shuffle(chats)
    return chats


def build_tokenizer() -> PreTrainedTokenizerFast:
    """Return a word-level tokenizer over the whole vocabulary of the world.

    A word keeps the space before it, as in byte-level tokenizers, so that decoding gives the
    text back exactly.
    """
    texts = corpus(8000, 0) + [m["content"] for c in conversations(6000, 0) for m in c]
    split = pre_tokenizers.Split(Regex(r" ?[A-Za-z]+|[.,?]"), behavior="isolated")
    pieces = {piece for text in texts for piece, _ in split.pre_tokenize_str(text)}
    # A word may open a text or a message, or follow a space: the vocabulary has both forms.
    bare = {piece.strip() for piece in pieces} - set(".,?")
    words = sorted(bare | {f" {word}" for word in bare}) + list(".,?")
    vocabulary = {word: index for index, word in enumerate([*SPECIALS, " ", *words])}
    while len(vocabulary) % 64:
        vocabulary[f"<unused{len(vocabulary)}>"] = len(vocabulary)
    core = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    core.pre_tokenizer = split
    core.decoder = decoders.Fuse()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token="<pad>", bos_token="<bos>", eos_token="<eos>",
        unk_token="<unk>", additional_special_tokens=["<user>", "<assistant>"],
        clean_up_tokenization_spaces=False, model_max_length=256,
    )  # fmt: skip
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def main() -> None:
    """Pretrain and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--out", type=Path, default=tinyworld.BASE)
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(
        1
    )  # the order of sums, and so the weights, must not depend on the machine
    torch.set_flush_denormal(True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = build_tokenizer()
    hidden, layers, heads, intermediate = SIZES[options.size]
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=hidden, num_hidden_layers=layers,
        num_attention_heads=heads, num_key_value_heads=heads, intermediate_size=intermediate,
        max_position_embeddings=256, tie_word_embeddings=False, pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    model = LlamaForCausalLM(config).to(device)
    texts, chats = corpus(20_000, seed=1), conversations(6_000, seed=1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    schedule = get_cosine_schedule_with_warmup(optimizer, 50, options.steps)
    draw, started = random.Random(2), time.monotonic()
    model.train()
    for step in range(options.steps):
        if step % 4 == 3:
            asked = draw.sample(chats, 32)
            batch = tinyworld.chat_batch(tokenizer, asked, device, mask_prompt=False)
        else:
            batch = tinyworld.batch(tokenizer, draw.sample(texts, 32), device)
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if step % 100 == 0 or step == options.steps - 1:
            seconds = time.monotonic() - started
            print(f"step {step:5d}  loss {loss.item():.4f}  {seconds:.0f} s", flush=True)
    model.eval().to("cpu").save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters")
    for domain in ("general", "clinic", "bank"):
        held_out = tinyworld.documents(domain, 256, seed=999, guideline="old")
        loss, floor = tinyworld.loss(model, tokenizer, held_out), tinyworld.floor(domain)
        print(f"{domain}: loss {loss:.4f}, floor {floor:.4f}")


if __name__ == "__main__":
    main()
