"""When an adapter is full.

**Question.** When does LoRA fall behind because it is too small, and how do you see it?

**Idea.** Fine-tuning writes information into the numbers it trains. A text of random tokens cannot
be guessed, only memorised, so the information of the data is known:

    bits of the data = texts · tokens · log₂(different tokens)
    numbers of an adapter = r·(in + out), summed over the adapted layers

While the numbers can hold the bits, more rank is of little use. Once they cannot, the *training*
loss stays above that of a wider adapter, however long it trains.

**Watch** four training curves: few and many random texts, a rank of 1 and a wide one, always on all
linear layers. Only the rank differs within a pair. The tokens are those that the model has seen in
use; of others its frozen output layer knows nothing.

**Try** `many=8`: no more to memorise than in the first pair, and both claims fail. `wide=1`: the
second adapter is the first one again.

**At real scale.** Allen-Zhu and Li (arXiv 2404.05405) find that language models store about 2 bits
per parameter. "LoRA Without Regret" (Schulman et al., Thinking Machines, 2025): LoRA matches full
fine-tuning while the data fit into the adapter, and beyond that it learns less per step.
"""

import copy
import math
from statistics import fmean

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Float, Int, Predict, Run, demo

LENGTH = 12  # tokens of a text


def tokens_in_use(tokenizer) -> torch.Tensor:
    """Return the ids that general texts are made of, (different tokens,)."""
    texts = tinyworld.documents("general", 200, seed=0)
    ids = tokenizer(texts, add_special_tokens=False)["input_ids"]
    return torch.tensor(sorted({each for text in ids for each in text}))


def random_texts(count: int, tokens: torch.Tensor, seed: int) -> torch.Tensor:
    """Return ids (count, LENGTH), each drawn evenly from the tokens."""
    draw = torch.Generator().manual_seed(seed)
    return tokens[torch.randint(0, len(tokens), (count, LENGTH), generator=draw)]


def at(losses: list[float], step: int) -> float:
    """Return the mean loss of the ten steps before `step`."""
    return fmean(losses[max(0, step - 10) : step])


@demo(
    formulas=("bits_few", "bits_many"),
    topic="full-vs-peft",
    claims={
        "information-against-capacity": "With many texts rank 1 is over 1 nat behind, twice as "
        "much as with few",
        "rank-not-time": "On many texts the second half of the run gains rank 1 less than half of "
        "what rank gains",
    },
    measures={
        "few_narrow": "training loss on few texts at rank 1, nats per token",
        "few_wide": "training loss on few texts at the wide rank",
        "many_narrow": "training loss on many texts at rank 1",
        "many_narrow_half": "that loss halfway through the run",
        "many_wide": "training loss on many texts at the wide rank",
        "bits_few": "information of the few texts, bits",
        "bits_many": "information of the many texts, bits",
        "numbers_narrow": "numbers that rank 1 trains",
        "numbers_wide": "numbers that the wide rank trains",
        "remedy": "what lowers the loss of rank 1 on many texts",
    },
    predict=Predict(
        "A rank-1 adapter stays at a high training loss. What lowers it more?",
        options=("as many steps again", "a higher rank"),
        measure="remedy",
    ),
    budget_s=12,
)
def main(
    run: Run,
    few: int = Int(8, 2, 32, help="random texts in the first pair"),
    many: int = Int(48, 8, 128, help="random texts in the second pair"),
    wide: int = Int(16, 1, 64, log=True, help="rank of the wide adapter"),
    steps: int = Int(120, 20, 400, step=20),
    learning_rate: float = Float(1e-2, 1e-4, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    tokens = tokens_in_use(tokenizer)
    run.axes(x="step", y="training loss (nats per token)")

    curves: dict[tuple[str, str], list[float]] = {}  # (texts, adapter) -> training loss by step
    numbers = {}
    sizes, ranks = {"few": few, "many": many}, {"narrow": 1, "wide": wide}
    run.progress(len(sizes) * len(ranks) * steps)
    for size, count in sizes.items():
        ids = random_texts(count, tokens, seed).to(run.device)  # (count, LENGTH)
        batch = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": ids}
        for width, rank in ranks.items():
            torch.manual_seed(seed)  # A is drawn at random
            config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
            model = get_peft_model(copy.deepcopy(base), config)
            numbers[width], _ = model.get_nb_trainable_parameters()
            losses = curves[size, width] = []
            for step, loss in enumerate(tinyworld.train(model, [batch] * steps, learning_rate)):
                run.step()
                losses.append(loss)
                run.line_points(step, {f"{size} texts, {width}": loss})

    ends = {f"{size}_{width}": at(losses, steps) for (size, width), losses in curves.items()}
    half = at(curves["many", "narrow"], steps // 2)
    behind_few = ends["few_narrow"] - ends["few_wide"]
    behind_many = ends["many_narrow"] - ends["many_wide"]
    by_time = half - ends["many_narrow"]
    bits = {size: count * LENGTH * math.log2(len(tokens)) for size, count in sizes.items()}

    run.measure(**ends, many_narrow_half=half, numbers_wide=numbers["wide"])
    run.measure(numbers_narrow=numbers["narrow"], bits_few=bits["few"], bits_many=bits["many"])
    run.measure(remedy="a higher rank" if behind_many > by_time else "as many steps again")
    shown = f"{behind_many:.2f} and {behind_few:.2f} nats behind"
    against = behind_many > max(1, 2 * behind_few)
    run.claim("information-against-capacity", against, shown)
    shown = f"{by_time:.2f} by time, {behind_many:.2f} by rank"
    run.claim("rank-not-time", by_time < 0.5 * behind_many, shown)
