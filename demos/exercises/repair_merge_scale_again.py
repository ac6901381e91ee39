"""Repair a server of several adapters.

**Exercise.** One linear layer serves customers with an adapter each: before a request the adapter
is added to the weight, afterwards it is taken out again. The first answer is right. The longer
the server runs, the worse the answers, and the curve shows how far the weight has gone from where
it began. Repair the server.

The judge answers each request with y = W x + (α/r) · B A x, where r is the number of A's rows.
"""

import copy

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def serve(layer, adapters, requests, log):
    """Return the answer to each request, given with the customer's adapter in the weight.

    layer:    torch.nn.Linear, shared by all customers and used by others afterwards
    adapters: by customer, (a, b, alpha) with a (rank, in) and b (out, rank)
    requests: list of (customer, x)
    log:      log(step, distance) draws how far the weight is from where it began
    """
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight += alpha / len(a) * b @ a
            answers.append(layer(x))
            layer.weight -= b @ a
        log(step, (layer.weight - begin).norm().item())
    return answers
'''


def serve(layer, adapters, requests, log):
    """Return the answer to each request, given with the customer's adapter in the weight."""
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight += alpha / len(a) * b @ a
            answers.append(layer(x))
            layer.weight.copy_(begin)  # exact, where subtracting would leave rounding errors
        log(step, (layer.weight - begin).norm().item())
    return answers


@demo(
    topic="repair-training",
    claims={
        "first-answers": "A first request of each customer is answered right",
        "later-answers": "So is every later one, also after hundreds of requests",
        "layer-left": "The shared layer ends with the weight that it began with",
        "adapters-left": "The adapters are left as they were",
    },
    measures={"drift": "Distance of the weight from where it began"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="serve", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    inputs, outputs, customers = 10 + seed % 5, 7 + seed % 3, 3
    layer = torch.nn.Linear(inputs, outputs)
    adapters = {}
    for name in range(customers):
        rank = 1 + name + seed % 2
        a, b = torch.randn(rank, inputs) / inputs**0.5, torch.randn(outputs, rank) / 2
        adapters[f"customer {name}"] = (a, b, 3 * rank + name + 1)
    names = [f"customer {i}" for i in torch.randint(customers, (300,)).tolist()]
    before = copy.deepcopy(adapters)
    requests = [(name, torch.randn(2, inputs)) for name in [*adapters, *names]]

    def formula(name: str, x: torch.Tensor) -> torch.Tensor:
        a, b, alpha = before[name]
        with torch.no_grad():
            return layer(x) + alpha / a.shape[0] * (x @ a.T) @ b.T

    right = [formula(*request) for request in requests]
    run.axes(x="request", y="distance of the weight")
    run.progress(len(requests))

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    with run.judge("first-answers") as judge:
        for name, x in requests[:customers]:
            mine = copy.deepcopy(layer)
            yours = solution(mine, adapters, [(name, x)], lambda step, value: run.check())
            plain = layer(x).detach()
            judge.equal(
                yours[0],
                formula(name, x),
                within=1e-4,
                by="the formula",
                of=name,
                mistakes={"is the adapter in the weight at that moment?": plain},
            )

    mine = copy.deepcopy(layer)
    with run.judge("later-answers") as judge:
        yours = solution(mine, adapters, requests, log)
        judge.equal(len(yours), len(right), by="the list of requests", of="number of answers")
        for step, (one, other) in enumerate(zip(yours, right, strict=True)):
            judge.equal(one, other, within=1e-3, by="the formula", of=f"request {step}")

    with run.judge("layer-left") as judge:
        drift = (mine.weight - layer.weight).norm().item()
        run.measure(drift=drift)
        judge.that(drift < 1e-3, f"the weight ends {drift:.3g} away from where it began")
        judge.equal(mine.bias, layer.bias, by="the layer at the start", of="the bias")

    with run.judge("adapters-left") as judge:
        for name, (a, b, alpha) in adapters.items():
            judge.equal(a, before[name][0], within=0, by="before", of=f"A of {name}")
            judge.equal(b, before[name][1], within=0, by="before", of=f"B of {name}")
            judge.equal(alpha, before[name][2], within=0, by="before", of=f"alpha of {name}")
