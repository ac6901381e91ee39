"""Solutions of write_rejection_sampling: right ones in other words, wrong ones with their claim."""


# %% right: sorted, then seen
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = [(s, t) for t, s in zip(texts, scores) if s >= threshold]
        passed.sort(key=lambda pair: -pair[0])
        seen = []
        for _, text in passed:
            if text not in seen:
                seen.append(text)
        rows.extend((prompt, text) for text in seen[:keep])
    return rows


# %% right: dict of the ordered
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for i, prompt in enumerate(prompts):
        order = sorted(
            (j for j in range(len(answers[i])) if rewards[i][j] >= threshold),
            key=lambda j: (-rewards[i][j], j),
        )
        unique = list(dict.fromkeys(answers[i][j] for j in order))
        for text in unique[:keep]:
            rows.append((prompt, text))
    return rows


# %% wrong: worst first -> best-first
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = [(s, t) for t, s in zip(texts, scores) if s >= threshold]
        passed.sort(key=lambda pair: pair[0])
        rows += [(prompt, t) for t in list(dict.fromkeys(t for _, t in passed))[:keep]]
    return rows


# %% wrong: the first that passes -> best-first
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = dict.fromkeys(t for t, s in zip(texts, scores) if s >= threshold)
        rows += [(prompt, t) for t in list(passed)[:keep]]
    return rows


# %% wrong: all that pass -> best-first
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = [(s, t) for t, s in zip(texts, scores) if s >= threshold]
        passed.sort(key=lambda pair: -pair[0])
        rows += [(prompt, t) for t in dict.fromkeys(t for _, t in passed)]
    return rows


# %% wrong: the best over all prompts -> best-first
def build_sft(prompts, answers, rewards, threshold, keep=1):
    pool = [
        (s, p, t)
        for p, texts, scores in zip(prompts, answers, rewards)
        for t, s in zip(texts, scores)
        if s >= threshold
    ]
    pool.sort(key=lambda row: -row[0])
    return list(dict.fromkeys((p, t) for _, p, t in pool))[: keep * len(prompts)]


# %% wrong: sorted in place -> best-first
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        reward = {}
        for t, s in zip(texts, scores):
            if s >= threshold:
                reward[t] = max(s, reward.get(t, s))
        texts.sort(key=lambda t: -reward.get(t, 0))
        rows += [(prompt, t) for t in dict.fromkeys(texts) if t in reward][:keep]
    return rows


# %% wrong: rows kept between calls -> best-first
def build_sft(prompts, answers, rewards, threshold, keep=1, rows=[]):
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = [(s, t) for t, s in zip(texts, scores) if s >= threshold]
        passed.sort(key=lambda pair: -pair[0])
        rows += [(prompt, t) for t in list(dict.fromkeys(t for _, t in passed))[:keep]]
    return rows


# %% wrong: strictly above -> threshold
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = [(s, t) for t, s in zip(texts, scores) if s > threshold]
        passed.sort(key=lambda pair: -pair[0])
        rows += [(prompt, t) for t in list(dict.fromkeys(t for _, t in passed))[:keep]]
    return rows


# %% wrong: zero is no threshold -> threshold
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = [(s, t) for t, s in zip(texts, scores) if not threshold or s >= threshold]
        passed = [(s, t) for s, t in passed if s == s]
        passed.sort(key=lambda pair: -pair[0])
        rows += [(prompt, t) for t in list(dict.fromkeys(t for _, t in passed))[:keep]]
    return rows


# %% wrong: a reward counts as a truth value -> threshold
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = [(s, t) for t, s in zip(texts, scores) if s and s >= threshold]
        passed.sort(key=lambda pair: -pair[0])
        rows += [(prompt, t) for t in list(dict.fromkeys(t for _, t in passed))[:keep]]
    return rows


# %% wrong: the best without a threshold -> unsolved-absent
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        ordered = sorted(zip(texts, scores), key=lambda pair: -pair[1])
        passed = [t for t, s in ordered if s >= threshold] or [t for t, _ in ordered[:1]]
        rows += [(prompt, t) for t in list(dict.fromkeys(passed))[:keep]]
    return rows


# %% wrong: an empty answer for unsolved prompts -> unsolved-absent
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = sorted((p for p in zip(texts, scores) if p[1] >= threshold), key=lambda p: -p[1])
        kept = list(dict.fromkeys(t for t, _ in passed))[:keep]
        rows += [(prompt, t) for t in kept] or [(prompt, "")]
    return rows


# %% wrong: max of an empty list -> unsolved-absent
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        if max(s for s in scores if s == s or True) < threshold:
            continue
        passed = sorted((p for p in zip(texts, scores) if p[1] >= threshold), key=lambda p: -p[1])
        rows += [(prompt, t) for t in list(dict.fromkeys(t for t, _ in passed))[:keep]]
    return rows


# %% wrong: duplicates kept -> distinct
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = sorted((p for p in zip(texts, scores) if p[1] >= threshold), key=lambda p: -p[1])
        rows += [(prompt, t) for t, _ in passed[:keep]]
    return rows


# %% wrong: duplicates removed after the cut -> distinct
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = sorted((p for p in zip(texts, scores) if p[1] >= threshold), key=lambda p: -p[1])
        rows += [(prompt, t) for t in dict.fromkeys(t for t, _ in passed[:keep])]
    return rows


# %% wrong: removed over all prompts -> distinct
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows, seen = [], set()
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = sorted((p for p in zip(texts, scores) if p[1] >= threshold), key=lambda p: -p[1])
        kept = [t for t in dict.fromkeys(t for t, _ in passed) if t not in seen][:keep]
        seen.update(kept)
        rows += [(prompt, t) for t in kept]
    return rows


# %% wrong: the last reward of a duplicate -> distinct
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        reward = {t: s for t, s in zip(texts, scores) if s >= threshold}
        rows += [(prompt, t) for t in sorted(reward, key=lambda t: -reward[t])[:keep]]
    return rows


# %% wrong: rewards looked up by the first place of a text -> distinct
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        unique = [t for t in dict.fromkeys(texts) if scores[texts.index(t)] >= threshold]
        unique.sort(key=lambda t: -scores[texts.index(t)])
        rows += [(prompt, t) for t in unique[:keep]]
    return rows


# %% wrong: ties by the alphabet -> ties
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = sorted((-s, t) for t, s in zip(texts, scores) if s >= threshold)
        rows += [(prompt, t) for t in list(dict.fromkeys(t for _, t in passed))[:keep]]
    return rows


# %% wrong: sorted upwards and turned round -> ties
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = sorted((p for p in zip(texts, scores) if p[1] >= threshold), key=lambda p: p[1])
        rows += [(prompt, t) for t in list(dict.fromkeys(t for t, _ in passed[::-1]))[:keep]]
    return rows


# %% wrong: a set -> ties
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        reward = {}
        for t, s in zip(texts, scores):
            if s >= threshold:
                reward[t] = max(s, reward.get(t, s))
        unique = sorted({t for t in reward}, reverse=True)
        rows += [(prompt, t) for t in sorted(unique, key=lambda t: -reward[t])[:keep]]
    return rows


# %% wrong: NaN is not below -> failed-checker
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        passed = sorted(
            (p for p in zip(texts, scores) if not p[1] < threshold), key=lambda p: -p[1]
        )
        rows += [(prompt, t) for t in list(dict.fromkeys(t for t, _ in passed))[:keep]]
    return rows


# %% wrong: sorted before the NaNs are gone -> failed-checker
def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        order = sorted(zip(texts, scores), key=lambda p: -p[1])
        kept = list(dict.fromkeys(t for t, s in order if s >= threshold))
        rows += [(prompt, t) for t in kept[:keep]]
    return rows


# %% wrong: one NaN throws the prompt out -> failed-checker
import math


def build_sft(prompts, answers, rewards, threshold, keep=1):
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards):
        if math.isnan(sum(scores)):
            continue
        passed = sorted((p for p in zip(texts, scores) if p[1] >= threshold), key=lambda p: -p[1])
        rows += [(prompt, t) for t in list(dict.fromkeys(t for t, _ in passed))[:keep]]
    return rows
