"""BLEU and ROUGE can be fooled.

**Question.** Five answers are compared with one reference. One drops the word "not", another says
the same in other words. Which gets the higher score?

**Idea.** BLEU is precision over n-grams of length 1 to 4, times a penalty for being short:

    BLEU = BP · exp( ¼ · Σₙ log pₙ )      BP = min(1, exp(1 − |ref| / |cand|))

pₙ is *clipped*: a candidate n-gram counts at most as often as the reference has it, so
"the the the" earns little (Papineni et al. 2002). ROUGE-N is the same overlap seen from the
reference, ROUGE-L the longest common subsequence (Lin 2004). All count **words, not meaning**.

**Watch** what losing "not" costs: one word, and the advice turns around. The paraphrase shares
almost no n-gram. The shuffled sentence has every word, so ROUGE-1 is perfect. In the second plot
words are replaced spread out or side by side: a lone wrong word breaks four 4-grams.

**Try** `smoothing`: it decides what an order without any hit counts; with `add-k` nonsense scores 9
and a claim fails. Sentence BLEU needs such a choice; the original is defined on a whole corpus.
Post (2018) shows how tokenisation alone moves scores: report the sacreBLEU signature.

**Scale.** These are properties of the formulas. Corpus BLEU can still rank similar translators;
as the judge of one answer it fails as you see: use task checks or people.
"""

import random

from rouge_score.rouge_scorer import RougeScorer
from sacrebleu import sentence_bleu

from quizapp.demo import Choice, Int, Predict, Run, demo


def candidates(text: str, paraphrase: str, seed: int) -> dict[str, str]:
    """Return five answers that are compared with a text."""
    words = text.split()
    return {
        "negation dropped": text.replace("not ", "", 1),
        "paraphrase": paraphrase,
        "shuffled": " ".join(random.Random(seed).sample(words, len(words))),
        "repeated the": " ".join(["the"] * len(words)),
        "cut short": " ".join(words[:4]),
    }


TEXTS = {  # reference, and the same meaning in other words
    "medicine": (
        "the patient should not take aspirin with warfarin as it raises the bleeding risk",
        "combining warfarin and aspirin is unsafe since haemorrhage becomes more likely",
    ),
    "refund": (
        "you can not return an opened item after thirty days unless the seller agrees",
        "once a month has passed unsealed goods stay with the buyer except by consent",
    ),
}


@demo(
    topic="metrics",
    claims={
        "negation-survives": "Dropping “not” keeps ROUGE-L above 0.9 and BLEU above 70",
        "paraphrase-scores-nothing": "A correct paraphrase gets a BLEU below 10",
        "order-ignored": "Shuffled words have ROUGE-1 of 1.0 and ROUGE-2 below 0.5",
        "clipping-works": "Repeating “the” gets a BLEU below 5",
        "spread-errors-cost-more": "Three wrong words apart cost more BLEU than side by side",
    },
    measures={
        "bleu_negation": "BLEU of the answer without “not”",
        "rouge_l_negation": "ROUGE-L (F1) of the answer without “not”",
        "bleu_paraphrase": "BLEU of the correct paraphrase",
        "rouge2_shuffled": "ROUGE-2 (F1) of the shuffled reference",
        "bleu_repeated": "BLEU of “the the the ...”",
        "bleu_apart": "BLEU with three wrong words apart",
        "bleu_together": "BLEU with three wrong words side by side",
        "winner": "Candidate with the highest BLEU",
    },
    predict=Predict(
        "Which candidate gets the highest BLEU?",
        options=("negation dropped", "paraphrase", "shuffled", "repeated the", "cut short"),
        measure="winner",
    ),
    budget_s=4,
)
def main(
    run: Run,
    reference: str = Choice("medicine", "refund"),
    smoothing: str = Choice("exp", "none", "floor", "add-k", help="for n-gram orders with no hit"),
    seed: int = Int(0, 0, 999, help="order of the shuffled words"),
) -> None:
    text, paraphrase = TEXTS[reference]
    rouge = RougeScorer(["rouge1", "rouge2", "rougeL"])

    def bleu(candidate: str) -> float:
        return sentence_bleu(candidate, [text], smooth_method=smoothing).score

    run.axes(title="Five candidates", x="candidate", y="BLEU (0 to 100)")
    bleus, rouges = {}, {}
    for name, candidate in candidates(text, paraphrase, seed).items():
        bleus[name] = bleu(candidate)
        scores = rouge.score(text, candidate)
        rouges[name] = {kind: score.fmeasure for kind, score in scores.items()}
        run.bars("BLEU", bleus)
        run.sample(name, candidate)
    run.table("Scores", [{"candidate": k, "BLEU": bleus[k], **rouges[k]} for k in bleus])

    run.axes(chart="edits", title="Replacing words", x="words replaced", y="BLEU (0 to 100)")
    words = text.split()  # 14 words
    spread = sorted(range(len(words)), key=lambda i: (i % 4 != 2, i))  # 2, 6, 10, ..., the rest
    orders = {"apart": spread, "side by side": range(2, len(words))}
    edited = {name: [] for name in orders}  # BLEU by the number of words replaced
    for count in run.steps(len(words) - 2):
        for name, order in orders.items():
            wrong = ["x" if i in order[:count] else word for i, word in enumerate(words)]
            edited[name].append(bleu(" ".join(wrong)))
            run.line_points(count, {name: edited[name][-1]}, chart="edits")

    negated = bleus["negation dropped"]
    paraphrased = bleus["paraphrase"]
    repeated = bleus["repeated the"]
    rouge_l = rouges["negation dropped"]["rougeL"]
    rouge_1 = rouges["shuffled"]["rouge1"]
    rouge_2 = rouges["shuffled"]["rouge2"]
    apart = edited["apart"][3]
    together = edited["side by side"][3]

    run.measure(bleu_negation=negated, bleu_paraphrase=paraphrased, bleu_repeated=repeated)
    run.measure(rouge_l_negation=rouge_l, rouge2_shuffled=rouge_2)
    run.measure(bleu_apart=apart, bleu_together=together, winner=max(bleus, key=bleus.get))
    survives = rouge_l > 0.9 and negated > 70
    run.claim("negation-survives", survives, f"ROUGE-L {rouge_l:.2f}, BLEU {negated:.1f}")
    run.claim("paraphrase-scores-nothing", paraphrased < 10, f"{paraphrased:.1f}")
    ignored = rouge_1 == 1 and rouge_2 < 0.5
    run.claim("order-ignored", ignored, f"ROUGE-1 {rouge_1:.2f}, ROUGE-2 {rouge_2:.2f}")
    run.claim("clipping-works", repeated < 5, f"BLEU {repeated:.1f}")
    run.claim("spread-errors-cost-more", apart < together, f"{apart:.1f} against {together:.1f}")
