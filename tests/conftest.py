"""What all tests share: one CPU thread for tensors, and a word about tests that need fetched models."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

# Tiny tensors gain nothing from more threads, and threads that wait for each other on a busy machine lose much.
# Set before anything imports torch.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from narrative_server.errors import ModelCorrupt, ModelMissing
from narrative_server.models.catalogue import model_path

NEEDED = ("smollm2-135m-instruct", "all-minilm-l6-v2")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests marked `models` where those were not fetched; not on CI, where they must run."""
    if os.environ.get("CI"):
        return
    try:
        for name in NEEDED:
            model_path(name)
    except (ModelMissing, ModelCorrupt) as error:
        skip = pytest.mark.skip(reason=str(error))
        for item in items:
            if item.get_closest_marker("models"):
                item.add_marker(skip)


@pytest.fixture(autouse=True)
def log_level_of_the_package() -> Iterator[None]:
    """A command run in the tests' own process sets the package's log level: put it back for the next test."""
    logger = logging.getLogger("narrative_server")
    level = logger.level
    yield
    logger.setLevel(level)
