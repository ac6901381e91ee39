"""On-policy distillation: the student writes, the teacher scores.

**Question.** A small student has learned from its teacher's texts and still makes mistakes. Do you
train it on more of them, or let the teacher correct what the student writes?

**Idea.** On the teacher's texts the student meets the teacher's prefixes. On its own it continues
its *own*, mistakes included, which nobody has shown it (exposure bias). On-policy distillation
samples from the student and lets the teacher, in one forward pass, say for every token how probable
it finds each choice. The loss is the reverse KL at every position of the student's text:

    KL(student ‖ teacher) = Σᵥ s(v)·(log s(v) − log t(v))

It is large where the student puts probability on what the teacher would never say. The forward KL,
which fits the teacher's texts, is large where the student *misses* something.

**Watch** the share of true sentences that the student writes: right verb and place for the animal.
From one warm student, with as many tokens and steps each: more texts of the teacher (SFT), soft
targets on them, and on-policy. Soft targets show how much of the gain is the denser signal.

**Try** `warm=20`: the student writes nonsense, the teacher's advice on nonsense helps little, and
the claims fail. `steps=10`: too few to tell the ways apart.

**What papers found.** Agarwal et al. (arXiv 2306.13649) and Gu et al. (arXiv 2306.08543): better
than training on teacher text. Qwen3 (arXiv 2505.09388, table 21): an 8B model reaches 74.4 on
AIME'24 in 1,800 GPU hours, by RL 67.6 in 17,920.

**Scale.** One sentence each; the teacher has all the knowledge and shares the tokenizer.
"""

import copy

import tinyworld
import torch
import torch.nn.functional as F
from tinyworld import world
from transformers import LlamaConfig, LlamaForCausalLM

from quizapp.demo import Float, Int, Predict, Run, demo


def reverse_kl(student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """Return KL(student ‖ teacher), mean over positions; logits are (texts, T, vocabulary)."""
    log_s, log_t = student.log_softmax(-1), teacher.log_softmax(-1)
    return (log_s.exp() * (log_s - log_t)).sum(-1).mean()


def small_student(vocabulary: int, width: int) -> LlamaForCausalLM:
    """Return an untrained model of one layer."""
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocabulary,
            hidden_size=width,
            intermediate_size=2 * width,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_key_value_heads=2,
        )
    )


def written(model, prompts):
    """Return the prompts, (texts, 4), with the sentence that the model writes, (texts, 11)."""
    return model.generate(
        prompts, attention_mask=torch.ones_like(prompts), do_sample=True, top_k=0, max_new_tokens=7
    )[:, :11]


PROMPTS = [(f"The {mood} {animal}", animal) for animal in world.ANIMALS for mood in world.MOODS]
BATCH = 32  # texts of one step


@demo(
    topic="data",
    claims={
        "own-texts-correct": "On-policy the student writes at least 15 % fewer false sentences "
        "than after SFT on the teacher's texts",
        "dense-helps": "Soft targets on the teacher's texts leave fewer false sentences than SFT",
        "surer": "On-policy the student writes with less entropy per token than after SFT",
    },
    measures={
        "true_warm": "Share of true sentences that the student writes at the start",
        "true_sft": "Share of true sentences after SFT on texts of the teacher",
        "true_soft": "Share of true sentences after soft targets on texts of the teacher",
        "true_on_policy": "Share of true sentences after on-policy distillation",
        "true_teacher": "Share of true sentences that the teacher writes",
        "loss_sft": "Loss on new texts of the teacher after SFT, nats per token",
        "loss_soft": "Loss on new texts of the teacher after soft targets, nats per token",
        "loss_on_policy": "Loss on new texts of the teacher, on-policy, nats per token",
        "entropy_sft": "Entropy of the student on its own texts after SFT, nats per token",
        "entropy_on_policy": "Entropy of the student on its own texts, on-policy, nats per token",
        "truest": "After which training the student writes most true sentences",
    },
    predict=Predict(
        "As many tokens and steps each. Which student writes most true sentences?",
        options=("SFT", "soft targets", "on-policy"),
        measure="truest",
    ),
    budget_s=5,
)
def main(
    run: Run,
    warm: int = Int(220, 10, 600, log=True, help="SFT steps before the comparison"),
    steps: int = Int(60, 10, 200, step=10),
    width: int = Int(32, 16, 64, step=16, help="hidden size of the student; the teacher has 64"),
    rate: float = Float(2e-3, 1e-4, 1e-2, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    teacher, tokenizer = tinyworld.load(device=run.device)
    ids = tinyworld.batch(tokenizer, [p for p, _ in PROMPTS], run.device)["input_ids"][:, :-1]
    known = [
        [tokenizer.convert_tokens_to_ids(part) for part in world.HABITS[a]] for _, a in PROMPTS
    ]
    verbs = torch.tensor([v for v, _ in known], device=run.device)  # (160, 3)
    places = torch.tensor([p for _, p in known], device=run.device)  # (160, 2)
    some = torch.arange(640, device=run.device) % len(ids)  # four texts of each prompt
    texts, unseen = written(teacher, ids[some].repeat(2, 1)), written(teacher, ids[some])

    def truth(model, count=640):
        """Return the share of true sentences that it writes, and the entropy per token."""
        asked = some[:count]
        own = written(model, ids[asked])  # (count, 11)
        right = (own[:, 4:5] == verbs[asked]).any(1) & (own[:, 9:10] == places[asked]).any(1)
        with torch.no_grad():
            log_p = model(own).logits[:, 3:-1].log_softmax(-1)  # (count, 7, vocabulary)
        return right.float().mean().item(), -(log_p.exp() * log_p).sum(-1).mean().item()

    def batches(way, model, count):
        """Give texts to train on, (32, 11): of the teacher, or fresh ones of the student."""
        for step in range(count):
            pick = torch.randint(len(texts), (BATCH,))
            if way == "on-policy":
                if step % 4 == 0:  # sampling takes most of the time: four batches at once
                    asked = torch.randint(len(ids), (4 * BATCH,))
                    own = written(model, ids[asked]).split(BATCH)
                yield own[step % 4]
            else:
                yield texts[pick]

    def step_of(way, model, optimizer, x):
        """Take one step of a way on texts, (32, 11)."""
        student = model(x).logits[:, 3:-1]  # (32, 7, vocabulary): the answer's positions
        if way == "SFT":
            loss = F.cross_entropy(student.flatten(0, 1), x[:, 4:].flatten())
        else:
            with torch.no_grad():
                target = teacher(x).logits[:, 3:-1]  # (32, 7, vocabulary)
            forward = way == "soft targets"
            loss = reverse_kl(target, student) if forward else reverse_kl(student, target)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    run.axes(x="step", y="true sentences (share)")
    run.axes(chart="loss", x="true sentences (share)", y="loss on the teacher's texts (nats)")
    start = small_student(teacher.config.vocab_size, width).to(run.device)
    ways = ("SFT", "soft targets", "on-policy")
    run.progress(warm + len(ways) * steps)
    optimizer = torch.optim.AdamW(start.parameters(), lr=1e-2, weight_decay=0.0)
    for x in batches("SFT", start, warm):
        run.step()
        step_of("SFT", start, optimizer, x)
    true_warm, _ = truth(start)
    true_teacher, _ = truth(teacher)
    run.reference("teacher", true_teacher)

    true, entropy, loss = {}, {}, {}
    for way in ways:
        model = copy.deepcopy(start)
        optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
        run.line_points(0, {way: true_warm})
        for step, x in enumerate(batches(way, model, steps), 1):
            run.step()
            step_of(way, model, optimizer, x)
            if step % (steps // 5) == 0 and step < steps:
                run.line_points(step, {way: truth(model, 160)[0]})
        true[way], entropy[way] = truth(model)
        run.line_points(steps, {way: true[way]})
        with torch.no_grad():
            logits = model(unseen).logits[:, 3:-1]  # (640, 7, vocabulary)
        loss[way] = F.cross_entropy(logits.flatten(0, 1), unseen[:, 4:].flatten()).item()
        run.line_points(true[way], {way: loss[way]}, chart="loss")

    run.measure(true_warm=true_warm, true_teacher=true_teacher, truest=max(true, key=true.get))
    sft, soft, own = true.values()
    run.measure(true_sft=sft, true_soft=soft, true_on_policy=own)
    loss_sft, loss_soft, loss_own = loss.values()
    run.measure(loss_sft=loss_sft, loss_soft=loss_soft, loss_on_policy=loss_own)
    run.measure(entropy_sft=entropy["SFT"], entropy_on_policy=entropy["on-policy"])
    corrected = 1 - own < 0.85 * (1 - sft)
    run.claim("own-texts-correct", corrected, f"{1 - own:.1%} against {1 - sft:.1%} false")
    run.claim("dense-helps", soft > sft, f"{1 - soft:.1%} against {1 - sft:.1%} false")
    surer = entropy["on-policy"] < entropy["SFT"]
    shown = f"{entropy['on-policy']:.2f} against {entropy['SFT']:.2f} nats"
    run.claim("surer", surer, shown)
