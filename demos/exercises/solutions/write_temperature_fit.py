"""Solutions of write_temperature_fit: right ones in other words, and wrong ones with their claim."""

# %% right: a search on log T
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logp[rows, labels].mean()

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(np.exp(found.x))


# %% right: torch and LBFGS
import torch
import torch.nn.functional as F


def fit_temperature(logits, labels):
    z, y = torch.as_tensor(logits).double(), torch.as_tensor(labels).long()
    scale = z.std()
    log_t = torch.zeros((), dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_t], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(z / scale / log_t.exp(), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return (scale * log_t.exp()).item()


# %% right: a grid made finer
import numpy as np


def fit_temperature(logits, labels):
    z = logits - logits.max(1, keepdims=True)
    rows = np.arange(len(labels))

    def nll(t):
        s = z / t
        return (np.log(np.exp(s).sum(1)) - s[rows, labels]).mean()

    low, high = 1e-4, 1e5
    for _ in range(6):
        grid = np.geomspace(low, high, 30)
        best = min(range(30), key=lambda i: nll(grid[i]))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 29)]
    return (low * high) ** 0.5


# %% wrong: the inverse -> equals-scipy
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logp[rows, labels].mean()

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(np.exp(-found.x))


# %% wrong: the logarithm -> equals-scipy
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logp[rows, labels].mean()

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(found.x)


# %% wrong: a coarse grid -> equals-scipy
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logp[rows, labels].mean()

    return min(np.arange(0.5, 10, 0.5), key=lambda t: nll(np.log(t)))


# %% wrong: the likelihood of the favourite -> equals-scipy
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logp.max(axis=1).mean()

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(np.exp(found.x))


# %% wrong: mean confidence equals accuracy -> equals-scipy
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return abs(np.exp(logp.max(axis=1)).mean() - (logp.argmax(axis=1) == labels).mean())

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(np.exp(found.x))


# %% wrong: the Brier score -> equals-scipy
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return ((np.exp(logp) - np.eye(logits.shape[1])[labels]) ** 2).sum(1).mean()

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(np.exp(found.x))


# %% wrong: the probability, not its logarithm -> equals-scipy
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -np.exp(logp[rows, labels]).mean()

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(np.exp(found.x))


# %% wrong: a softmax over the items -> equals-scipy
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=0, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=0, keepdims=True))
        return -logp[rows, labels].mean()

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(np.exp(found.x))


# %% wrong: some steps of gradient descent -> equals-scipy
import numpy as np


def fit_temperature(logits, labels):
    z = logits - logits.max(1, keepdims=True)
    right = z[np.arange(len(labels)), labels]
    t = 1.0
    for _ in range(20):
        p = np.exp(z / t)
        p /= p.sum(1, keepdims=True)
        t -= 0.01 * ((right - (p * z).sum(1)).mean() / t**2)
    return t


# %% wrong: the logits are shifted in place -> equals-scipy
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logp[rows, labels].mean()

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(np.exp(found.x))


# %% wrong: the starter: always 1 -> below-one
def fit_temperature(logits, labels):
    return 1.0


# %% wrong: never below 1 -> below-one
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logp[rows, labels].mean()

    found = minimize_scalar(nll, bounds=(0, 12), method="bounded")
    return float(np.exp(found.x))


# %% wrong: a search from 0.5 on -> below-one
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logp[rows, labels].mean()

    found = minimize_scalar(nll, bounds=(np.log(0.6), 12), method="bounded")
    return float(np.exp(found.x))


# %% wrong: no temperature above 10 -> large-logits
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logp[rows, labels].mean()

    found = minimize_scalar(nll, bounds=(-12, np.log(10)), method="bounded")
    return float(np.exp(found.x))


# %% wrong: exponentials without a shift -> large-logits
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = logits / np.exp(log_t)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logp[rows, labels].mean()

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(np.exp(found.x))


# %% wrong: logits clipped to 50 -> large-logits
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        z = np.clip(logits, -50, 50) / np.exp(log_t)
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logp[rows, labels].mean()

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(np.exp(found.x))


# %% wrong: probabilities with a floor -> large-logits
import numpy as np
from scipy.optimize import minimize_scalar


def fit_temperature(logits, labels):
    rows = np.arange(len(labels))

    def nll(log_t):
        p = np.exp(np.minimum(logits / np.exp(log_t), 700))
        p = p / p.sum(axis=1, keepdims=True)
        return -np.log(p[rows, labels] + 1e-300).mean()

    found = minimize_scalar(nll, bounds=(-12, 12), method="bounded")
    return float(np.exp(found.x))
