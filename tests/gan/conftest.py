from __future__ import annotations

import pytest

from narrative_server.gan.data import GanData
from narrative_server.gan.networks import NetworkConfig
from tests.gan import tiny


@pytest.fixture
def tiny_network() -> NetworkConfig:
    """See `tiny.tiny_network`."""
    return tiny.tiny_network()


@pytest.fixture
def tiny_data() -> GanData:
    """See `tiny.tiny_data`."""
    return tiny.tiny_data()
