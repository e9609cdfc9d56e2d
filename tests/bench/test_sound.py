"""Landings that are heard: a sharp rise of the level, late by a constant, in other noise."""

import numpy as np
import pytest

from bench.sound import heard, rises

RATE_HZ = 16_000


@pytest.mark.parametrize("lag_s", [-0.12, 0.0, 0.09])
def test_landings_are_heard_to_two_milliseconds(lag_s: float) -> None:
    draw = np.random.default_rng(7)
    landings = 0.7 + 0.45 * np.arange(8) + draw.normal(0, 0.01, 8)
    times = np.arange(0, 5, 1 / RATE_HZ)
    samples = draw.normal(0, 0.003, len(times))
    for landing in landings + lag_s:
        after = times - landing
        samples += np.where(after >= 0, 0.1 * np.exp(-after.clip(0) / 0.03), 0) * np.sin(5000 * after)
    seen = landings + draw.normal(0, 0.006, len(landings))
    off = heard(*rises(times, samples), seen) - landings
    assert np.median(off) == pytest.approx(lag_s, abs=0.007)
    assert np.abs(off - np.median(off)).max() < 0.002


def test_silence_tells_nothing() -> None:
    times = np.arange(0, 3, 1 / RATE_HZ)
    _, rise = rises(times, np.zeros(len(times)))
    assert not rise.any()
