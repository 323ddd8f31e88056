"""A linear classifier by softmax regression, deterministic. Axes: N samples, D features, K classes."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

_ROUNDS = 100


class LinearClassifier:
    """Fitted on standardised features with a quadratic penalty."""

    def __init__(self, features: NDArray[np.float32], labels: NDArray[np.intp], penalty: float = 1e-3) -> None:
        """features (N, D), labels (N,) 0..K-1, each class once or more."""
        self._mean, self._scale = features.mean(axis=0), features.std(axis=0) + 1e-6
        inputs = torch.from_numpy(self._standard(features))
        wanted = torch.from_numpy(labels.astype(np.int64))
        classes = int(labels.max()) + 1
        self._weights = torch.zeros(inputs.shape[1], classes, requires_grad=True)
        self._bias = torch.zeros(classes, requires_grad=True)
        # Classes count alike, however many samples each has.
        balance = (len(labels) / classes / torch.bincount(wanted, minlength=classes).clamp(min=1)).float()
        search = torch.optim.LBFGS([self._weights, self._bias], max_iter=_ROUNDS, line_search_fn="strong_wolfe")

        def closure() -> torch.Tensor:
            search.zero_grad()
            loss = F.cross_entropy(inputs @ self._weights + self._bias, wanted, weight=balance)
            loss = loss + penalty * self._weights.square().sum()
            loss.backward()  # type: ignore[no-untyped-call]
            return loss

        search.step(closure)  # type: ignore[no-untyped-call]

    def predict(self, features: NDArray[np.float32]) -> NDArray[np.intp]:
        """The likeliest class of each row, (N,)."""
        with torch.no_grad():
            scores = torch.from_numpy(self._standard(features)) @ self._weights + self._bias
        return scores.argmax(dim=1).numpy().astype(np.intp)

    def _standard(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        result: NDArray[np.float32] = ((features - self._mean) / self._scale).astype(np.float32)
        return result


def balanced_accuracy(predicted: NDArray[np.intp], labels: NDArray[np.intp]) -> float:
    """The mean over the classes present of the share of each that was told right."""
    shares = [float((predicted[labels == label] == label).mean()) for label in np.unique(labels)]
    return float(np.mean(shares))
