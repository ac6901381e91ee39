"""Solutions of write_adamw_step: right ones in other words, and wrong ones with their claim."""


# %% right: decay first, as torch does it
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    w = w * (1 - lr * decay)
    m = m + (1 - beta1) * (g - m)
    v = v.mul(beta2).addcmul(g, g, value=1 - beta2)
    root = v.sqrt() / (1 - beta2**t) ** 0.5
    return w - lr / (1 - beta1**t) * m / (root + eps), m, v


# %% right: copies changed in place
import torch


def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    w, m, v = w.clone(), m.clone(), v.clone()
    m.mul_(beta1).add_(g, alpha=1 - beta1)
    v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
    update = (m / (1 - beta1**t)) / (torch.sqrt(v / (1 - beta2**t)) + eps)
    w.sub_(lr * (update + decay * w))
    return w, m, v


# %% wrong: no bias correction -> first-step
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * decay * w - lr * m / (v.sqrt() + eps), m, v


# %% wrong: t counted from 0 -> first-step
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1 ** (t + 1)), v / (1 - beta2 ** (t + 1))
    return w - lr * decay * w - lr * m_hat / (v_hat.sqrt() + eps), m, v


# %% wrong: correction of the first moment only -> first-step
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * decay * w - lr * m / (1 - beta1**t) / (v.sqrt() + eps), m, v


# %% wrong: corrected moments handed on -> many-steps
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
    return w - lr * decay * w - lr * m / (v.sqrt() + eps), m, v


# %% wrong: moments not handed on -> many-steps
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m1 = beta1 * m + (1 - beta1) * g
    v1 = beta2 * v + (1 - beta2) * g**2
    update = m1 / (1 - beta1**t) / ((v1 / (1 - beta2**t)).sqrt() + eps)
    return w - lr * decay * w - lr * update, m, v


# %% wrong: always the correction of step 1 -> many-steps
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    update = m / (1 - beta1) / ((v / (1 - beta2)).sqrt() + eps)
    return w - lr * decay * w - lr * update, m, v


# %% wrong: betas exchanged -> many-steps
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta2 * m + (1 - beta2) * g
    v = beta1 * v + (1 - beta1) * g**2
    update = m / (1 - beta2**t) / ((v / (1 - beta1**t)).sqrt() + eps)
    return w - lr * decay * w - lr * update, m, v


# %% wrong: the gradient instead of its mean -> many-steps
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * decay * w - lr * g / ((v / (1 - beta2**t)).sqrt() + eps), m, v


# %% wrong: decay added to the gradient -> decoupled-decay
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    g = g + decay * w
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    update = m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + eps)
    return w - lr * update, m, v


# %% wrong: decay without the learning rate -> decoupled-decay
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    update = m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + eps)
    return w - decay * w - lr * update, m, v


# %% wrong: decay left out -> decoupled-decay
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + eps), m, v


# %% wrong: decay divided by the root -> decoupled-decay
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    update = (m / (1 - beta1**t) + decay * w) / ((v / (1 - beta2**t)).sqrt() + eps)
    return w - lr * update, m, v


# %% wrong: epsilon under the root -> epsilon
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    update = m / (1 - beta1**t) / (v / (1 - beta2**t) + eps).sqrt()
    return w - lr * decay * w - lr * update, m, v


# %% wrong: epsilon left out -> epsilon
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    update = m / (1 - beta1**t) / (v / (1 - beta2**t)).sqrt().clamp(min=1e-30)
    return w - lr * decay * w - lr * update, m, v


# %% wrong: epsilon before the correction -> epsilon
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    update = m / (1 - beta1**t) * (1 - beta2**t) ** 0.5 / (v.sqrt() + eps)
    return w - lr * decay * w - lr * update, m, v


# %% wrong: moments changed in place -> arguments-kept
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m.mul_(beta1).add_(g, alpha=1 - beta1)
    v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
    update = m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + eps)
    return w - lr * decay * w - lr * update, m, v


# %% wrong: weights changed in place -> arguments-kept
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    w *= 1 - lr * decay
    w -= lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + eps)
    return w, m, v


# %% wrong: moments kept in the module -> no-state-kept
STATE = {}


def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    if t == 1:
        STATE["m"], STATE["v"] = m, v
    m = STATE["m"] = beta1 * STATE["m"] + (1 - beta1) * g
    v = STATE["v"] = beta2 * STATE["v"] + (1 - beta2) * g**2
    update = m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + eps)
    return w - lr * decay * w - lr * update, m, v
