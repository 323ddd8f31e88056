from __future__ import annotations

import pickle

import pytest

from narrative_server import errors

SAMPLES = (
    errors.InvalidRequest([errors.FieldViolation("a.b", "is 3", "1 or 2")]),
    errors.InvalidConfig("dialogue.slots", 0, "1 to 64"),
    errors.NotFound("session", "s1"),
    errors.AlreadyExists("session", "s1"),
    errors.Busy("queue", 20),
    errors.InProgress("key", 20),
    errors.DeadlinePassed("late"),
    errors.EngineUnavailable("dialogue", "is starting", 100),
    errors.EngineFailed("dialogue", "ran out of context"),
    errors.ModelMissing("m", "fetch m"),
    errors.ModelCorrupt("m", "truncated", "fetch m"),
    errors.DataMissing("tiles", "get them"),
    errors.StorageFailed("disk full", full=True),
    errors.Unauthenticated("token missing"),
    errors.PackageMissing("sacrebleu", "evaluate"),
)


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_every_domain_error_survives_pickling_with_its_data(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_every_class_of_the_tree_is_sampled():
    concrete = {
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.NarrativeError)
    } - {errors.NarrativeError, errors.Retryable}
    assert concrete == {type(error) for error in SAMPLES}
