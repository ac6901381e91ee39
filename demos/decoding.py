"""Same weights, other decoding.

**Question.** "My fine-tune got worse overnight." Nobody touched the weights. Was it the sampling?

**Idea.** A language model gives logits z. What you read depends on how the next token is chosen:

    p = softmax(z / T)          P(answer) = Π p(tokenᵢ | tokens before)

Temperature T below 1 sharpens, above 1 flattens; T → 0 is greedy decoding. **Top-p** keeps the
most likely tokens that together reach probability p (Holtzman et al. 2020, arXiv 1904.09751) and
cuts the tail. An answer is right only if *every* token is: a small loss per token becomes a large
one per answer.

**Watch** the share of 24 clinic questions answered exactly fall as temperature rises; greedy
decoding gets them all. The bars show sampled evaluations: their spread is noise of the measurement.

**Try** `top_p=0.9`: cutting the tail brings the score back; at `temperature=2` it does not.
`temperature=0.3`: nothing is lost, and the claim fails.

**Consequences.** Fix and report temperature, top-p, length limit and stop tokens, equal for all
models. Sample often and give an error bar, or decode greedily. Greedy is not bit-exact across batch
sizes and hardware: rounding can flip a near tie.

**Scale.** Temperatures of a tiny model do not transfer. Greedy large models tend to repeat
themselves in open text (Holtzman et al.), so T = 0 is not always best. No other `model` has read
about this clinic: its scores are not tested.
"""

from itertools import pairwise
from statistics import stdev

import tinyworld
import torch
from tinyworld.batches import prompt_and_answer
from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopPLogitsWarper

from quizapp.demo import Float, Int, Model, Predict, Run, demo


def distribution(logits, temperature, top_p):
    """Return the probabilities that sampling with these settings uses, (tokens, vocabulary)."""
    warpers = LogitsProcessorList([TemperatureLogitsWarper(float(temperature))])
    if top_p < 1:
        warpers.append(TopPLogitsWarper(top_p))
    return warpers(None, logits).softmax(-1)


def answer_logits(model, tokenizer, case, device):
    """Return (tokens, vocabulary) logits along the right answer, and its (tokens,) ids."""
    ids, start = prompt_and_answer(tokenizer, case.prompt, case.answer)
    with torch.no_grad():
        logits = model(torch.tensor([ids], device=device)).logits[0].float()  # (T, vocabulary)
    return logits[start - 1 : -1], torch.tensor(ids[start:], device=device)


TEMPERATURES = [0.05, 0.3, 0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.25, 2.5]


@demo(
    topic="llm-evaluation",
    claims={
        "entropy-rises": "The entropy of the next token rises with temperature",
        "cold-is-greedy": "At temperature 0.05 sampling takes the greedy token with p > 0.99",
        "same-weights-lower-score": "Sampling at the chosen settings scores over 0.1 below greedy",
        "top-p-rescues": "Cutting the tail with top-p 0.9 brings the score within 0.05 of greedy",
    },
    measures={
        "greedy": "Share of questions answered exactly, greedy decoding",
        "sampled": "Expected share answered exactly at the chosen settings",
        "sampled_top_p": "Expected share at the chosen temperature with top-p 0.9",
        "token": "Mean probability of one right token at the chosen settings",
        "run_spread": "Standard deviation of one sampled evaluation's score",
        "entropy": "Mean entropy of the next token at the chosen settings, in nats",
        "verdict": "What sampling does to the score",
    },
    predict=Predict(
        "Greedy decoding answers every question. What does sampling at this temperature do?",
        options=("loses under 1 point", "loses 1 to 10 points", "loses over 10 points"),
        measure="verdict",
        bundled=True,
    ),
    budget_s=5,
    token_passes=310,
    bundled_claims=("cold-is-greedy", "same-weights-lower-score", "top-p-rescues"),
)
def main(
    run: Run,
    temperature: float = Float(1.5, 0.05, 2.5, step=0.1),
    top_p: float = Float(1.0, 0.1, 1.0, step=0.05, help="1 keeps the whole distribution"),
    runs: int = Int(40, 5, 200, log=True, help="sampled evaluations"),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    generator = torch.Generator().manual_seed(seed)
    lm, tokenizer = tinyworld.load(model, run.device)
    cases = tinyworld.cases("clinic", guideline="old")
    answers = [answer_logits(lm, tokenizer, case, run.device) for case in cases]

    def probabilities(temperature: float, top_p: float) -> list[torch.Tensor]:
        """Return per answer the (tokens,) probabilities of its tokens."""
        found = []
        for logits, ids in answers:
            p = distribution(logits, temperature, top_p)  # (tokens, vocabulary)
            found.append(p.gather(-1, ids[:, None])[:, 0].cpu())
        return found

    def expected(temperature: float, top_p: float) -> float:
        """Return the expected share of answers in which every token is drawn right."""
        return float(torch.stack([p.prod() for p in probabilities(temperature, top_p)]).mean())

    def entropy(temperature: float) -> float:
        """Return the mean entropy of the next token, in nats."""
        parts = [distribution(logits, temperature, 1.0) for logits, _ in answers]
        return float(torch.cat([torch.special.entr(p).sum(-1) for p in parts]).mean())

    hits = [bool((logits.argmax(-1) == ids).all()) for logits, ids in answers]
    greedy = sum(hits) / len(hits)
    run.axes(title="Exact answers", x="temperature", y="share of questions")
    run.axes(chart="entropy", title="Next token", x="temperature", y="entropy (nats)")
    run.reference("greedy", greedy)
    entropies = []
    for i in run.steps(len(TEMPERATURES)):
        t = TEMPERATURES[i]
        entropies.append(entropy(t))
        run.line_points(t, {"all tokens": expected(t, 1.0), "top-p 0.9": expected(t, 0.9)})
        run.point(t, chart="entropy", entropy=entropies[-1])

    chosen = probabilities(temperature, top_p)
    scores = []
    for _ in range(runs):
        drawn = [torch.rand(len(p), generator=generator) < p for p in chosen]
        scores.append(sum(bool(right.all()) for right in drawn) / len(drawn))
    run.axes(chart="runs", title="Sampled evaluations", x="run", y="share of questions")
    run.bars("score", {str(i + 1): score for i, score in enumerate(scores[:20])}, chart="runs")

    sampled = expected(temperature, top_p)
    rescued = expected(temperature, 0.9)
    token = torch.cat(chosen).mean().item()
    coldest = torch.cat([distribution(logits, 0.05, 1.0).amax(-1) for logits, _ in answers])
    lost = greedy - sampled
    size = "under 1 point" if lost < 0.01 else "1 to 10 points" if lost <= 0.1 else "over 10 points"
    rising = all(a < b for a, b in pairwise(entropies))

    run.measure(greedy=greedy, sampled=sampled, sampled_top_p=rescued, token=token)
    run.measure(run_spread=stdev(scores), entropy=entropy(temperature), verdict=f"loses {size}")
    run.claim("entropy-rises", rising, f"{entropies[0]:.3f} to {entropies[-1]:.3f} nats")
    run.claim("cold-is-greedy", coldest.min() > 0.99, f"smallest p {coldest.min():.4f}")
    run.claim("same-weights-lower-score", lost > 0.1, f"{greedy:.2f} to {sampled:.2f}")
    run.claim("top-p-rescues", greedy - rescued < 0.05, f"{sampled:.2f} to {rescued:.2f}")
