"""QLoRA: training through a frozen 4-bit base.

**Question.** The base is stored in 4 bits. What is trained, what stays as it was, and what does it
cost in quality against LoRA on the same base in 32 bits?

**Idea.** A layer turns its codes back into numbers, multiplies, and forgets the numbers again:

    h = dequant(W₄)·x + (α/r)·B·A·x        W₄: 4-bit codes and scales, frozen

The gradient flows *through* dequant(W₄) to earlier layers and into A and B. Codes are integers and
get none. There are two adapter matrices, not three, and nothing is multiplied in 4 bits.

**Watch** two training curves on the same batches. The 4-bit base starts a little off; the adapter
learns the task and the repair at once, and the curves lie on each other. The bars compare memory:
only the linear layers are in 4 bits, so a miniature with large embeddings saves less than a 7B.

**Try** until a claim fails. `steps=5`: both runs are still on their way, and which one is ahead is
chance; parity is a statement about finished runs. `compute=bfloat16`: the products are rounded to 8
bits of mantissa, and the layer rebuilt by hand in float32 no longer agrees.

**Real scale.** QLoRA (arXiv 2305.14314, section 3, equation 5): NF4, double quantization, bfloat16
compute. Section 4 reports parity with 16-bit fine-tuning when *all* linear layers carry an
adapter. Not shown here: speed. Dequantizing costs time in every pass, so QLoRA saves memory, not
time.
"""

import copy

import bitsandbytes as bnb
import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model, prepare_model_for_kbit_training
from transformers import BitsAndBytesConfig
from transformers.pytorch_utils import Conv1D  # a linear layer that keeps its weight as (in, out)

from quizapp.demo import Choice, Float, Int, Model, Predict, Run, demo


def as_sums(qlora: PeftModel, plain: torch.nn.Module) -> torch.nn.Module:
    """Return the plain model with W = dequant(W₄) + (α/r)·B·A in every adapted layer."""
    for name, layer in qlora.base_model.model.named_modules():
        if not hasattr(layer, "lora_A"):
            continue
        codes = layer.base_layer.weight
        W4 = bnb.functional.dequantize_4bit(codes.data, codes.quant_state).float()  # (out, in)
        A = layer.lora_A["default"].weight  # (r, in)
        B = layer.lora_B["default"].weight  # (out, r)
        W = W4 + layer.scaling["default"] * B @ A
        rebuilt = plain.get_submodule(name)
        rebuilt.weight.data = W.data.T if isinstance(rebuilt, Conv1D) else W.data
    return plain


def codes_and_scales(layers: list[bnb.nn.Linear4bit]) -> list[torch.Tensor]:
    """Return a copy of all that is stored of the 4-bit layers."""
    stored = [(m.weight.data, m.weight.quant_state.absmax) for m in layers]
    return [tensor.clone() for pair in stored for tensor in pair]


def stored_bytes(layer: bnb.nn.Linear4bit) -> int:
    """Return the bytes of codes, of their scales in 8 bits, and of the scales of these."""
    state = layer.weight.quant_state
    return layer.weight.nbytes + state.absmax.nbytes + state.state2.absmax.nbytes


def adapter(rank: int) -> LoraConfig:
    return LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")


@demo(
    topic="quantization",
    claims={
        "matches-lora": "On unseen text QLoRA ends within 0.02 nats of LoRA on the 32-bit base",
        "base-unchanged": "No 4-bit code and no scale has changed, bit by bit",
        "no-gradient-on-codes": "Training leaves no gradient on any 4-bit weight",
        "weight-is-the-sum": "A layer with dequant(W₄) + (α/r)·B·A gives the same logits (1e-3)",
    },
    measures={
        "loss_before": "loss on unseen new-guideline text before training, 4-bit base, nats per "
        "token",
        "loss_qlora": "loss on unseen new-guideline text after QLoRA, nats per token",
        "loss_lora": "loss on unseen new-guideline text after LoRA on the 32-bit base, nats per "
        "token",
        "gap": "loss of QLoRA minus that of LoRA, nats per token",
        "accuracy_qlora": "share of questions answered by the new guideline, QLoRA",
        "base_drift": "KL of the 4-bit base from the 32-bit base before training, nats per token",
        "bits_per_weight": "bits per weight of the 4-bit layers, scales included",
        "rebuilt": "largest difference of the logits when the layers are rebuilt as a sum",
        "ends": "where the loss of QLoRA ends against that of LoRA",
    },
    predict=Predict(
        "Same batches, same steps. On unseen text, QLoRA's loss is ... LoRA's.",
        options=("within 0.02 of", "above", "below"),
        measure="ends",
        bundled=True,
    ),
    budget_s=10,
    token_passes=350_000,
    model_copies=3,
    trained_texts=16,
    bundled_claims=("matches-lora", "weight-is-the-sum"),
)
def main(
    run: Run,
    rank: int = Int(8, 1, 64, log=True),
    learning_rate: float = Float(1e-2, 1e-4, 0.1, log=True),
    steps: int = Int(70, 5, 300),
    code: str = Choice("nf4", "fp4"),
    compute: str = Choice("float32", "bfloat16", help="type of the matrix products"),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    full, tokenizer = tinyworld.load(model, run.device, dtype=torch.float32)
    config = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type=code,
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=getattr(torch, compute),
    )
    small, _ = tinyworld.load(model, run.device, quantization_config=config)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    loss_before = tinyworld.loss(small, tokenizer, unseen)
    base_drift, _ = tinyworld.divergence(small, full, tokenizer, unseen)

    layers = [m for m in small.modules() if isinstance(m, bnb.nn.Linear4bit)]
    if not layers:
        raise tinyworld.UnfitModel(
            f"bitsandbytes finds no linear layer to quantize in {type(small).__name__}. "
            "Choose another model."
        )
    before = codes_and_scales(layers)
    stored = sum(stored_bytes(layer) for layer in layers)
    weights = sum(layer.in_features * layer.out_features for layer in layers)
    run.axes(x="step", y="training loss (nats per token)")
    run.bars("linear layers (kB)", {"32 bit": 4 * weights / 1e3, "4 bit": stored / 1e3}, chart="kB")

    plain = copy.deepcopy(full)
    small = prepare_model_for_kbit_training(small, use_gradient_checkpointing=False)
    torch.manual_seed(seed)
    qlora = get_peft_model(small, adapter(rank))
    bases = [m.base_layer for m in qlora.modules() if hasattr(m, "lora_A")]
    if not all(isinstance(base, bnb.nn.Linear4bit) for base in bases):
        raise tinyworld.UnfitModel(
            f"bitsandbytes leaves the fused experts of {type(full).__name__} in full precision, so "
            "most of the model would not be in 4 bits. Choose another model."
        )
    torch.manual_seed(seed)  # both adapters start alike
    lora = get_peft_model(full, adapter(rank))
    texts = tinyworld.documents("clinic", 16 * steps, seed=seed)
    batches = list(tinyworld.batches(tokenizer, texts, 16, run.device))  # input_ids: (16, T)
    train_qlora = tinyworld.train(qlora, batches, learning_rate)
    train_lora = tinyworld.train(lora, batches, learning_rate)
    for step in run.steps(steps):
        run.point(step, QLoRA=next(train_qlora), LoRA=next(train_lora))

    loss_qlora = tinyworld.loss(qlora, tokenizer, unseen)
    loss_lora = tinyworld.loss(lora, tokenizer, unseen)
    accuracy = tinyworld.accuracy(qlora, tokenizer, tinyworld.cases("clinic"))
    kept = all(map(torch.equal, before, codes_and_scales(layers)))
    touched = sum(layer.weight.grad is not None for layer in layers)  # nobody clears these
    plain = as_sums(qlora, plain)
    with tinyworld.evaluating(qlora), tinyworld.evaluating(plain):  # a dropout would differ
        rebuilt = plain(**batches[-1]).logits  # (16, T, vocabulary)
        difference = (qlora(**batches[-1]).logits - rebuilt).abs().max().item()
    gap = loss_qlora - loss_lora
    ends = "above" if gap > 0 else "below"
    if abs(gap) < 0.02:
        ends = "within 0.02 of"

    run.measure(loss_before=loss_before, loss_qlora=loss_qlora, loss_lora=loss_lora, gap=gap)
    run.measure(accuracy_qlora=accuracy, base_drift=base_drift, ends=ends)
    run.measure(bits_per_weight=8 * stored / weights, rebuilt=difference)
    shown = f"{loss_qlora:.4f} and {loss_lora:.4f} nats per token"
    run.claim("matches-lora", abs(gap) < 0.02, shown)
    run.claim("base-unchanged", kept, f"{len(before)} tensors compared")
    run.claim("no-gradient-on-codes", touched == 0, f"{touched} gradients in {steps} steps")
    run.claim("weight-is-the-sum", difference < 1e-3, f"largest difference {difference:.1e}")
