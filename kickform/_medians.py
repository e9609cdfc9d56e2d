"""Medians of what is there. Private helper of what reads feet that are lost now and then."""

from __future__ import annotations

import numpy as np

from kickform.track import FloatArray

__all__ = ["median"]


def median(values: FloatArray) -> FloatArray:
    """Return the median over the last axis of what is there; NaN where nothing is."""
    if values.shape[-1] == 0:
        return np.full(values.shape[:-1], np.nan)
    ordered = np.sort(values, axis=-1)  # NaN last
    count = np.isfinite(values).sum(axis=-1)
    low, high = np.maximum(count - 1, 0) // 2, np.maximum(count, 1) // 2
    pair = [np.take_along_axis(ordered, at[..., None], axis=-1)[..., 0] for at in (low, high)]
    return np.asarray((pair[0] + pair[1]) / 2)
