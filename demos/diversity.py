"""The same number of documents, from few or from many kinds of cases.

**Question.** Documents are limited. How many *different* cases should they show, and which?

**Idea.** What you care about is the error on the cases that arrive after deployment:

    error = Σ_g  share(g) · error(g)        over the groups g of cases

A group that the training texts never show keeps a high error(g), however many texts there are.
Repeats of one case add nothing that the first did not say. So the set should be *diverse* inside
each group that occurs, and *aligned*: its groups should be those with a large share(g).

**Watch** four fine-tunes with equally many documents and updates. Three draw their loans from 4, 24
and 144 different ones. The fourth sees 48, all with a clean payment history: it grades those
without a mistake, and none of the others. The training loss, lowest with 4 kinds, does not warn.

**Try** until a claim fails.
- `clean_share=1`: only loans with a clean history arrive. Then the one-sided set is the aligned
  set, and `one-sided-loses` fails; with `steps=60` it is clearly ahead. A broad set is not better
  by itself, the deployment decides.
- `steps=10`: too short for any set; `more-kinds-help` fails.

**Real scale.** LIMA (arXiv 2305.11206, section 5) trains on equally many examples: prompts of many
kinds (Stack Exchange) beat prompts of one kind (wikiHow). Here the rule is simple and 144 kinds
cover it; a real task has a long tail, where rare groups must be over-sampled, and then their
probabilities no longer match the deployment and need recalibration.
"""

import copy
import random

import tinyworld
import torch

from quizapp.demo import Float, Int, Predict, Run, demo


def deployed(right: dict[str, float], clean_share: float) -> float:
    """Return the share of right grades, Σ share(g)·right(g), over the groups that arrive."""
    other_share = (1 - clean_share) / 2
    return other_share * right["late"] + other_share * right["new"] + clean_share * right["clean"]


def graded(model: torch.nn.Module, tokenizer, every: int = 1) -> dict[str, float]:
    """Return the share of right grades on loans that no set contains, by payment history."""
    cases = tinyworld.cases("bank", split="test")
    right = {}
    for history in ("late", "new", "clean"):  # equally frequent among the loans
        group = [case for case in cases if f"{history} history" in case.prompt]
        right[history] = tinyworld.accuracy(model, tokenizer, group[::every])
    return right


@demo(
    topic="data",
    claims={
        "more-kinds-help": "144 kinds of loan teach at least 25 points more than 4 kinds",
        "repeats-do-not": "4 kinds stay below 65 % although their documents are as many",
        "one-sided-knows-its-own": "The one-sided set grades loans with a clean history right",
        "one-sided-loses": "At this deployment mix the broad set beats the one-sided one",
    },
    measures={
        "kinds_4": "right grades at the deployment mix after documents about 4 kinds of loan",
        "kinds_24": "right grades at the deployment mix after documents about 24 kinds of loan",
        "kinds_144": "right grades at the deployment mix after documents about 144 kinds of loan",
        "one_sided": "right grades at the deployment mix after loans with a clean history only",
        "one_sided_clean": "share of right grades of the one-sided set on loans with a clean "
        "history",
        "one_sided_other": "share of right grades of the one-sided set on all other loans",
        "train_loss_4": "training loss after documents about 4 kinds, nats per token",
        "train_loss_144": "training loss after documents about 144 kinds, nats per token",
    },
    predict=Predict(
        "Trained on loans with a clean history only, a third of those that arrive: right grades?",
        measure="one_sided",
        low=0,
        high=1,
        within=0.15,
    ),
    budget_s=8,
)
def main(
    run: Run,
    documents: int = Int(96, 16, 400, log=True, help="training documents of two loans, each set"),
    clean_share: float = Float(0.33, 0, 1, help="share of deployed loans with a clean history"),
    steps: int = Int(120, 10, 300, help="updates, each set"),
    learning_rate: float = Float(2e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    known, _ = tinyworld.split_loans()
    shuffled = random.Random(seed).sample(known, len(known))
    sets = {
        "4 kinds": shuffled[:4],
        "24 kinds": shuffled[:24],
        "144 kinds": shuffled[:144],
        "clean history only": [loan for loan in known if loan[2] == "clean"],
    }
    run.axes(x="step", y="right grades at the deployment mix (share)")
    run.axes(chart="train", x="step", y="training loss (nats per token)")
    title = "right grades by payment history (share)"
    run.axes(chart="groups", title=title, x="payment history", y="training set")
    run.reference("base model", deployed(graded(base, tokenizer), clean_share))

    result, train_loss = {}, {}  # by set
    run.progress(len(sets) * steps)
    for name, loans in sets.items():
        texts = tinyworld.documents("bank", documents, seed=seed, loans=loans)
        draw = random.Random(seed)
        chosen = (draw.choices(texts, k=8) for _ in range(steps))
        batches = (tinyworld.batch(tokenizer, some, run.device) for some in chosen)  # (8, T)
        model = copy.deepcopy(base)
        for step, loss in enumerate(tinyworld.train(model, batches, learning_rate), 1):
            run.step()
            run.line_points(step, {name: loss}, chart="train")
            if step % 20 == 0:
                some_right = graded(model, tokenizer, every=3)
                run.line_points(step, {name: deployed(some_right, clean_share)})
        result[name] = graded(model, tokenizer)
        train_loss[name] = tinyworld.loss(model, tokenizer, texts[:48])
        run.heatmap(
            "share",
            [list(row.values()) for row in result.values()],
            rows=list(result),
            columns=["late", "new", "clean"],
            chart="groups",
        )

    right = {name: deployed(row, clean_share) for name, row in result.items()}
    few, some, many, one_sided = right.values()
    own = result["clean history only"]["clean"]
    other = (result["clean history only"]["late"] + result["clean history only"]["new"]) / 2

    run.measure(kinds_4=few, kinds_24=some, kinds_144=many)
    run.measure(one_sided=one_sided, one_sided_clean=own, one_sided_other=other)
    run.measure(train_loss_4=train_loss["4 kinds"], train_loss_144=train_loss["144 kinds"])
    shown = ", ".join(f"{name}: {share:.0%}" for name, share in right.items())
    run.claim("more-kinds-help", many > few + 0.25, shown)
    run.claim("repeats-do-not", few < 0.65, f"{few:.0%}")
    run.claim("one-sided-knows-its-own", own > 0.9, f"{own:.0%}, of the others {other:.0%}")
    run.claim("one-sided-loses", one_sided < many, f"{one_sided:.0%} against {many:.0%}")
