"""One confusion matrix, four averages.

**Question.** A ticket router knows 900 billing, 90 technical and 10 legal tickets. Its micro, macro
and weighted F1 differ by thirty points. Which one do you report, and what does MCC add?

**Idea.** Per class c, F1_c = 2·TP_c / (2·TP_c + FP_c + FN_c). Then

    macro    = mean of F1_c over the classes            every class counts alike
    weighted = mean of F1_c weighted by class size      every ticket counts alike, by its class
    micro    = F1 of the summed TP, FP, FN              = accuracy, with one label per ticket

So a class that is never found costs macro-F1 1/C and the others next to nothing. The Matthews
correlation uses all cells of the matrix; it is 0 for any router that ignores the ticket, and does
not change when the classes swap names. Log loss reads the probabilities: −log p of the true class,
so one confident error may cost more than ten hesitant ones.

**Watch** the bars per class, then the four averages of the same tickets.

**Try** `rare_found=1`: the rare class is found, and macro meets the others. `confident=0.6`: the
errors are hesitant, and the log loss no longer exceeds that of the class shares.

**At real scale.** These are definitions, computed by scikit-learn. With ten rare tickets their F1
is a matter of luck: report its interval, or collect more of them.
"""

import numpy as np
from sklearn.metrics import accuracy_score, f1_score, log_loss, matthews_corrcoef

from quizapp.demo import Float, Int, Predict, Run, demo

CLASSES = ("billing", "technical", "legal")
SIZES = (900, 90, 10)


def routed(truth: np.ndarray, found: tuple[float, ...], rng: np.random.Generator) -> np.ndarray:
    """Return a decision for each ticket: its class with that chance, else the largest other."""
    hit = rng.random(len(truth)) < np.array(found)[truth]  # (tickets,)
    return np.where(hit, truth, np.where(truth == 0, 1, 0))


@demo(
    topic="metrics",
    claims={
        "macro-sees-the-rare": "Macro-F1 is over 0.2 below weighted F1",
        "micro-is-accuracy": "Micro-F1 equals accuracy",
        "always-one-class": "Always the largest class: accuracy 0.9, MCC 0, macro-F1 below 0.35",
        "confident-errors-cost": "The router's log loss is above that of always answering with "
        "the class shares, although it is right more often",
    },
    measures={
        "accuracy": "Accuracy of the router",
        "micro": "Micro-F1",
        "macro": "Macro-F1",
        "weighted": "Weighted F1",
        "mcc": "Matthews correlation",
        "rare": "F1 of the legal tickets",
        "macro_constant": "Macro-F1 of always the largest class",
        "mcc_constant": "Matthews correlation of always the largest class",
        "loss": "Log loss of the router, in nats",
        "loss_shares": "Log loss of always answering with the class shares, in nats",
        "lowest": "Which average is the lowest",
    },
    predict=Predict(
        "900 billing, 90 technical, 10 legal tickets; of the legal ones one in ten is found. Which "
        "average of F1 is the lowest?",
        options=("macro", "weighted", "micro"),
        measure="lowest",
    ),
    budget_s=2,
)
def main(
    run: Run,
    common_found: float = Float(0.98, 0.5, 1, help="share of billing tickets routed right"),
    rare_found: float = Float(0.1, 0, 1, help="share of legal tickets routed right"),
    confident: float = Float(0.9999, 0.5, 0.9999, help="probability given to the decision"),
    repeats: int = Int(50, 1, 200, help="test sets averaged"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(3), SIZES)  # (tickets,)
    shares = np.array(SIZES) / sum(SIZES)
    run.axes(chart="classes", title="F1 by class", y="F1")
    run.axes(chart="averages", title="the same tickets", y="value")

    rows = []
    for _ in run.steps(repeats):
        decided = routed(truth, (common_found, 0.8, rare_found), rng)  # (tickets,)
        by_class = f1_score(truth, decided, average=None, labels=[0, 1, 2], zero_division=0.0)
        p = np.full((len(truth), 3), (1 - confident) / 2)
        p[np.arange(len(truth)), decided] = confident  # (tickets, 3)
        row = {
            "micro": f1_score(truth, decided, average="micro"),
            "macro": by_class.mean(),
            "weighted": f1_score(truth, decided, average="weighted", zero_division=0.0),
            "MCC": matthews_corrcoef(truth, decided),
            "accuracy": accuracy_score(truth, decided),
            "rare": by_class[2],
            "loss": log_loss(truth, p),
        }
        rows.append(row)
        mean = {name: float(np.mean([each[name] for each in rows])) for name in row}
        run.bars("F1", dict(zip(CLASSES, by_class, strict=True)), chart="classes")
        averages = {name: mean[name] for name in ("micro", "weighted", "macro", "MCC")}
        run.bars("average", averages, chart="averages")

    constant = np.zeros_like(truth)  # always billing
    constant_macro = f1_score(truth, constant, average="macro", zero_division=0.0)
    constant_mcc = matthews_corrcoef(truth, constant)
    loss_shares = log_loss(truth, np.tile(shares, (len(truth), 1)))
    three = {name: mean[name] for name in ("macro", "weighted", "micro")}

    run.measure(accuracy=mean["accuracy"], micro=mean["micro"], macro=mean["macro"])
    run.measure(weighted=mean["weighted"], mcc=mean["MCC"], rare=mean["rare"])
    run.measure(macro_constant=constant_macro, mcc_constant=constant_mcc)
    run.measure(loss=mean["loss"], loss_shares=loss_shares, lowest=min(three, key=three.get))
    shown = ", ".join(f"{name} {value:.2f}" for name, value in three.items())
    run.claim("macro-sees-the-rare", mean["macro"] < mean["weighted"] - 0.2, shown)
    run.claim("micro-is-accuracy", abs(mean["micro"] - mean["accuracy"]) < 1e-9, shown)
    right = accuracy_score(truth, constant)
    ignores = abs(right - 0.9) < 1e-9 and constant_mcc == 0 and constant_macro < 0.35
    run.claim("always-one-class", ignores, f"accuracy {right:.2f}, macro-F1 {constant_macro:.2f}")
    costs = mean["loss"] > loss_shares and mean["accuracy"] > right
    run.claim("confident-errors-cost", costs, f"{mean['loss']:.2f} against {loss_shares:.2f} nats")
