"""MAE, MSE, R² and one outlier.

**Question.** Two hundred predictions are good. One is far off. Which metric tells the story you
need?

**Idea.** With residuals eᵢ = yᵢ − ŷᵢ:

    MAE = mean |eᵢ|       MSE = mean eᵢ²       R² = 1 − Σ eᵢ² / Σ (yᵢ − ȳ)²

MAE and RMSE carry the unit of y, MSE its square. An error of 20 counts 20/n in MAE and 400/n in
MSE. R² compares with the base line "always predict the mean of the test targets": 1 is
perfect, 0 is no better than that constant, and **below 0 is worse**. R² is not bounded by 0 on
data the model was not fitted to, and it is not a squared correlation there.

**Which constant is best?** The mean minimises MSE, the median minimises MAE (scikit-learn's
`DummyRegressor` fits both). So the choice of metric is a choice of what to predict: with skewed
targets such as prices or waiting times the two differ a lot.

**What to watch.** One prediction moves away step by step. MSE grows with the square of its error,
MAE linearly, and R² dives through zero.

**What to try.** `outlier=0`: all metrics agree, and two claims fail. Raise `n`: the same single
outlier is diluted in both means.

**When you want MSE.** If a large error is really that much worse (a bridge, a dose), its
sensitivity is the point. If the outlier is a broken sensor, report MAE and look at the row.

**Scale.** These are properties of the formulas, not of a model. For language models they matter
where the output is a number, such as a predicted rating.
"""

import numpy as np
from sklearn.dummy import DummyRegressor
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

from quizapp.demo import Float, Int, Predict, Run, demo


@demo(
    topic="metrics",
    claims={
        "mse-explodes": "One outlier multiplies MSE by more than 20",
        "mae-stays": "The same outlier multiplies MAE by less than 5",
        "mean-has-r2-zero": "Predicting the mean of the test targets has R² = 0",
        "r2-can-be-negative": "With the outlier R² is below 0: worse than a constant",
        "median-wins-mae": "On skewed targets the median has the smaller MAE and the mean the "
        "smaller MSE",
    },
    measures={
        "mae_before": "MAE without the outlier",
        "mae_after": "MAE with the outlier",
        "mae_ratio": "MAE with / without",
        "mse_before": "MSE without the outlier",
        "mse_after": "MSE with the outlier",
        "mse_ratio": "MSE with / without",
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

    run.axes(
        chart="errors",
        title="One prediction moves away",
        x="its error (units of y)",
        y="metric / metric without outlier",
        log_y=True,
    )
    run.axes(chart="r2", title="R²", x="its error (units of y)", y="R²")
    run.reference("always predict the mean", 0.0, chart="r2")
    mae, mse = mean_absolute_error(y, good), mean_squared_error(y, good)
    path = np.linspace(0, outlier, 100)
    for i in run.steps(len(path)):
        moved = good.copy()
        moved[0] += path[i]
        run.point(
            path[i],
            chart="errors",
            MAE=mean_absolute_error(y, moved) / mae,
            MSE=mean_squared_error(y, moved) / mse,
        )
        run.point(path[i], chart="r2", R2=r2_score(y, moved))

    mae_after, mse_after = mean_absolute_error(y, moved), mean_squared_error(y, moved)
    r2_after, flipped = r2_score(y, moved), r2_score(y, -y)
    state = ("below 0", "between 0 and 0.9", "stays above 0.9")[(r2_after > 0) + (r2_after > 0.9)]
    for name, value in {
        "mae_before": mae,
        "mae_after": mae_after,
        "mae_ratio": mae_after / mae,
        "mse_before": mse,
        "mse_after": mse_after,
        "mse_ratio": mse_after / mse,
        "r2_before": r2_score(y, good),
        "r2_after": r2_after,
        "r2_flipped": flipped,
        "r2_state": state,
    }.items():
        run.measure(name, value)

    skewed = rng.lognormal(sigma=1.0, size=n)  # prices, waiting times: a long right tail
    rows = []
    for strategy in ("mean", "median"):
        constant = DummyRegressor(strategy=strategy).fit(np.zeros((n, 1)), skewed)
        guess = constant.predict(np.zeros((n, 1)))  # (n,) one value, repeated
        rows.append(
            {
                "constant": strategy,
                "value": float(guess[0]),
                "MAE": mean_absolute_error(skewed, guess),
                "MSE": mean_squared_error(skewed, guess),
            }
        )
    run.table("Best constant for skewed targets", rows)
    mean, median = rows
    r2_mean = r2_score(y, np.full(n, y.mean()))

    run.claim("mse-explodes", mse_after / mse > 20, f"{mse:.4f} to {mse_after:.3f}")
    run.claim("mae-stays", mae_after / mae < 5, f"{mae:.3f} to {mae_after:.3f}")
    run.claim("mean-has-r2-zero", abs(r2_mean) < 1e-9, f"{r2_mean:.1e}")
    run.claim("r2-can-be-negative", r2_after < 0, f"R² {r2_after:.2f}")
    run.claim(
        "median-wins-mae",
        median["MAE"] < mean["MAE"] and mean["MSE"] < median["MSE"],
        f"MAE {median['MAE']:.3f} against {mean['MAE']:.3f}",
    )
