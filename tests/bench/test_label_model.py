"""The model of labels finds a bias that was put in, on simulated readings, and says how well it knows it."""

from __future__ import annotations

import numpy as np
import pytest

from bench.figures import Errors, clustered_interval, expected_inside, figures_of
from bench.label_model import Differences, labelled_bias, log_density

_READING = 0.35


def readings(
    seed: int, bias_ms: float, clips: int = 8, per_clip: int = 16, clip_sd_ms: float = 5.0, ends: int = 2
) -> list[Differences]:
    """Return what an estimator that is off by `bias_ms` gives against labels read to a frame, with errors."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(clips):
        width = float(rng.choice([1000 / 60, 1000 / 30, 40.0]))
        widths = np.full((per_clip, ends), width)
        reading = np.full(per_clip, _READING * width * np.sqrt(ends))
        off = bias_ms + rng.normal(0, clip_sd_ms) + rng.normal(0, 10, per_clip)
        off += rng.normal(0, reading) + (rng.uniform(-0.5, 0.5, widths.shape) * widths).sum(axis=1)
        made.append(Differences(off, reading, widths))
    return made


def test_the_density_is_one_that_integrates_to_one_and_has_the_right_spread() -> None:
    x = np.linspace(-150, 150, 30001)
    for widths in ([[33.0]], [[33.0, 20.0]]):
        table = np.repeat(np.array(widths), x.size, axis=0)
        density = np.exp(log_density(x, np.full(x.size, 6.0), table))
        assert np.trapezoid(density, x) == pytest.approx(1.0, abs=1e-4)
        variance = 36 + sum(w**2 for w in widths[0]) / 12
        assert np.trapezoid(density * x**2, x) == pytest.approx(variance, rel=1e-3)


@pytest.mark.parametrize(("bias", "ends"), [(-29.0, 2), (10.0, 1), (0.0, 1)])
def test_a_known_bias_is_found_and_lies_in_its_interval(bias: float, ends: int) -> None:
    found = labelled_bias(readings(3, bias, ends=ends))
    assert found is not None
    assert found.low_ms < bias < found.high_ms
    assert found.bias_ms == pytest.approx(bias, abs=6.0)
    assert found.scatter_ms == pytest.approx(10.0, abs=4.0)
    assert (found.count, found.clips) == (128, 8)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    found = [labelled_bias(readings(seed, -12.0, clips=4, per_clip=6)) for seed in range(24)]
    inside = sum(f is not None and f.low_ms <= -12.0 <= f.high_ms for f in found)
    assert inside >= 19


def test_a_label_that_errs_makes_no_scatter_of_the_estimators() -> None:
    rng = np.random.default_rng(1)
    width = np.full((200, 1), 40.0)
    off = 5.0 + rng.uniform(-20, 20, 200)
    found = labelled_bias([Differences(off, np.full(200, 0.5), width)])
    assert found is not None
    assert found.scatter_ms < 2.0
    assert found.between_clips_ms == 0.0
    assert found.bias_ms == pytest.approx(5.0, abs=1.5)


def test_one_difference_tells_nothing() -> None:
    assert labelled_bias([Differences(np.array([3.0]), np.ones(1), np.full((1, 1), 33.0))]) is None


def test_coverage_that_is_expected_is_the_coverage_of_honest_stated_sds() -> None:
    rng = np.random.default_rng(2)
    sd, open_sd = rng.uniform(4, 15, 20000), rng.uniform(0, 20, 20000)
    error = rng.normal(0, np.hypot(sd, open_sd))
    found = figures_of([Errors(error, sd, open_sd)])
    assert found.inside == pytest.approx(found.expected, abs=0.01)
    assert found.expected is not None
    assert found.expected < 0.9
    assert float(expected_inside(5.0, 0.0)) == pytest.approx(0.95, abs=1e-6)


def test_clips_are_clusters() -> None:
    rng = np.random.default_rng(4)
    alike = [np.full(20, value) for value in rng.normal(0, 5, 6)]
    low, high = clustered_interval(alike)
    means = np.array([clip[0] for clip in alike])
    reach = 2.571 * means.std(ddof=1) / np.sqrt(6)  # Student's t, 5 degrees of freedom
    assert low is not None
    assert high is not None
    assert (high - low) / 2 == pytest.approx(reach, rel=0.01)
    assert clustered_interval(alike[:1]) == (None, None)
    assert figures_of([Errors.of([])]).bias is None
