"""Perplexity depends on the tokenizer.

**Question.** Model A has perplexity 1.8, model B 2.7, on the same text. Is A the better language
model?

**Idea.** Perplexity is the exponential of the mean loss **per token**:

    PPL = exp( −(1/N) Σ log p(tokenᵢ | tokens before) )

It is the number of equally likely choices that would be as surprising; a model that knows nothing
has PPL = vocabulary size. But with other tokenizers N differs, and what is predicted: a character
after "elephan" is easy, a whole word is not. So compare the **total** surprise of the same text,
spread over a unit that both share (bytes if scripts differ):

    bits per character = total loss in nats / (ln 2 · number of characters)

**Watch** a character model, trained here from nothing. Its perplexity soon falls below that of the
bundled word model, although it needs more bits for the text. Both facts are true; only one compares
the models.

**Try** `steps=20`: the character model has learned almost nothing, its perplexity is the higher one
too, and the claim fails. More steps: its bits fall towards those of the word model.

**At real scale** the formulas are exact; which model wins is a toy result. A fair comparison also
needs the same context length and stride, and the same handling of the first and last token. And
perplexity is not task quality: fine-tuning on chats may raise it on general text while answers get
better. With another `model` the claim about the ranking is not tested.
"""

import math
import random

import tinyworld
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from quizapp.demo import Float, Int, Model, Predict, Run, demo


def bits_per_character(loss: float, tokens: int, characters: int) -> float:
    """Return the total surprise of a text, from its mean loss in nats, in bits per character."""
    return loss * tokens / characters / math.log(2)


def summed_bits(model, tokenizer, texts: list[str]) -> float:
    """Return the bits of all texts: −log₂ p of each token, summed one by one."""
    rows = tinyworld.batch(tokenizer, texts, model.device)
    labels = rows.pop("labels")[:, 1:]  # (texts, T - 1)
    with torch.no_grad():
        log_p = model(**rows).logits[:, :-1].float().log_softmax(-1)  # (texts, T - 1, vocabulary)
    of_label = log_p.gather(-1, labels.clamp_min(0)[..., None])[..., 0]  # (texts, T - 1)
    return -of_label[labels != -100].double().sum().item() / math.log(2)


def encode(texts: list[str], symbols: str, device: str) -> dict[str, torch.Tensor]:
    """Return a batch, each tensor (texts, T): start 0, one id per character, end 1, padding."""
    ids = torch.zeros(len(texts), max(map(len, texts)) + 2, dtype=torch.long)
    labels = torch.full_like(ids, -100)
    for row, text in enumerate(texts):
        coded = torch.tensor([0, *(2 + symbols.index(c) for c in text), 1])
        ids[row, : len(coded)] = labels[row, : len(coded)] = coded
    batch = {"input_ids": ids, "attention_mask": (labels != -100).long(), "labels": labels}
    return {name: tensor.to(device) for name, tensor in batch.items()}


def small_model(vocabulary: int) -> LlamaForCausalLM:
    """Return an untrained model of two layers."""
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=64,
        intermediate_size=192,
        num_hidden_layers=2,
        num_attention_heads=4,
    )
    return LlamaForCausalLM(config)


@demo(
    topic="llm-evaluation",
    claims={
        "rankings-disagree": "The character model has the lower perplexity and needs more bits per "
        "character",
        "bits-follow-from-loss": "Mean loss / ln 2 / characters per token is what the tokens cost, "
        "added one by one",
        "ignorance-is-vocabulary-size": "Before training, perplexity is within 30 % of the number "
        "of symbols",
    },
    measures={
        "char_ppl": "Perplexity of the character model, per character",
        "word_ppl": "Perplexity of the word model, per token",
        "char_bits": "Bits per character of the character model",
        "word_bits": "Bits per character of the word model",
        "word_loss": "Mean loss of the word model, in nats per token",
        "word_bits_summed": "Bits per character of the word model, its tokens added one by one",
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
        bundled=True,
    ),
    budget_s=10,
    token_passes=2_000,
    bundled_claims=("rankings-disagree",),
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
    word_ppl = math.exp(word_loss)
    word_bits = bits_per_character(word_loss, tokens, characters)
    summed = summed_bits(word_model, tokenizer, test) / characters

    torch.manual_seed(seed)
    char_model = small_model(len(symbols) + 2).to(run.device)
    held_out = encode(test, symbols, run.device)  # (48, T)

    run.axes(chart="ppl", title="Perplexity", x="step", y="per own token", log_y=True)
    run.axes(chart="bits", title="The same text", x="step", y="bits per character")
    run.reference("word model", word_ppl, chart="ppl")
    run.reference("word model", word_bits, chart="bits")

    def evaluate(step: int) -> tuple[float, float]:
        """Return perplexity and bits per character on the test texts, and plot them."""
        with torch.no_grad():
            loss = char_model(**held_out).loss.item()  # nats per symbol; each end is one too
        bits = bits_per_character(loss, characters + len(test), characters)
        run.point(step, chart="ppl", characters=math.exp(loss))
        run.point(step, chart="bits", characters=bits)
        return math.exp(loss), bits

    untrained, bits = evaluate(0)
    chosen = (draw.sample(train, 8) for _ in run.steps(steps))
    batches = (encode(some, symbols, run.device) for some in chosen)  # (8, about 175 characters)
    losses = tinyworld.train(char_model, batches, learning_rate, weight_decay=0.01)
    for step, _ in enumerate(losses, 1):
        if step % 20 == 0 or step == steps:
            ppl, bits = evaluate(step)

    fewer_bits = "character model" if bits < word_bits else "word model"
    off = abs(untrained / (len(symbols) + 2) - 1)

    run.measure(char_ppl=ppl, word_ppl=word_ppl, char_bits=bits, word_bits=word_bits)
    run.measure(untrained_ppl=untrained, symbols=len(symbols) + 2, fewer_bits=fewer_bits)
    run.measure(characters_per_token=characters / tokens, word_loss=word_loss)
    run.measure(word_bits_summed=summed)
    shown = f"{word_bits:.4f} from the loss, {summed:.4f} summed"
    run.claim("bits-follow-from-loss", abs(summed / word_bits - 1) < 0.01, shown)
    shown = f"PPL {ppl:.2f}, {word_ppl:.2f}; bits {bits:.3f}, {word_bits:.3f}"
    run.claim("rankings-disagree", ppl < word_ppl and bits > word_bits, shown)
    shown = f"PPL {untrained:.1f}, {len(symbols) + 2} symbols"
    run.claim("ignorance-is-vocabulary-size", off < 0.3, shown)
