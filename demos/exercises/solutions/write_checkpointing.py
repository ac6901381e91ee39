"""Solutions of write_checkpointing: right ones in other words, and wrong ones with their claim."""

# %% right: states put back by hand
import torch


class Recompute(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, function):
        ctx.function = function
        ctx.rng = torch.random.get_rng_state()
        ctx.save_for_backward(x)
        with torch.no_grad():
            return function(x)

    @staticmethod
    def backward(ctx, upstream):
        x = ctx.saved_tensors[0].detach()
        x.requires_grad_(True)
        now = torch.random.get_rng_state()
        torch.random.set_rng_state(ctx.rng)
        with torch.enable_grad():
            y = ctx.function(x)
        torch.random.set_rng_state(now)
        torch.autograd.backward(y, upstream)
        return x.grad, None


def checkpoint(function, x):
    return Recompute.apply(x, function)


# %% right: a scalar product instead of backward(grad)
import torch


class Again(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.f, ctx.seeded = function, torch.get_rng_state()
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, g):
        inner = ctx.saved_tensors[0].detach().clone().requires_grad_()
        with torch.random.fork_rng(devices=[]):
            torch.set_rng_state(ctx.seeded)
            with torch.enable_grad():
                (ctx.f(inner) * g).sum().backward()
        return None, inner.grad


def checkpoint(function, x):
    return Again.apply(function, x)


# %% wrong: the gradient is handed through -> same-gradients
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function, ctx.state = function, torch.get_rng_state()
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            ctx.function(x).backward(grad)
        return None, grad


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: the gradient that arrives is ignored -> same-gradients
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function, ctx.state = function, torch.get_rng_state()
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            ctx.function(x).sum().backward()
        return None, x.grad


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: parameters get no gradient -> same-gradients
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function, ctx.state = function, torch.get_rng_state()
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            y = ctx.function(x)
        (found,) = torch.autograd.grad(y, x, grad)
        return None, found


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: multiplied by the gradient a second time -> same-gradients
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function, ctx.state = function, torch.get_rng_state()
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            ctx.function(x).backward(grad)
        return None, x.grad * grad


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: no checkpointing -> runs-again
def checkpoint(function, x):
    return function(x)


# %% wrong: no graph in the second run -> runs-again
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function, ctx.state = function, torch.get_rng_state()
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]):
            torch.set_rng_state(ctx.state)
            ctx.function(x).backward(grad)
        return None, x.grad


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: the graph of the first run is kept -> runs-again
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.x = x.detach().requires_grad_()
        with torch.enable_grad():
            ctx.y = function(ctx.x)
        return ctx.y.detach()

    @staticmethod
    def backward(ctx, grad):
        ctx.y.backward(grad)
        return None, ctx.x.grad


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: run twice in the backward pass -> runs-again
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function, ctx.state = function, torch.get_rng_state()
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            (found,) = torch.autograd.grad(ctx.function(x), x, grad)
            torch.set_rng_state(ctx.state)
            ctx.function(x).backward(grad)
        return None, found


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: the output is saved too -> keeps-the-input-only
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function, ctx.state = function, torch.get_rng_state()
        y = function(x)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            ctx.function(x).backward(grad)
        return None, x.grad


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: a copy of the input is saved -> keeps-the-input-only
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function, ctx.state = function, torch.get_rng_state()
        ctx.save_for_backward(x.clone())
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            ctx.function(x).backward(grad)
        return None, x.grad


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: output detached -> keeps-the-input-only
import torch


def checkpoint(function, x):
    with torch.no_grad():
        return function(x)


# %% wrong: no state of the random numbers -> same-dropout
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function = function
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            ctx.function(x).backward(grad)
        return None, x.grad


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: the state after the first run -> same-dropout
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function = function
        ctx.save_for_backward(x)
        y = function(x)
        ctx.state = torch.get_rng_state()
        return y

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            ctx.function(x).backward(grad)
        return None, x.grad


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: one seed for every run -> same-dropout
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function = function
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.manual_seed(0)
            ctx.function(x).backward(grad)
        return None, x.grad


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: the state of the first run is left behind -> random-numbers-go-on
import torch


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function, ctx.state = function, torch.get_rng_state()
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        torch.set_rng_state(ctx.state)
        with torch.enable_grad():
            y = ctx.function(x)
        y.backward(grad)
        return None, x.grad


def checkpoint(function, x):
    return C.apply(function, x)


# %% wrong: one state for all calls -> same-dropout
import torch

STATE = []


class C(torch.autograd.Function):
    @staticmethod
    def forward(ctx, function, x):
        ctx.function = function
        if not STATE:
            STATE.append(torch.get_rng_state())
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(STATE[0])
            ctx.function(x).backward(grad)
        return None, x.grad


def checkpoint(function, x):
    return C.apply(function, x)
