"""Solutions of write_lora_merge: right ones in other words, and wrong ones with their claim."""

# %% right: in place, as peft does
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight += self.delta()
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight -= self.delta()
            self.merged = False


# %% right: the old weight kept aside
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.base = weight
        scale = alpha / len(a)
        self.full = (weight.float() + scale * (b @ a)).to(weight.dtype)
        self.a, self.b = scale * a, b
        self.unmerge()

    def forward(self, x):
        out = x @ self.weight.T
        if self.weight is self.base:
            out += (x.float() @ self.a.T @ self.b.T).to(x.dtype)
        return out

    def merge(self):
        self.weight = self.full

    def unmerge(self):
        self.weight = self.base


# %% right: one sum for every state
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.scale = weight, a, b, alpha / a.shape[0]
        self.inside = 0

    def forward(self, x):
        rest = (1 - self.inside) * self.scale
        side = rest * (x.float() @ self.a.T @ self.b.T)
        return x @ self.weight.T + side.to(x.dtype)

    def put(self, inside):
        change = (inside - self.inside) * self.scale * (self.b @ self.a)
        self.weight = (self.weight.float() + change).to(self.weight.dtype)
        self.inside = inside

    def merge(self):
        self.put(1)

    def unmerge(self):
        self.put(0)


# %% wrong: scale left out -> merged-like-peft
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: α without the rank -> merged-like-peft
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: scale in forward only -> merged-like-peft
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ (self.alpha / self.a.shape[0] * self.delta().T)).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: whole-number division -> merged-like-peft
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha // self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: A and B the other way round -> merged-like-peft
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * (self.a.T @ self.b.T)

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: nothing returned to the weight -> merged-like-peft
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight.float().add_(
                self.delta()
            ) if self.weight.dtype != torch.float32 else self.weight + self.delta()
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: adapter also after merging -> same-output
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if True:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: forward without the adapter -> same-output
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: the flag never taken back -> same-output
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)


# %% wrong: unmerge without the scale -> restored
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.b @ self.a).to(self.weight.dtype)
            self.merged = False


# %% wrong: unmerge adds -> restored
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: unmerge does nothing -> restored
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.merged = False


# %% wrong: the adapter thrown away at merge -> restored
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True
            self.b = torch.zeros_like(self.b)

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: unmerge through half precision -> restored
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.bfloat16() - self.delta().bfloat16()).to(self.weight.dtype)
            self.merged = False


# %% wrong: no flag -> twice-is-once
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if True:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: unmerge without a merge takes away -> twice-is-once
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if True:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: merge and unmerge toggle -> twice-is-once
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if self.merged:
            self.unmerge()
        else:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: float32 from then on -> keeps-the-type
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = self.weight.float() + self.delta()
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = self.weight.float() - self.delta()
            self.merged = False


# %% right: the product rounded as well, as peft's safe merge does
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = self.weight + self.delta().to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: the output in float32 -> keeps-the-type
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x.float() @ self.weight.float().T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(self.weight.dtype)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: half instead of bfloat16 -> keeps-the-type
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha
        self.merged = False

    def delta(self):
        return self.alpha / self.a.shape[0] * self.b @ self.a

    def forward(self, x):
        out = x @ self.weight.T
        if not self.merged:
            out = out + (x.float() @ self.delta().T).to(out.dtype)
        return out

    def merge(self):
        if not self.merged:
            self.weight = (self.weight.float() + self.delta()).to(
                torch.float32 if self.weight.dtype == torch.float32 else torch.float16
            )
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.weight = (self.weight.float() - self.delta()).to(self.weight.dtype)
            self.merged = False


# %% wrong: the weight brought to the adapter's type -> keeps-the-type
import torch


class MergeableLora:
    def __init__(self, weight, a, b, alpha):
        self.weight, self.delta = weight.to(a.dtype), alpha / len(a) * (b @ a)
        self.merged = False

    def forward(self, x):
        full = self.weight if self.merged else self.weight + self.delta
        return (x.float() @ full.T).to(x.dtype)

    def merge(self):
        if not self.merged:
            self.weight, self.merged = self.weight + self.delta, True

    def unmerge(self):
        if self.merged:
            self.weight, self.merged = self.weight - self.delta, False
