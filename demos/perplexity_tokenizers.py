"""Perplexity depends on the tokenizer.

**Question.** Model A has perplexity 1.8, model B 2.7, on the same text. Is A the better language
model?

**Idea.** Perplexity is the exponential of the mean loss **per token**:

    PPL = exp( −(1/N) Σ log p(tokenᵢ | tokens before) )

It is the number of equally likely choices that would be as surprising; a model that knows nothing
has PPL = vocabulary size. But what is a token? Two models with other tokenizers have another N and
predict other things: a character after "elephan" is easy, a whole word is not. So compare the
**total** surprise of the same text, spread over a unit that both share:

    bits per character = total loss in nats / (ln 2 · number of characters)

(bits per byte if scripts differ).

**What to watch.** A character model is trained here, from nothing. Its perplexity soon falls below
that of the bundled word model, although it needs more bits for the text. Both facts are true;
only one compares the models.

**What to try.** `steps=20`: the character model has learned almost nothing, its perplexity is the
higher one too, and the claim fails. More steps: its bits fall towards those of the word model.

**Also needed for a fair comparison:** the same text, the same context length and stride, the same
handling of the first and last token. And perplexity is not task quality: fine-tuning on chats may
raise it on general text while answers get better.

**Scale.** The formulas are exact. Which model wins is a toy result: a character model trained for
seconds against a word model made for this world. With another `model` the claim about the ranking
is not tested.
"""

import math
import random

import tinyworld
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from quizapp.demo import Float, Int, Model, Predict, Run, demo


def encode(texts: list[str], symbols: str, device: str) -> dict[str, torch.Tensor]:
    """Return a batch, each tensor (texts, T): start 0, one id per character, end 1, padding."""
    ids = torch.zeros(len(texts), max(map(len, texts)) + 2, dtype=torch.long)
    labels = torch.full_like(ids, -100)
    for row, text in enumerate(texts):
        coded = torch.tensor([0, *(2 + symbols.index(c) for c in text), 1])
        ids[row, : len(coded)] = labels[row, : len(coded)] = coded
    batch = {"input_ids": ids, "attention_mask": (labels != -100).long(), "labels": labels}
    return {name: tensor.to(device) for name, tensor in batch.items()}


@demo(
    topic="llm-evaluation",
    claims={
        "rankings-disagree": "The character model has the lower perplexity and needs more bits per "
        "character",
        "ignorance-is-vocabulary-size": "Before training, perplexity is within 30 % of the number "
        "of symbols",
    },
    measures={
        "char_ppl": "Perplexity of the character model, per character",
        "word_ppl": "Perplexity of the word model, per token",
        "char_bits": "Bits per character of the character model",
        "word_bits": "Bits per character of the word model",
        "untrained_ppl": "Perplexity of the character model before training",
        "symbols": "Symbols of the character model, with start and end",
        "characters_per_token": "Characters per token of the word model",
        "fewer_bits": "Model that needs fewer bits for the text",
    },
    predict=Predict(
        "The character model will reach the lower perplexity. Which model needs fewer bits for the "
        "same text?",
        options=("character model", "word model"),
        measure="fewer_bits",
    ),
    budget_s=10,
)
def main(
    run: Run,
    steps: int = Int(150, 20, 1000, log=True, help="training steps of the character model"),
    learning_rate: float = Float(3e-3, 1e-4, 3e-2, log=True),
    model: str = Model(help="the model to compare with"),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    train = tinyworld.documents("general", 1000, seed=seed)
    test = tinyworld.documents("general", 48, seed=5000 + seed)
    symbols = "".join(sorted(set("".join(train + test))))
    characters = sum(map(len, test))

    word_model, tokenizer = tinyworld.load(model, run.device)
    tokens = int((tinyworld.batch(tokenizer, test)["labels"][:, 1:] != -100).sum())
    word_loss = tinyworld.loss(word_model, tokenizer, test)  # nats per token
    word_bits = word_loss * tokens / characters / math.log(2)

    torch.manual_seed(seed)
    size = len(symbols) + 2
    config = LlamaConfig(
        vocab_size=size,
        hidden_size=64,
        intermediate_size=192,
        num_hidden_layers=2,
        num_attention_heads=4,
    )
    char_model = LlamaForCausalLM(config).to(run.device)
    optimizer = torch.optim.AdamW(char_model.parameters(), lr=learning_rate)
    held_out = encode(test, symbols, run.device)

    def evaluate() -> tuple[float, float]:
        """Return perplexity per character and bits per character on the test texts."""
        with torch.no_grad():
            loss = char_model(**held_out).loss.item()  # nats per predicted symbol
        return math.exp(loss), loss * (characters + len(test)) / characters / math.log(2)

    run.axes(chart="ppl", title="Perplexity", x="step", y="per own token", log_y=True)
    run.axes(chart="bits", title="The same text", x="step", y="bits per character")
    run.reference("word model", math.exp(word_loss), chart="ppl")
    run.reference("word model", word_bits, chart="bits")
    untrained, _ = evaluate()
    for step in run.steps(steps + 1):
        if step % 20 == 0 or step == steps:
            ppl, bits = evaluate()
            run.point(step, chart="ppl", characters=ppl)
            run.point(step, chart="bits", characters=bits)
        batch = encode(draw.sample(train, 8), symbols, run.device)  # (8, T) about 8·175 characters
        char_model(**batch).loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    for name, value in {
        "char_ppl": ppl,
        "word_ppl": math.exp(word_loss),
        "char_bits": bits,
        "word_bits": word_bits,
        "untrained_ppl": untrained,
        "symbols": size,
        "characters_per_token": characters / tokens,
        "fewer_bits": "character model" if bits < word_bits else "word model",
    }.items():
        run.measure(name, value)
    disagree = ppl < math.exp(word_loss) and bits > word_bits
    evidence = f"PPL {ppl:.2f}, {math.exp(word_loss):.2f}; bits {bits:.3f}, {word_bits:.3f}"
    run.claim("rankings-disagree", disagree if model == "tinyworld" else None, evidence)
    run.claim(
        "ignorance-is-vocabulary-size",
        abs(untrained / size - 1) < 0.3,
        f"PPL {untrained:.1f}, {size} symbols",
    )
