from __future__ import annotations

import pytest
import torch
import transformers

from narrative_server.dialogue.batched.int8 import (
    Int8Linear,
    SharedInputs,
    quantise_linear_layers,
    sums_8_bit_products,
)


def layer_with_a_large_channel(*, bias: bool) -> tuple[torch.nn.Linear, torch.Tensor]:
    torch.manual_seed(0)
    layer = torch.nn.Linear(64, 32, bias=bias)
    inputs = torch.randn(10, 64)
    inputs[:, 5] *= 500.0
    return layer, inputs


@torch.no_grad()
@pytest.mark.parametrize("bias", [False, True])
def test_an_8_bit_layer_comes_close_where_large_channels_stay_whole(bias):
    layer, inputs = layer_with_a_large_channel(bias=bias)
    expected = layer(inputs)
    kept = Int8Linear(layer, SharedInputs(torch.tensor([5])))(inputs)
    quantised = Int8Linear(layer, SharedInputs(torch.tensor([6])))(inputs)
    assert (kept - expected).abs().max() < 0.05
    assert (quantised - expected).abs().max() > 10 * (kept - expected).abs().max()


@torch.no_grad()
def test_a_token_hardly_depends_on_the_tokens_beside_it():
    layer, _ = layer_with_a_large_channel(bias=False)
    quantised = Int8Linear(layer, SharedInputs(torch.tensor([0])))
    token = torch.randn(1, 64)
    alone = quantised(token)
    beside_huge = quantised(torch.cat([token, 1e6 * torch.randn(1, 64)]))[:1]
    assert (alone - beside_huge).abs().max() < 0.05


@torch.no_grad()
def test_an_8_bit_model_stays_close_to_its_original():
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=50, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4
    )
    model = transformers.LlamaForCausalLM(config).eval()
    tokens = torch.randint(0, 50, (1, 30))
    expected = model(input_ids=tokens).logits
    quantise_linear_layers(model, range(20))
    attention = model.model.layers[0].self_attn
    assert attention.q_proj._inputs is attention.k_proj._inputs is attention.v_proj._inputs
    assert attention.q_proj._inputs is not attention.o_proj._inputs
    model(input_ids=tokens.flip(1))  # what is shared within a pass must not reach into the next one
    assert not any(type(layer) is torch.nn.Linear for layer in model.modules())
    assert sum(isinstance(layer, Int8Linear) for layer in model.modules()) == 15
    difference = (model(input_ids=tokens).logits - expected).abs().max() / expected.std()
    assert 0 < difference < 0.1


@pytest.mark.parametrize(
    ("found", "exact"),
    [
        ({"architecture": "x86_64", "avx2": True, "avx512_vnni": False}, False),
        ({"architecture": "x86_64", "avx512_vnni": True}, True),
        ({"architecture": "x86_64", "avx_vnni": True}, True),
        ({"architecture": "arm64"}, True),
    ],
)
def test_inputs_have_seven_bits_where_eight_would_overflow(monkeypatch, found, exact):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: found)
    assert sums_8_bit_products() == exact
