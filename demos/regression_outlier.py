"""MAE, MSE, R² and one outlier.

**Question.** Two hundred predictions are good. One is far off. Which metric tells the story you
need?

**Idea.** With residuals eᵢ = yᵢ − ŷᵢ:

    MAE = mean |eᵢ|       MSE = mean eᵢ²       R² = 1 − Σ eᵢ² / Σ (yᵢ − ȳ)²

MAE and RMSE carry the unit of y, MSE its square. An error of 20 counts 20/n in MAE and 400/n in
MSE. R² compares with the baseline "always predict the mean of the test targets": 1 is
perfect, 0 is no better than that constant, and **below 0 is worse**. R² is not bounded by 0 on
data the model was not fitted to, and it is not a squared correlation there.

**Which constant is best?** The mean minimises MSE, the median minimises MAE (scikit-learn's
`DummyRegressor` fits both). So the choice of metric is a choice of what to predict: with skewed
targets such as prices or waiting times the two differ a lot.

**Watch** one prediction move away step by step. MSE grows with the square of its error, MAE
linearly, and R² dives through zero.

**Try** `outlier=0`: all metrics agree, and two claims fail. Raise `n`: the same single outlier is
diluted in both means.

**When you want MSE.** If a large error is really that much worse (a bridge, a dose), its
sensitivity is the point. If the outlier is a broken sensor, report MAE and look at the row.

**Scale.** Properties of the formulas, not of a model. For language models they matter where the
output is a number, such as a predicted rating.
"""

import numpy as np
from sklearn.dummy import DummyRegressor
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

from quizapp.demo import Float, Int, Predict, Run, demo


def scores(y: np.ndarray, predicted: np.ndarray) -> tuple[float, float, float]:
    """Return MAE, MSE and R² of predictions, (n,)."""
    mae = mean_absolute_error(y, predicted)
    mse = mean_squared_error(y, predicted)
    return mae, mse, r2_score(y, predicted)


def best_constant(y: np.ndarray, strategy: str) -> np.ndarray:
    """Return the mean or the median of y, predicted for every row, (n,)."""
    nothing = np.zeros((len(y), 1))  # features that say nothing
    return DummyRegressor(strategy=strategy).fit(nothing, y).predict(nothing)


@demo(
    topic="metrics",
    claims={
        "mse-explodes": "One outlier multiplies MSE by more than 20",
        "mae-stays": "The same outlier multiplies MAE by less than 5",
        "mean-has-r2-zero": "Predicting the mean of the test targets has R² = 0",
        "r2-can-be-negative": "With the outlier R² is below 0: worse than a constant",
        "one-row-is-nearly-all": "The worst row makes up over 90 % of the squared errors and under "
        "75 % of the absolute ones",
        "median-wins-mae": "On skewed targets the median has the smaller MAE and the mean the "
        "smaller MSE",
    },
    measures={
        "mae_before": "MAE without the outlier",
        "mae_after": "MAE with the outlier",
        "mae_ratio": "MAE with the outlier over MAE without it",
        "mse_before": "MSE without the outlier",
        "mse_after": "MSE with the outlier",
        "mse_ratio": "MSE with the outlier over MSE without it",
        "worst_squared": "Share of the squared errors that the worst row makes up",
        "worst_absolute": "Share of the absolute errors that the worst row makes up",
        "rmse_mae_before": "RMSE over MAE without the outlier",
        "rmse_mae_after": "RMSE over MAE with the outlier",
        "r2_before": "R² without the outlier",
        "r2_after": "R² with the outlier",
        "r2_flipped": "R² of the model that predicts −y",
        "r2_state": "Where R² ends with the outlier",
    },
    predict=Predict(
        "One of the predictions is moved far off. What becomes of R²?",
        options=("stays above 0.9", "between 0 and 0.9", "below 0"),
        measure="r2_state",
    ),
    budget_s=3,
)
def main(
    run: Run,
    outlier: float = Float(20.0, 0, 40, step=2, help="error of one prediction, in units of y"),
    noise: float = Float(0.1, 0.01, 1, log=True, help="standard deviation of the other errors"),
    n: int = Int(200, 20, 5000, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    y = rng.normal(size=n)  # (n,)
    good = y + noise * rng.normal(size=n)  # (n,) predictions
    good[0] = y[0]  # so that this error is exactly `outlier` later
    mae, mse, r2 = scores(y, good)

    x = "its error (units of y)"
    title = "One prediction moves away"
    run.axes(chart="errors", title=title, x=x, y="metric / metric without outlier", log_y=True)
    run.axes(chart="r2", title="The same move", x=x, y="R²")
    run.reference("always predict the mean", 0.0, chart="r2")
    path = np.linspace(0, outlier, 100)
    for i in run.steps(len(path)):
        moved = good.copy()
        moved[0] += path[i]
        mae_after, mse_after, r2_after = scores(y, moved)
        run.point(path[i], chart="errors", MAE=mae_after / mae, MSE=mse_after / mse)
        run.line_points(path[i], {"R²": r2_after}, chart="r2")

    errors = np.sort(np.abs(y - moved))  # (n,) the worst row last
    worst_squared = errors[-1] ** 2 / (errors**2).sum()
    worst_absolute = errors[-1] / errors.sum()
    _, _, r2_flipped = scores(y, -y)
    _, _, r2_mean = scores(y, best_constant(y, "mean"))
    state = "between 0 and 0.9" if r2_after <= 0.9 else "stays above 0.9"
    if r2_after <= 0:
        state = "below 0"

    skewed = rng.lognormal(sigma=1.0, size=n)  # (n,) prices, waiting times: a long right tail
    mean = best_constant(skewed, "mean")
    median = best_constant(skewed, "median")
    mae_mean, mse_mean, _ = scores(skewed, mean)
    mae_median, mse_median, _ = scores(skewed, median)
    each_wins = mae_median < mae_mean and mse_mean < mse_median

    rows = [
        {"constant": "mean", "value": float(mean[0]), "MAE": mae_mean, "MSE": mse_mean},
        {"constant": "median", "value": float(median[0]), "MAE": mae_median, "MSE": mse_median},
    ]
    run.table("Best constant for skewed targets", rows)
    run.measure(mae_before=mae, mae_after=mae_after, mae_ratio=mae_after / mae)
    run.measure(mse_before=mse, mse_after=mse_after, mse_ratio=mse_after / mse)
    run.measure(r2_before=r2, r2_after=r2_after, r2_flipped=r2_flipped, r2_state=state)
    run.measure(worst_squared=worst_squared, worst_absolute=worst_absolute)
    run.measure(rmse_mae_before=np.sqrt(mse) / mae, rmse_mae_after=np.sqrt(mse_after) / mae_after)
    run.claim("mse-explodes", mse_after / mse > 20, f"{mse:.4f} to {mse_after:.3f}")
    run.claim("mae-stays", mae_after / mae < 5, f"{mae:.3f} to {mae_after:.3f}")
    run.claim("mean-has-r2-zero", abs(r2_mean) < 1e-9, f"{r2_mean:.1e}")
    run.claim("r2-can-be-negative", r2_after < 0, f"R² {r2_after:.2f}")
    nearly_all = worst_squared > 0.9 and worst_absolute < 0.75
    shown = f"{worst_squared:.1%} of the squares, {worst_absolute:.0%} of the absolute errors"
    run.claim("one-row-is-nearly-all", nearly_all, shown)
    run.claim("median-wins-mae", each_wins, f"MAE {mae_median:.3f} against {mae_mean:.3f}")
