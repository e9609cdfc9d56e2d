"""The thighs followed in full pixels: how each moved from one picture to the next, as a whole.

A pose model guesses hip and knee anew in each picture, and errs with the posture: over a flight its hips
wander by one or two centimetres against the body (rendered clips), and a body that seems to fall 5 % faster
makes every length 5 % short. The thigh itself, skin and cloth, can be followed from picture to picture to a
few hundredths of a pixel. Both pictures are cut out along the thigh, turned so that hip and knee lie level;
corners are followed there and back (`kickform.pose.flow.feet` does the same for the shoe); the thigh's motion
is the similarity that most of them agree on. `kickform.motion.thigh_correction` puts the steps of a flight
together.
"""

from __future__ import annotations

import cv2
import numpy as np

from kickform.numeric import FloatArray
from kickform.pose.flow.lucas_kanade import Gray, as_gray, track_corners
from kickform.pose.flow.transforms import apply_map, compose_maps, invert_map
from kickform.pose.track import Landmark

__all__ = ["THIGHS", "follow_thigh"]

THIGHS = ((Landmark.L_HIP, Landmark.L_KNEE), (Landmark.R_HIP, Landmark.R_KNEE))
"""Hip and knee of the left and of the right leg."""

_THIGH_SHARE = 0.245
"""Length of a thigh, as a share of stature (Drillis and Contini 1966)."""
_LENGTH, _MARGIN, _HALF_WIDE = 80.0, 26, 11
"""Length of a thigh, room about it, and half the width in which corners are looked for, cut-out pixels."""
_CORNERS, _LEAST_CORNERS = 60, 6
_RETURN, _AGREE = 0.4, 0.6
"""Most by which a corner may miss its place when it is followed there and back, and the thigh's motion,
cut-out pixels."""
_LEAST_SHARE = 0.4
"""Share of the corners that must agree on one motion."""
_GROWS = 1.2
"""What a thigh may seem to grow or shrink by from one picture to the next, at the most."""
_BACK_MISS, _THIGH_MOVES = 0.6, 1.5
"""A corner that moves with the background to within the first, while the thigh moves by more than the second,
is no part of the thigh; cut-out pixels."""
_WINDOW = 13
_TURNED = 0.4
"""A thigh that looks shorter than this share of its length points at the camera and is not turned level."""


def follow_thigh(
    pictures: tuple[Gray, Gray], ends: tuple[FloatArray, FloatArray], camera: FloatArray, height_px: float
) -> FloatArray:
    """Return the (2, 3) map by which a thigh moved from one picture to the next, pixels, y down; else NaN.

    Args:
        pictures: two pictures that follow one another.
        ends: hip and knee (2, 2) in each of them, pixels.
        camera: (2, 3) motion of the background, pixels.
        height_px: stature in pixels.
    """
    nowhere = np.full((2, 3), np.nan)
    if not np.isfinite(np.stack(ends)).all():
        return nowhere
    cuts = [_cut(end, _LENGTH / (_THIGH_SHARE * height_px)) for end in ends]
    size = int(_LENGTH) + 2 * _MARGIN, 2 * _MARGIN + 2 * _HALF_WIDE
    first, second = (
        as_gray(cv2.warpAffine(p, c, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))
        for p, c in zip(pictures, cuts, strict=True)
    )
    start, stop = _corners(first, second, apply_map(cuts[0], ends[0]))
    ground = compose_maps(cuts[1], compose_maps(camera, invert_map(cuts[0])))
    middle = apply_map(cuts[0], ends[0]).mean(axis=0)
    if float(np.linalg.norm(apply_map(ground, middle[None])[0] - middle)) > _THIGH_MOVES:
        apart = np.linalg.norm(apply_map(ground, start) - stop, axis=1) > _BACK_MISS
        start, stop = start[apart], stop[apart]
    if len(start) < _LEAST_CORNERS:
        return nowhere
    found, agree = cv2.estimateAffinePartial2D(start, stop, method=cv2.RANSAC, ransacReprojThreshold=_AGREE)
    if found is None or agree.sum() < max(_LEAST_CORNERS, _LEAST_SHARE * len(start)):
        return nowhere
    if not 1 / _GROWS < float(np.linalg.det(found[:, :2])) ** 0.5 < _GROWS:
        return nowhere
    return compose_maps(invert_map(cuts[1]), compose_maps(np.asarray(found, dtype=np.float64), cuts[0]))


def _cut(ends: FloatArray, zoom: float) -> FloatArray:
    """Return the (2, 3) map into the cut-out: the thigh in its middle, level, at its size."""
    along = ends[1] - ends[0]
    turned = np.linalg.norm(along) * zoom > _TURNED * _LENGTH
    angle = float(np.arctan2(along[1], along[0])) if turned else np.pi / 2
    turn = zoom * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.array([_LENGTH / 2 + _MARGIN, _MARGIN + _HALF_WIDE])
    return np.hstack([turn, (middle - turn @ ends.mean(axis=0))[:, None]])


def _corners(first: Gray, second: Gray, ends: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the corners (N, 2) along the thigh that are found again in the second cut-out, and where."""
    mask = np.zeros(first.shape, dtype=np.uint8)
    a, b = ((round(float(x)), round(float(y))) for x, y in ends)
    cv2.line(mask, a, b, 255, 2 * _HALF_WIDE)
    found = cv2.goodFeaturesToTrack(first, _CORNERS, 0.01, 3, mask=mask, blockSize=3)
    return track_corners(first, second, found, _WINDOW, _RETURN)
