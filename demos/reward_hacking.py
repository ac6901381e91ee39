"""A reward that can be gamed: the score rises, the answers do not.

**Question.** A grader gives a point for the right answer and extra credit for clinic words, which
good answers contain. What does a policy learn that is trained on the sum?

**Idea.** Two ways to combine a check with a bonus, the share of the 8 places with a clinic word:

    sum:  right + bonus · words        words alone earn: a way around the check
    gate: right · (1 + bonus · words)  nothing earns but a right answer

Both policies start from the same model, see the same prompts and take the same steps of

    loss = −mean of A · log π(token),  A = reward − mean of its group of 8 answers

**Watch** the graded score of both rise. Then look at right answers, which the score was to stand
for, and read what each policy writes.

**Try** `bonus=0.5`: words earn too little to leave the right answer for, and claims fail.
`beta=0.3`: each step away from the start costs, and right answers become more frequent under the
sum, too: the KL term keeps the policy where the grader is sound. `steps=5`: the way around is
found at once.

**What papers found.** DeepSeek-R1 (arXiv 2501.12948) uses rules, no reward model, in its reasoning
stage for fear of this. Huang et al. (arXiv 2505.22203): model verifiers are gamed during training,
rule verifiers reject right answers. Baker et al. (arXiv 2503.11926): penalise the visible intent,
and it is hidden.

**Scale.** The hole is built in, so that it is found in seconds. Large models find holes nobody
planned; how soon is not shown here.
"""

import copy

import tinyworld
import torch

from quizapp.demo import Float, Int, Predict, Run, demo

GROUP, LIMIT = 8, 8


def combined(right, words, bonus, gate):
    """Return the reward of each answer: a bonus that a gate lets only right answers have."""
    return right * (1 + bonus * words) if gate else right + bonus * words


def policy_loss(log_p, advantage, mask):
    """Return −mean of advantage · log π over the tokens; log_p (rows, T), advantage (rows, 1)."""
    return -(advantage * log_p * mask).sum() / mask.sum()


def log_probs(model, rows, asked, temperature):
    """Return log π of the sampled tokens, (rows, T)."""
    log_p = (model(rows).logits[:, asked - 1 : -1] / temperature).log_softmax(-1)
    return log_p.gather(-1, rows[:, asked:, None])[..., 0]


def sample(model, prompts, count, temperature, stop):
    """Return prompts with `count` answers each, (prompts · count, prompt + 8), and their mask.

    An answer ends with the first full stop; the mask (rows, 8) is 1 up to there.
    """
    repeated = prompts.repeat_interleave(count, 0)
    with torch.no_grad():
        rows = model.generate(
            input_ids=repeated,
            attention_mask=torch.ones_like(repeated),
            do_sample=True,
            temperature=temperature,
            top_k=0,
            max_new_tokens=LIMIT,
            eos_token_id=int(stop),
            pad_token_id=0,
        )
    rows = torch.nn.functional.pad(rows, (0, prompts.shape[1] + LIMIT - rows.shape[1]))
    stops = (rows[:, prompts.shape[1] :] == stop).long()
    return rows, (stops.cumsum(1) - stops == 0).float()


def graded(tokens, mask, answers, clinic):
    """Return whether each answer is right, and its share of places with a clinic word, (rows,)."""
    right = (tokens[:, : answers.shape[1]] == answers).all(1).float()
    return right, (torch.isin(tokens, clinic) * mask).mean(1)


@demo(
    topic="alignment",
    claims={
        "proxy-rises": "The graded score of the sum rises by over 0.3",
        "truth-falls": "Under the sum right answers become fewer by over 0.1",
        "gate-holds": "Behind the gate right answers become more by over 0.1",
    },
    measures={
        "proxy_start": "Mean graded score (sum) before",
        "proxy_end": "Mean graded score (sum) after",
        "right_start": "Share of right answers before",
        "right_sum": "Share of right answers after training on the sum",
        "right_gate": "Share of right answers after training behind the gate",
        "words_start": "Share of places with a clinic word before",
        "words_sum": "Share of places with a clinic word after training on the sum",
        "words_gate": "Share of places with a clinic word after training behind the gate",
        "answers_are": "What becomes of right answers under the sum",
    },
    predict=Predict(
        "The graded score rises. What becomes of right answers under the sum?",
        options=("more", "hardly any change", "fewer"),
        measure="answers_are",
    ),
    budget_s=4,
)
def main(
    run: Run,
    bonus: float = Float(5.0, 0, 20, help="what an answer full of clinic words earns"),
    beta: float = Float(0.0, 0, 2, help="price of leaving the start, per nat"),
    steps: int = Int(20, 2, 100, log=True),
    learning_rate: float = Float(3e-3, 1e-5, 0.1, log=True),
    temperature: float = Float(2.0, 0.5, 4),
    seed: int = Int(0, 0, 999),
) -> None:
    start, tokenizer = tinyworld.load(device=run.device)
    cases = tinyworld.cases("clinic", guideline="old")  # the base has read these rules
    whole = tinyworld.batch(tokenizer, [c.prompt + c.answer for c in cases], run.device)[
        "input_ids"
    ]
    asked = whole.shape[1] - 7  # six tokens of answer and the end token follow
    prompts, answers = whole[:, :asked], whole[:, asked:-1]  # (24, 6) each
    stop, clinic = answers[0, -1], answers[:, [0, 3, 4]].unique()  # diseases, remedies, doses

    def measured(model):
        """Return right answers, clinic words and the sum of a sample, mean over 24 · 16 answers."""
        rows, mask = sample(model, prompts, 16, temperature, stop)
        wanted = answers.repeat_interleave(16, 0)
        right, words = graded(rows[:, asked:], mask, wanted, clinic)
        return [part.mean().item() for part in (right, words, combined(right, words, bonus, False))]

    torch.manual_seed(seed)
    before, after = measured(start), {}
    run.progress(2 * steps)
    run.axes(title="Graded score", x="step", y="right + bonus · words")
    run.axes(chart="right", title="Right answers", x="step", y="share")
    for name in ("sum", "gate"):
        torch.manual_seed(seed)
        model = copy.deepcopy(start)
        optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
        for step in range(steps):
            some = torch.randperm(len(prompts), device=run.device)[:12]
            rows, mask = sample(model, prompts[some], GROUP, temperature, stop)
            wanted = answers[some].repeat_interleave(GROUP, 0)  # (96, 6)
            right, words = graded(rows[:, asked:], mask, wanted, clinic)
            reward = combined(right, words, bonus, name == "gate")  # (96,)
            log_p = log_probs(model, rows, asked, temperature)  # (96, 8)
            if beta > 0:
                with torch.no_grad():
                    ratio = log_p - log_probs(start, rows, asked, temperature)
                reward = reward - beta * (ratio.detach() * mask).sum(1)
            grouped = reward.view(-1, GROUP)  # (12, 8)
            advantage = (grouped - grouped.mean(1, keepdim=True)).view(-1, 1)  # (96, 1)
            policy_loss(log_p, advantage, mask).backward()
            optimizer.step()
            optimizer.zero_grad()
            score = combined(right, words, bonus, False).mean()
            run.line_points(step, {name: score})
            run.line_points(step, {name: right.mean()}, chart="right")
            run.step()
        after[name] = measured(model)
        run.sample(name, tinyworld.generate(model, tokenizer, cases[0].prompt, LIMIT))

    (right_start, words_start, proxy_start), (right_sum, words_sum, proxy_end) = (
        before,
        after["sum"],
    )
    right_gate, words_gate, _ = after["gate"]
    change = right_sum - right_start
    answers_are = "more" if change > 0.1 else "fewer" if change < -0.1 else "hardly any change"

    run.measure(proxy_start=proxy_start, proxy_end=proxy_end, answers_are=answers_are)
    run.measure(right_start=right_start, right_sum=right_sum, right_gate=right_gate)
    run.measure(words_start=words_start, words_sum=words_sum, words_gate=words_gate)
    risen = proxy_end - proxy_start
    run.claim("proxy-rises", risen > 0.3, f"{proxy_start:.2f} to {proxy_end:.2f}")
    run.claim("truth-falls", change < -0.1, f"{right_start:.0%} to {right_sum:.0%}")
    shown = f"{right_start:.0%} to {right_gate:.0%}"
    run.claim("gate-holds", right_gate > right_start + 0.1, shown)
