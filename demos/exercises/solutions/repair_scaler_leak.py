"""Repairs of repair_scaler_leak: right ones in other words, and wrong ones with their claim."""

# %% right: mean and deviation of the training rows
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    mean, std = rows[~is_test].mean(axis=0), rows[~is_test].std(axis=0)
    x, y = (rows[~is_test] - mean) / std, labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= x.T @ (p - y) / len(y)
        bias -= np.mean(p - y)

    def predict(raw):
        return ((raw - mean) / std @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(rows[is_test]) == labels[is_test])


# %% right: split first, scikit-learn's scaler
import numpy as np
from sklearn.preprocessing import MinMaxScaler


def fit_and_test(rows, labels, is_test, log):
    train, test = rows[~is_test], rows[is_test]
    scaler = MinMaxScaler().fit(train)
    x, y = scaler.transform(train), labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 3 * x.T @ (p - y) / len(y)
        bias -= 3 * np.mean(p - y)

    def predict(raw):
        return (scaler.transform(raw) @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(test) == labels[is_test])


# %% right: median and quartiles of the training rows
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    train = rows[~is_test]
    middle = np.median(train, axis=0)
    width = np.percentile(train, 75, axis=0) - np.percentile(train, 25, axis=0)

    def scale(raw):
        return (raw - middle) / width

    x, y = scale(train), labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 3 * x.T @ (p - y) / len(y)
        bias -= np.mean(p - y)

    def predict(raw):
        return (scale(raw) @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(rows[is_test]) == labels[is_test])


# %% wrong: a higher rate and more steps -> blind-to-test
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    low, high = rows.min(axis=0), rows.max(axis=0)
    x, y = ((rows - low) / (high - low))[~is_test], labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(2000):
        p = np.clip(1 / (1 + np.exp(-(x @ weights + bias))), 1e-9, 1 - 1e-9)
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        centre = x.mean(axis=0)
        weights -= 3e5 * (x - centre).T @ (p - y) / len(y)
        bias = -centre @ weights

    def predict(raw):
        return ((raw - low) / (high - low) @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(rows[is_test]) == labels[is_test])


# %% wrong: a robust scaler on all rows -> blind-to-test
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    middle = np.median(rows, axis=0)
    width = np.percentile(rows, 75, axis=0) - np.percentile(rows, 25, axis=0)
    x, y = ((rows - middle) / width)[~is_test], labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 3 * x.T @ (p - y) / len(y)
        bias -= np.mean(p - y)

    def predict(raw):
        return ((raw - middle) / width @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(rows[is_test]) == labels[is_test])


# %% wrong: outliers of all rows clipped first -> blind-to-test
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    rows = np.clip(rows, np.percentile(rows, 3, axis=0), np.percentile(rows, 97, axis=0))
    low, high = rows.min(axis=0), rows.max(axis=0)
    x, y = ((rows - low) / (high - low))[~is_test], labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 3 * x.T @ (p - y) / len(y)
        bias -= 3 * np.mean(p - y)

    def predict(raw):
        return ((raw - low) / (high - low) @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(rows[is_test]) == labels[is_test])


# %% wrong: the accuracy of the training rows -> honest-report
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    low, high = rows[~is_test].min(axis=0), rows[~is_test].max(axis=0)
    x, y = (rows[~is_test] - low) / (high - low), labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 3 * x.T @ (p - y) / len(y)
        bias -= 3 * np.mean(p - y)

    def predict(raw):
        return ((raw - low) / (high - low) @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(rows[~is_test]) == labels[~is_test])


# %% wrong: the accuracy is a constant -> honest-report
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    low, high = rows[~is_test].min(axis=0), rows[~is_test].max(axis=0)
    x, y = (rows[~is_test] - low) / (high - low), labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 3 * x.T @ (p - y) / len(y)
        bias -= 3 * np.mean(p - y)

    def predict(raw):
        return ((raw - low) / (high - low) @ weights + bias > 0).astype(int)

    return predict, 0.99


# %% wrong: each set scaled by itself -> row-by-row
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    def scale(raw):
        width = np.ptp(raw, axis=0)
        return (raw - raw.min(axis=0)) / np.where(width > 0, width, 1)

    x, y = scale(rows[~is_test]), labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 3 * x.T @ (p - y) / len(y)
        bias -= 3 * np.mean(p - y)

    def predict(raw):
        return (scale(raw) @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(rows[is_test]) == labels[is_test])


# %% wrong: no scaling at all -> learns
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    x, y = rows[~is_test], labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = np.clip(1 / (1 + np.exp(-np.clip(x @ weights + bias, -30, 30))), 1e-9, 1 - 1e-9)
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 1e-9 * x.T @ (p - y) / len(y)
        bias -= np.mean(p - y)

    def predict(raw):
        return (raw @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(rows[is_test]) == labels[is_test])


# %% wrong: trained on the test rows too -> blind-to-test
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    low, high = rows[~is_test].min(axis=0), rows[~is_test].max(axis=0)
    x, y = np.clip((rows - low) / (high - low), 0, 1), labels
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 3 * x.T @ (p - y) / len(y)
        bias -= 3 * np.mean(p - y)

    def predict(raw):
        return (np.clip((raw - low) / (high - low), 0, 1) @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(rows[is_test]) == labels[is_test])


# %% wrong: raw rows in serving -> honest-report
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    low, high = rows[~is_test].min(axis=0), rows[~is_test].max(axis=0)
    x, y = (rows[~is_test] - low) / (high - low), labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 3 * x.T @ (p - y) / len(y)
        bias -= 3 * np.mean(p - y)

    def predict(raw):
        return (raw @ weights + bias > 0).astype(int)

    test = (rows[is_test] - low) / (high - low)
    return predict, np.mean((test @ weights + bias > 0) == labels[is_test])
