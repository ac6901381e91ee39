"""BLEU and ROUGE can be fooled.

**Question.** Five answers are compared with one reference. One drops the word "not", another says
the same in other words. Which gets the higher score?

**Idea.** BLEU is precision over n-grams of length 1 to 4, times a penalty for being short:

    BLEU = BP · exp( ¼ · Σₙ log pₙ )      BP = min(1, exp(1 − |ref| / |cand|))

pₙ is *clipped*: a candidate n-gram counts at most as often as the reference has it, so
"the the the" earns little (Papineni et al. 2002). ROUGE-N is the same overlap seen from the
reference, ROUGE-L the longest common subsequence (Lin 2004). All count **words, not meaning**.

**What to watch.** Losing "not" costs one word and turns the advice around. The paraphrase shares
almost no n-gram. The shuffled sentence has every word, so ROUGE-1 is perfect. In the second plot
words are replaced spread out or side by side: a lone wrong word breaks four 4-grams.

**What to try.** `smoothing` decides what an order without any hit counts; with `add-k` nonsense
scores 9 and a claim fails. Sentence BLEU needs such a choice; the original is defined on a whole
corpus. Post (2018) shows how tokenisation alone moves scores: report the sacreBLEU signature.

**Scale.** These are properties of the formulas. Corpus BLEU can still rank similar translators;
as the judge of one answer it fails as you see: use task checks or people.
"""

import random

from rouge_score.rouge_scorer import RougeScorer
from sacrebleu import sentence_bleu

from quizapp.demo import Choice, Int, Predict, Run, demo

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
        measure="winner",
        options=("negation dropped", "paraphrase", "shuffled", "repeated the", "cut short"),
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
    words = text.split()  # 14 words
    rouge = RougeScorer(["rouge1", "rouge2", "rougeL"])

    def bleu(candidate: str) -> float:
        return sentence_bleu(candidate, [text], smooth_method=smoothing).score

    candidates = {
        "negation dropped": text.replace("not ", "", 1),
        "paraphrase": paraphrase,
        "shuffled": " ".join(random.Random(seed).sample(words, len(words))),
        "repeated the": " ".join(["the"] * len(words)),
        "cut short": " ".join(words[:4]),
    }
    run.axes(title="Five candidates", x="candidate", y="BLEU (0 to 100)")
    bleus, rouges = {}, {}
    for name, candidate in candidates.items():
        bleus[name] = bleu(candidate)
        rouges[name] = {k: v.fmeasure for k, v in rouge.score(text, candidate).items()}
        run.bars("BLEU", bleus)
        run.sample(name, candidate)
    run.table("Scores", [{"candidate": k, "BLEU": bleus[k], **rouges[k]} for k in candidates])

    run.axes(chart="edits", title="Replacing words", x="words replaced", y="BLEU (0 to 100)")
    spread = sorted(range(len(words)), key=lambda i: (i % 4 != 2, i))  # 2, 6, 10, ..., the rest
    orders = {"apart": spread, "side by side": range(2, len(words))}
    edited = {}
    for count in run.steps(len(words) - 2):
        for name, order in orders.items():
            wrong = ["x" if i in order[:count] else word for i, word in enumerate(words)]
            edited[name, count] = bleu(" ".join(wrong))
            run.line_points(count, {name: edited[name, count]}, chart="edits")

    negated, shuffled = rouges["negation dropped"], rouges["shuffled"]
    apart, together = edited["apart", 3], edited["side by side", 3]
    measures = {
        "bleu_negation": bleus["negation dropped"],
        "rouge_l_negation": negated["rougeL"],
        "bleu_paraphrase": bleus["paraphrase"],
        "rouge2_shuffled": shuffled["rouge2"],
        "bleu_repeated": bleus["repeated the"],
        "bleu_apart": apart,
        "bleu_together": together,
        "winner": max(bleus, key=bleus.get),
    }
    for name, value in measures.items():
        run.measure(name, value)

    run.claim(
        "negation-survives",
        negated["rougeL"] > 0.9 and bleus["negation dropped"] > 70,
        f"ROUGE-L {negated['rougeL']:.2f}, BLEU {bleus['negation dropped']:.1f}",
    )
    run.claim("paraphrase-scores-nothing", bleus["paraphrase"] < 10, f"{bleus['paraphrase']:.1f}")
    run.claim(
        "order-ignored",
        shuffled["rouge1"] == 1 and shuffled["rouge2"] < 0.5,
        f"ROUGE-1 {shuffled['rouge1']:.2f}, ROUGE-2 {shuffled['rouge2']:.2f}",
    )
    run.claim("clipping-works", bleus["repeated the"] < 5, f"BLEU {bleus['repeated the']:.1f}")
    run.claim("spread-errors-cost-more", apart < together, f"{apart:.1f} against {together:.1f}")
