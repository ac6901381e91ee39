"""Solutions of write_kl_estimators: right ones in other words, and wrong ones with their claim."""

# %% right: torch.where
import torch


def kl_estimates(log_p, log_ref, mask):
    zero = torch.zeros_like(log_p)
    p = torch.where(mask.bool(), log_p, zero)
    r = torch.where(mask.bool(), log_ref.detach(), zero)
    k1 = p - r
    return k1, 0.5 * k1.square(), torch.expm1(-k1) + k1


# %% right: the tokens alone
import torch


def kl_estimates(log_p, log_ref, mask):
    kept = mask > 0
    gap = log_p[kept] - log_ref[kept].detach()

    def spread(values):
        return torch.zeros_like(log_p, requires_grad=False).masked_scatter(kept, values)

    return spread(gap), spread(gap * gap / 2), spread(torch.exp(-gap) - 1 + gap)


# %% wrong: log-ratio turned round -> unbiased
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_p - log_ref.detach()).masked_fill(mask == 0, 0.0)
    return -log_rho, log_rho**2 / 2, log_rho.exp() - 1 - log_rho


# %% wrong: the other ratio in k3 -> unbiased
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return -log_rho, log_rho**2 / 2, (-log_rho).exp() - 1 + log_rho


# %% wrong: no minus one in k3 -> unbiased
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return -log_rho, log_rho**2 / 2, log_rho.exp() - log_rho


# %% wrong: k3 with a plus -> unbiased
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return -log_rho, log_rho**2 / 2, log_rho.exp() - 1 + log_rho


# %% wrong: weighted by the probability -> unbiased
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    p = log_p.masked_fill(mask == 0, 0.0).exp()
    return -log_rho * p, log_rho**2 / 2 * p, (log_rho.exp() - 1 - log_rho) * p


# %% wrong: means returned -> unbiased
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return (-log_rho).mean(), (log_rho**2 / 2).mean(), (log_rho.exp() - 1 - log_rho).mean()


# %% wrong: k1 made positive -> unbiased
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return log_rho.abs(), log_rho**2 / 2, log_rho.exp() - 1 - log_rho


# %% wrong: no half -> k2-near
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return -log_rho, log_rho**2, log_rho.exp() - 1 - log_rho


# %% wrong: k2 of the ratio -> k2-near
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return -log_rho, (log_rho.exp() - 1) ** 2 / 2, log_rho.exp() - 1 - log_rho


# %% wrong: k2 clipped -> k2-near
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return -log_rho, (log_rho**2 / 2).clamp(max=0.5), log_rho.exp() - 1 - log_rho


# %% wrong: estimates in the order k2, k1, k3 -> signs
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return log_rho**2 / 2, -log_rho, log_rho.exp() - 1 - log_rho


# %% wrong: k3 exchanged with k1 -> signs
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return log_rho.exp() - 1 - log_rho, log_rho**2 / 2, -log_rho


# %% wrong: masked by a product -> padding
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = log_ref.detach() - log_p
    return -log_rho * mask, log_rho**2 / 2 * mask, (log_rho.exp() - 1 - log_rho) * mask


# %% wrong: masked at the end -> padding
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = log_ref.detach() - log_p
    k1, k2, k3 = -log_rho, log_rho**2 / 2, log_rho.exp() - 1 - log_rho
    return tuple(k.masked_fill(mask == 0, 0.0) for k in (k1, k2, k3))


# %% wrong: no mask -> padding
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = log_ref.detach() - log_p
    return -log_rho, log_rho**2 / 2, log_rho.exp() - 1 - log_rho


# %% wrong: padding has a k3 of minus one -> padding
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return -log_rho, log_rho**2 / 2, log_rho.exp() * (mask != 0) - 1 - log_rho


# %% wrong: nan_to_num -> padding
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = log_ref.detach() - log_p
    return tuple(
        torch.nan_to_num(k) * mask for k in (-log_rho, log_rho**2 / 2, log_rho.exp() - 1 - log_rho)
    )


# %% wrong: the reference not detached -> gradients
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref - log_p).masked_fill(mask == 0, 0.0)
    return -log_rho, log_rho**2 / 2, log_rho.exp() - 1 - log_rho


# %% wrong: the policy detached -> gradients
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p.detach()).masked_fill(mask == 0, 0.0)
    return -log_rho, log_rho**2 / 2, log_rho.exp() - 1 - log_rho


# %% wrong: the ratio of k3 detached -> gradients
import torch


def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return -log_rho, log_rho**2 / 2, log_rho.detach().exp() - 1 - log_rho


# %% wrong: no gradient -> gradients
import torch


@torch.no_grad()
def kl_estimates(log_p, log_ref, mask):
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return -log_rho, log_rho**2 / 2, log_rho.exp() - 1 - log_rho
