"""Write temperature scaling.

**Exercise.** A classifier is too sure, or not sure enough. Return the temperature T > 0 for which
the mean negative log-likelihood of the labels is smallest:

    NLL(T) = −1/n · Σᵢ log softmax(zᵢ/T)[yᵢ]

No ranking changes, since every logit is divided by the same T. In 1/T the NLL has one valley only.
Logits may be large. The judge is a search by scipy.
"""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def fit_temperature(logits, labels):
    """Return the temperature with the smallest mean negative log-likelihood, within 1 %.

    logits: (items, classes) array
    labels: (items,) array of the right classes, whole numbers
    """
    return 1.0
'''


def fit_temperature(logits, labels):
    """Return the temperature with the smallest mean negative log-likelihood."""
    logits = logits - logits.max(axis=1, keepdims=True)  # a shift changes no softmax: no overflow
    right = logits[np.arange(len(labels)), labels]

    def slope(inverse):  # of the NLL in 1/T: it grows, so its zero can be cut in halves
        weights = np.exp(logits * inverse)
        expected = (weights * logits).sum(axis=1) / weights.sum(axis=1)
        return np.mean(expected - right)

    low, high = -20.0, 20.0  # of log(1/T)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if slope(np.exp(middle)) > 0 else (middle, high)
    return float(np.exp(-low))


def nll(logits: np.ndarray, labels: np.ndarray, temperature: float) -> float:
    """Return the mean negative log-likelihood of the labels."""
    return -log_softmax(logits / temperature, axis=1)[np.arange(len(labels)), labels].mean()


def scipy_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the best temperature between e⁻²⁰ and e²⁰."""
    size = np.log(np.abs(logits - logits.mean(axis=1, keepdims=True)).mean())
    found = minimize_scalar(
        lambda t: nll(logits, labels, np.exp(t)),
        bounds=(size - 6, size + 6),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return float(np.exp(found.x))


@demo(
    topic="write-evaluation",
    claims={
        "equals-scipy": "The temperature of a model that is too sure: the NLL is smallest there",
        "below-one": "A model that is not sure enough gets a temperature below 1",
        "large-logits": "Logits in the thousands, or shifted by 5,000, give no overflow",
    },
    measures={"error": "Difference from scipy's temperature, as a share of it"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="fit_temperature", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    items, classes = 240 + seed % 31, 3 + seed % 4

    def draw(true: float) -> tuple[np.ndarray, np.ndarray]:
        """Return logits and labels drawn from softmax(logits / true), one in twenty at random."""
        logits = rng.normal(size=(items, classes)) * 2 * true
        chance = np.exp(log_softmax(logits / true, axis=1))
        labels = (chance.cumsum(axis=1) < rng.random((items, 1))).sum(axis=1)
        labels = np.minimum(labels, classes - 1)
        return logits, np.where(rng.random(items) < 0.05, rng.integers(classes, size=items), labels)

    def compare(judge, yours: float, logits: np.ndarray, labels: np.ndarray) -> float:
        """Test a temperature against scipy's and return scipy's."""
        theirs = scipy_temperature(logits, labels)
        judge.that(np.ndim(yours) == 0 and yours is not None, "return one number: the temperature")
        judge.that(np.isfinite(yours), f"yours is {yours}: does an exponential overflow?")
        mistakes = {"is this 1/T?": 1 / theirs}
        at = f"NLL {nll(logits, labels, max(yours, 1e-9)):.4f} at yours, "
        at += f"{nll(logits, labels, theirs):.4f} at scipy's temperature"
        judge.equal(yours, theirs, within=0.01, by="scipy", of=at, mistakes=mistakes)
        return theirs

    with run.judge("equals-scipy") as judge:
        for true in (2.5 + seed % 3, 1.4):
            logits, labels = draw(true)
            with judge.unchanged(logits=logits, labels=labels):
                yours = solution(logits, labels)
            theirs = compare(judge, yours, logits, labels)
        run.measure(error=abs(yours / theirs - 1))
        grid = np.geomspace(theirs / 5, theirs * 5, 40)
        run.axes(title="one valley", x="temperature", y="NLL (nats)", log_x=True)
        for t in grid:
            run.point(t, NLL=nll(logits, labels, t))
        run.reference("yours", float(yours), axis="x")

    with run.judge("below-one") as judge:
        for true in (0.55, 0.12):
            logits, labels = draw(true)
            compare(judge, solution(logits, labels), logits, labels)

    with run.judge("large-logits") as judge:
        for true, shift in ((1800.0, 0.0), (1.7, 5000.0)):
            logits, labels = draw(true)
            yours = solution(logits + shift, labels)
            compare(judge, yours, logits + shift, labels)
