"""The KV cache: bytes per token.

**Question.** How much memory does the cache of keys and values take, and what do grouped queries
(GQA) change?

**Idea.** To produce a token, attention needs the keys and values of all tokens before it. They are
kept instead of computed again: in each layer one key and one value per head that has its own,

    bytes = 2 · layers · key-value heads · head size · tokens · requests · bytes per number

The query heads are not in it. Where four query heads share one key-value head, the cache is a
quarter. The weights are paid once; the cache is paid for every token of every running request.

**Watch** two lines: cache and weights of the chosen model as the tokens grow. Every point is a
sum over the tensors of a real cache, filled by transformers. The large models exist as shapes
only (PyTorch's meta device): their layers run, their numbers are never stored. The bundled model
also runs in earnest, and its cache is measured before the bars of the large ones.

**Try** `requests = 1`: the cache stays below the weights, and "cache-outgrows-weights" fails.
`model = "Llama 2 7B"`: no shared heads, and "shared-heads-divide" has nothing to divide by.

**At real scale.** Sharing key-value heads: GQA, arXiv 2305.13245. Servers store the cache in pages
(PagedAttention, arXiv 2309.06180), add activations and buffers, and may keep the cache in 8 bits.
Models with sliding windows or compressed caches (MLA) need less than the formula says.
"""

import tinyworld
import torch
from transformers import AutoModelForCausalLM, DynamicCache, LlamaConfig, Qwen3Config

from quizapp.demo import Choice, Int, Predict, Run, demo


def bytes_of_cache(cache):
    """Return the bytes of all keys and values that a cache holds."""
    tensors = [t for layer in cache.layers for t in (layer.keys, layer.values)]
    return sum(t.numel() * t.element_size() for t in tensors)


def filled_cache(model, tokens, requests):
    """Run a forward pass over (requests, tokens) and return the cache that it leaves."""
    cache = DynamicCache(config=model.config)
    ids = torch.zeros(requests, tokens, dtype=torch.long, device=model.device)
    with torch.no_grad():
        model.model(input_ids=ids, past_key_values=cache, use_cache=True)
    return cache


def in_shape_only(config):
    """Return the model of a configuration in 16 bits, without memory for its numbers."""
    with torch.device("meta"):
        return AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)


def shape(width, inner, layers, heads, key_heads, vocabulary, config=LlamaConfig, **more):
    """Return a configuration as published."""
    return config(
        hidden_size=width,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=key_heads,
        vocab_size=vocabulary,
        attn_implementation="sdpa",
        **more,
    )


SHAPES = {
    "Llama 3 8B": shape(4096, 14336, 32, 32, 8, 128256),
    "Llama 2 7B": shape(4096, 11008, 32, 32, 32, 32000),
    "Llama 3 70B": shape(8192, 28672, 80, 64, 8, 128256),
    "Qwen3 8B": shape(4096, 12288, 36, 32, 8, 151936, Qwen3Config, head_dim=128),
}


@demo(
    topic="serving",
    claims={
        "cache-outgrows-weights": "At the last number of tokens the caches outweigh the weights",
        "shared-heads-divide": "With a key-value head for every query head the cache is at least "
        "four times as large",
    },
    measures={
        "kb_per_token": "cache of one token, KiB",
        "cache_gb": "cache of all requests at the last number of tokens, GB",
        "weights_gb": "weights in 16 bits, GB",
        "total_gb": "weights and cache, GB",
        "parameters_b": "parameters, billions",
        "embedding_b": "of these in the embedding and the output layer, billions",
        "layer_m": "parameters of one layer, millions",
        "without_sharing": "cache if every query head had its own key-value head, over the cache",
        "kb_llama2": "cache of one token of Llama 2 7B, KiB",
        "tiny_bytes": "cache of one token of the bundled model, bytes",
        "grows": "what happens to the cache if the context doubles",
    },
    predict=Predict(
        "A token of Llama 3 8B, 16 bits: how many KiB of cache?",
        low=1,
        high=10_000,
        within=0.2,
        unit="KiB",
        measure="kb_per_token",
    ),
    budget_s=3,
)
def main(
    run: Run,
    model: str = Choice("Llama 3 8B", "Llama 2 7B", "Llama 3 70B", "Qwen3 8B"),
    tokens: int = Int(8192, 1024, 131072, log=True, help="of each request at the end"),
    requests: int = Int(16, 1, 256, log=True, help="that run at the same time"),
) -> None:
    large = in_shape_only(SHAPES[model])
    weights = sum(p.numel() * p.element_size() for p in large.parameters())
    run.axes(x="tokens of each request", y="GB", title=f"{model}, {requests} requests")
    run.reference("weights", weights / 1e9)
    points = [round(tokens * share / 4) for share in range(1, 5)]
    run.progress(len(points) + 3)
    sizes = []
    for count in points:
        sizes.append(bytes_of_cache(filled_cache(large, count, requests)))
        run.step()
        run.point(count, cache=sizes[-1] / 1e9, weights=weights / 1e9)

    tiny, _ = tinyworld.load("tinyworld", run.device)
    real = bytes_of_cache(filled_cache(tiny, 128, 2))
    run.step()
    config = SHAPES[model].__class__(**SHAPES[model].to_dict())
    config.num_key_value_heads = config.num_attention_heads
    shapes = {"Llama 2 7B": SHAPES["Llama 2 7B"], f"{model}, no sharing": config}
    per_token = {model: sizes[-1] / (points[-1] * requests) / 1024}
    for name, each in shapes.items():
        cache = filled_cache(in_shape_only(each), 128, 1)
        per_token[name] = bytes_of_cache(cache) / 128 / 1024
        run.step()
        run.bars("KiB per token", per_token, chart="models")
    without = per_token[f"{model}, no sharing"] / per_token[model]

    of_layer = sum(p.numel() for p in large.model.layers[0].parameters())
    outer = [large.get_input_embeddings().weight, large.get_output_embeddings().weight]
    run.measure(kb_per_token=per_token[model], cache_gb=sizes[-1] / 1e9)
    run.measure(weights_gb=weights / 1e9, total_gb=(weights + sizes[-1]) / 1e9)
    run.measure(parameters_b=large.num_parameters() / 1e9, layer_m=of_layer / 1e6)
    run.measure(embedding_b=sum(p.numel() for p in outer) / 1e9)
    run.measure(without_sharing=without, kb_llama2=per_token["Llama 2 7B"])
    run.measure(tiny_bytes=real / 256, grows=f"{sizes[-1] / sizes[1]:.1f} times")
    shown = f"{sizes[-1] / 1e9:.1f} GB of cache, {weights / 1e9:.1f} GB of weights"
    run.claim("cache-outgrows-weights", sizes[-1] > weights, shown)
    run.claim("shared-heads-divide", without >= 4, f"{without:.1f} times")
