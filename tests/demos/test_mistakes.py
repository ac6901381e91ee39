"""What a learner reads whose code is wrong in a way that many try."""

from __future__ import annotations

import pytest

from quizapp.demo.kept import kept
from quizapp.demo.params import CodeText
from quizapp.demo.run import Run
from quizapp.demo.solution import load as code
from quizapp.demo.spec import read_spec
from tests.demos.running import DEMOS, Outcome, load


def evidence(exercise: str, solution: str) -> list[str]:
    """Return what the failed claims of a kept solution say."""
    name = f"exercises/{exercise}"
    spec = read_spec(DEMOS / f"{name}.py")
    text = next(one.text for one in kept(spec) if one.name == solution)
    outcome = Outcome()
    demo = load(name)
    run = Run(demo, outcome.take, bundled=True)
    param = demo.params[spec.code]
    assert isinstance(param, CodeText)
    demo.main(run, **{**spec.settings({}), spec.code: code(text, param.entry)})
    claims = outcome.state.claims
    return [claim.evidence for claim in claims if claim.state == "fails"]


@pytest.mark.parametrize(
    ("exercise", "solution", "question"),
    [
        (
            "repair_batch_mean",
            "weighted by texts",
            "does a token weigh less in a batch of long texts?",
        ),
        ("repair_label_shift", "both sides cut alike", "are both cut at the same end?"),
        (
            "repair_noisy_validation",
            "never back to training",
            "what does a validation leave behind?",
        ),
        (
            "repair_zero_grad",
            "zeroed once before the loop",
            "does a step still follow the gradients of earlier batches?",
        ),
        (
            "repair_zero_grad",
            "zeroed between backward and step",
            "is anything left of the gradient when the step is made?",
        ),
        (
            "repair_zero_grad",
            "a tenth of the rate",
            "a smaller rate makes the waves slower: what makes them?",
        ),
        ("repair_merge_scale", "the starter", "is B · A all that peft adds?"),
        ("repair_merge_scale", "alpha without the rank", "does the rank count too?"),
        ("repair_merge_scale", "the scale turned round", "is the factor turned round?"),
        ("repair_merge_scale", "rsLoRA's scale", "a root of the rank is rsLoRA's"),
        (
            "repair_merge_scale",
            "not merged, the curve ends sooner",
            "is the adapter in the weights at all?",
        ),
        ("repair_frozen", "a new adapter", "is this the base without what was learned yesterday?"),
        ("repair_frozen", "train() alone", "do they ask for a gradient?"),
        ("repair_adapter_rate", "a rate of 3", "is the rate too large?"),
        ("repair_adapter_rate", "three times the rate", "how far does it get at this rate?"),
        (
            "write_bleu",
            "the last n-gram is missing",
            "is the last n-gram of each sentence counted?",
        ),
    ],
)
def test_a_common_mistake_is_met_with_a_question(
    exercise: str, solution: str, question: str
) -> None:
    assert question in " ".join(evidence(exercise, solution))
