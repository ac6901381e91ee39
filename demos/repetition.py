"""Why a model repeats itself.

**Question.** Greedy decoding runs in circles: "the garden. the garden." Where does it come from,
and what do penalties on repeated tokens cost?

**Idea.** Likelihood training learns each next token on human text. A sentence that stands in the
context makes the same sentence more likely, and greedy decoding always takes the most likely: once
it has said a thing twice, it says it again. The measure is the share of different n-grams:

    distinct-n = different n-grams / all n-grams        1: nothing repeats, near 0: a loop

A repetition penalty divides the (positive) logits of all tokens that have been written. It breaks
loops, and it also taxes every token that a correct text has to use twice: "the", the full stop.

**Watch** distinct-4 of one model under greedy decoding, sampling, a penalty and a ban on repeated
n-grams, beside the share of its sentences that are sound. A second model was trained on texts that
carry one line again and again, as scraped pages do.

**Try** `penalty=1.0`: no penalty, greedy as before. `copies=0`: clean texts, no more repeats.

**Papers.** Holtzman et al. (arXiv 1904.09751) show the loops of likelihood-maximising decoding, and
sampling from the nucleus as the way out. Welleck et al. (arXiv 1908.04319) put the blame on the
training objective and add an unlikelihood term. Penalty: CTRL (arXiv 1909.05858).
"""

import copy
import random
import re

import tinyworld
import torch
from tinyworld import world

from quizapp.demo import Float, Int, Predict, Run, demo


def distinct(rows, n=4):
    """Return the share of different n-grams in each row of ids, mean over the rows."""
    shares = []
    for row in rows:
        grams = [tuple(row[i : i + n]) for i in range(len(row) - n + 1)]
        shares.append(len(set(grams)) / len(grams))
    return sum(shares) / len(shares)


def any_of(words):
    return "(" + "|".join(words) + ")"


HABIT = re.compile(
    f"(The|A) {any_of(world.MOODS)} {any_of(world.ANIMALS)} {any_of(world.VERBS)} the "
    f"{any_of(world.ANIMALS)} near the {any_of(world.PLACES)}"
)


def sound(texts):
    """Return the share of whole sentences that are as the world's grammar has them.

    Only the most common kind is judged, the habits of animals: mood, animal, verb, animal, place.
    """
    sentences = [s.strip() for text in texts for s in text.split(".")[:-1]]
    return sum(HABIT.fullmatch(s) is not None for s in sentences) / max(1, len(sentences))


def habits(count, copies, seed):
    """Return documents of four habit sentences, `copies` of them one and the same boilerplate."""
    found = []
    for text in tinyworld.documents("general", 4 * count, seed=seed):
        found += [f"{s.strip()}." for s in text.split(".") if HABIT.fullmatch(s.strip())]
    draw = random.Random(seed)
    boilerplate, own = found[0], found[1:]
    texts = []
    for first in range(0, (4 - copies) * count, 4 - copies):
        sentences = own[first : first + 4 - copies] + [boilerplate] * copies
        texts.append(" ".join(draw.sample(sentences, len(sentences))))
    return texts


TOKENS = 36  # written after the prompt: about four sentences, the length of a document


def written(model, tokenizer, prompts, **settings):
    """Return the ids that the model writes after each prompt, (prompts, TOKENS), no end allowed."""
    ids = [[tokenizer.bos_token_id, *row] for row in tokenizer(prompts)["input_ids"]]
    with tinyworld.evaluating(model) as device:
        asked = torch.tensor(ids, device=device)  # (prompts, T): equally long
        out = model.generate(
            input_ids=asked,
            attention_mask=torch.ones_like(asked),
            max_new_tokens=TOKENS,
            min_new_tokens=TOKENS,
            pad_token_id=tokenizer.pad_token_id,
            **settings,
        )
    return out[:, 1:].tolist()


@demo(
    topic="llm-evaluation",
    claims={
        "greedy-loops": "Greedy decoding writes at least 0.1 fewer different 4-grams than sampling",
        "penalty-varies": "With the penalty more 4-grams are different than without",
        "ban-harms": "With no 4-gram allowed twice fewer sentences are sound than with greedy",
        "copies-teach-loops": "Trained on boilerplate, even sampling repeats: distinct-4 at "
        "least 0.1 lower than after clean texts",
    },
    measures={
        "greedy": "distinct-4 of greedy decoding",
        "sampled": "distinct-4 of sampling at T = 1",
        "penalised": "distinct-4 of greedy decoding with the repetition penalty",
        "banned": "distinct-4 of greedy decoding with no 4-gram allowed twice",
        "sound_greedy": "share of sound sentences, greedy decoding",
        "sound_penalised": "share of sound sentences, with the repetition penalty",
        "sound_banned": "share of sound sentences, with no 4-gram allowed twice",
        "after_clean": "distinct-4 of sampling after training on clean texts",
        "after_copies": "distinct-4 of sampling after training on texts with boilerplate",
        "cause": "after which training sampling repeats itself",
    },
    predict=Predict(
        "Two fine-tunes, on clean texts and on boilerplate. Which repeats itself when sampling?",
        options=("neither", "the one with boilerplate", "both"),
        measure="cause",
    ),
    budget_s=5,
)
def main(
    run: Run,
    penalty: float = Float(1.5, 1.0, 3.0, step=0.1, help="transformers' repetition_penalty"),
    copies: int = Int(3, 0, 3, help="boilerplate sentences among the four of a training text"),
    steps: int = Int(40, 10, 100, step=10),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    draw = random.Random(seed)
    starts = [f"The {mood} {animal}" for mood in world.MOODS for animal in world.ANIMALS]
    prompts = draw.sample(starts, 48)

    models = {}
    run.axes(x="step", y="training loss (nats per token)")
    run.progress(2 * steps)
    for name, times in (("clean texts", 0), ("boilerplate", copies)):
        models[name] = copy.deepcopy(base)
        texts = habits(8 * steps, times, seed)
        batches = tinyworld.batches(tokenizer, texts, 8, run.device)  # (8, T)
        for step, loss in enumerate(tinyworld.train(models[name], batches, 3e-3)):
            run.step()
            run.line_points(step, {name: loss})

    clean = models["clean texts"]
    ways = {
        "greedy": {"do_sample": False},
        "sampled": {"do_sample": True, "top_k": 0},
        "penalised": {"do_sample": False, "repetition_penalty": penalty},
        "banned": {"do_sample": False, "no_repeat_ngram_size": 4},
    }
    share, right = {}, {}
    for name, settings in ways.items():
        torch.manual_seed(seed)
        rows = written(clean, tokenizer, prompts, **settings)
        share[name], right[name] = distinct(rows), sound(tokenizer.batch_decode(rows))
        run.sample(name, tokenizer.decode(rows[0]))
        run.check()
    torch.manual_seed(seed)
    rows = written(models["boilerplate"], tokenizer, prompts, **ways["sampled"])
    run.sample("boilerplate, sampled", tokenizer.decode(rows[0]))
    after = distinct(rows)
    run.axes(chart="ways", y="distinct-4", title="Different 4-grams")
    run.bars("share", {**share, "sampled, boilerplate": after}, chart="ways")

    repeats = share["sampled"] < 0.8, after < 0.8
    causes = {(False, False): "neither", (False, True): "the one with boilerplate"}
    run.measure(**share, after_clean=share["sampled"], after_copies=after)
    run.measure(**{f"sound_{name}": right[name] for name in ("greedy", "penalised", "banned")})
    run.measure(cause=causes.get(repeats, "both"))
    shown = f"{share['greedy']:.2f} against {share['sampled']:.2f}"
    run.claim("greedy-loops", share["greedy"] < share["sampled"] - 0.1, shown)
    shown = f"{share['greedy']:.2f} to {share['penalised']:.2f}"
    run.claim("penalty-varies", share["penalised"] > share["greedy"], shown)
    shown = f"{right['greedy']:.0%} sound, then {right['banned']:.0%}"
    run.claim("ban-harms", right["banned"] < right["greedy"] - 0.1, shown)
    shown = f"{share['sampled']:.2f} and {after:.2f}"
    run.claim("copies-teach-loops", after < share["sampled"] - 0.1, shown)
