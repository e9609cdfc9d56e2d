"""Many small fits at once: each must come out as a solver of one at a time has it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import least_squares

from kickform.events.fitting.least_squares import Indices, Priors, padded, solve
from kickform.numeric import FloatArray

_STARTS = np.outer([0.0, 0.05, -0.05], [1.0, 0.0, 0.0])


class Kinks:
    """Noisy heights that are level up to a kink and then rise; parameters: kink, speed, level."""

    def __init__(self, counts: tuple[int, ...], seed: int = 0, wild: float = 0.0) -> None:
        rng = np.random.default_rng(seed)
        self.times = [np.sort(rng.uniform(-0.2, 0.2, n)) for n in counts]
        kinks, speeds = rng.uniform(-0.05, 0.05, len(counts)), rng.uniform(1, 3, len(counts))
        self.kinks = kinks
        rises = zip(self.times, kinks, speeds, strict=True)
        self.heights = [s * np.maximum(t - k, 0) + rng.normal(0, 0.01, len(t)) for t, k, s in rises]
        for height in self.heights if wild else ():
            height[::7] += wild
        self.t, self.z = padded(self.times), padded(self.heights)
        self.weight = padded([np.full(n, 100.0) for n in counts])
        self.priors = Priors.of(
            [np.array([0.0, 2.0, 0.0])] * len(counts), [np.array([0.1, 1.0, 0.1])] * len(counts)
        )

    def told(self, p: FloatArray, which: Indices) -> tuple[FloatArray, FloatArray]:
        kink, speed, level = p.T[:, :, None]
        after = np.maximum(self.t[which] - kink, 0.0)
        weight = self.weight[which]
        steep = np.stack([(after > 0) * speed, -after, -np.ones_like(after)], axis=2)
        return (self.z[which] - level - speed * after) * weight, steep * weight[:, :, None]

    def alone(self, number: int, soft_at: float | None) -> tuple[float, FloatArray, FloatArray]:
        """Cost, parameters and covariance as SciPy finds them, from numeric derivatives."""
        t, z, mean, sd = (
            self.times[number], self.heights[number], self.priors.mean[number], self.priors.sd[number]
        )  # fmt: skip

        def residuals(p: FloatArray) -> FloatArray:
            model = p[2] + p[1] * np.maximum(t - p[0], 0.0)
            return np.concatenate([(z - model) * 100, (p - mean) / sd])

        loss = {"loss": "soft_l1", "f_scale": soft_at} if soft_at else {}
        ends = [least_squares(residuals, mean + start, x_scale=sd, **loss) for start in _STARTS]
        best = min(ends, key=lambda end: float(end.cost))
        return best.cost, best.x, np.linalg.inv(best.jac.T @ best.jac)


@pytest.mark.parametrize("soft_at", [None, 1.5])
@pytest.mark.parametrize("wild", [0.0, 0.3])
def test_each_fit_is_that_of_a_solver_of_one_at_a_time(soft_at: float | None, wild: float) -> None:
    kinks = Kinks((12, 30, 45, 20, 25, 60, 33, 18), wild=wild)
    solved = solve(kinks.told, kinks.priors, _STARTS, soft_at)
    alike = 0
    for number in range(len(kinks.times)):
        cost, best, covariance = kinks.alone(number, soft_at)
        off = np.abs(solved.best[number] - best) / np.sqrt(np.diag(covariance))
        if (off < 0.01).all():
            alike += 1
            assert solved.covariance[number] == pytest.approx(covariance, rel=0.02, abs=1e-9)
        else:  # another of the minima between the frames: then it is the lower one
            assert _cost(kinks, solved.best[number], number, soft_at) < cost
    assert alike > len(kinks.times) / 2


def _cost(kinks: Kinks, p: FloatArray, number: int, soft_at: float | None) -> float:
    told = kinks.told(p[None], np.array([number]))[0][0]
    off = np.concatenate([told, (p - kinks.priors.mean[number]) / kinks.priors.sd[number]])
    if soft_at is None:
        return float((off**2).sum() / 2)
    return float(soft_at**2 * (np.sqrt(1 + (off / soft_at) ** 2) - 1).sum())


def test_a_fit_does_not_depend_on_those_beside_it() -> None:
    many, alone = Kinks((12, 30, 45)), Kinks((12,))
    together = solve(many.told, many.priors, _STARTS, 1.5)
    single = solve(alone.told, alone.priors, _STARTS, 1.5)
    alone.t, alone.z, alone.weight = many.t[:1], many.z[:1], many.weight[:1]
    again = solve(alone.told, alone.priors, _STARTS, 1.5)
    assert again.best[0] == pytest.approx(together.best[0], rel=1e-9)
    assert single.best.shape == (1, 3)


def test_of_several_starts_the_best_end_counts() -> None:
    """Two valleys, the lower one far from the prior: only a start beside it finds it."""

    def told(p: FloatArray, _: Indices) -> tuple[FloatArray, FloatArray]:
        x = p[:, :1]
        return 5 * (x * x - 1), (10 * x)[:, :, None]

    priors = Priors.of([np.array([0.6])], [np.array([1.0])])
    both = solve(told, priors, np.array([[-2.0], [0.0]]))
    left = solve(told, priors, np.array([[-2.0]]))
    assert left.best[0, 0] == pytest.approx(-1, abs=0.05)
    assert both.best[0, 0] == pytest.approx(1, abs=0.05)
