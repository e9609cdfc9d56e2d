"""Motion of each thigh from one picture to the next, tracked in full-size pixels.

A pose model estimates hip and knee in each picture anew, with an error that depends on the posture: over a
flight the hips drift by one or two centimetres relative to the body (rendered clips), and a body that seems
to fall 5 % faster makes every length 5 % short. The thigh itself, skin and cloth, can be tracked to a few
hundredths of a pixel. Both pictures are cropped along the thigh and rotated so that hip and knee are level;
corners are tracked forward and back; the motion is the similarity that most of them agree on.
`kickform.motion.thigh_correction` combines the steps of a flight.
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

_THIGH_SHARE = 0.245  # ref: Drillis and Contini 1966, length of a thigh as a share of stature
_LENGTH_PX = 80.0  # convention: length of a thigh in the crop; near its length in a phone clip
_MARGIN_PX = 26  # convention: room around the thigh in the crop for its motion and the window
_HALF_WIDTH_PX = 11  # convention: half the width of the strip with corners, inside the outline of a thigh
_CORNERS = 60  # convention: corners searched; enough for a vote, and quick
_LEAST_CORNERS = 6  # convention: a similarity needs 2; six outvote wrong ones
_CORNER_QUALITY = 0.01  # convention: OpenCV's usual quality, as a share of the best corner's
_CORNER_GAP_PX = 3  # convention: least distance of two corners
_RETURN_PX = 0.4  # hand: rendered clips, seed 1: forward and back error of a wrong match is larger
_AGREE_PX = 0.6  # hand: rendered clips, seed 1: residual of corners on the thigh
_LEAST_SHARE = 0.4  # hand: rendered clips, seed 1: corners that must agree on one motion
_MOST_ZOOM = 1.2  # convention: a thigh hardly grows or shrinks from one picture to the next
_GROUND_PX = 0.6  # hand: rendered clips, seed 1: corners nearer to the ground's motion belong to it
_THIGH_MOVES_PX = 1.5  # convention: 2.5 times _GROUND_PX; only then thigh and ground can be told apart
_WINDOW_PX = 13  # convention: side of the compared square, a sixth of the thigh
_FORESHORTENED = 0.4  # convention: a thigh that looks shorter than this share points at the camera


def follow_thigh(
    pictures: tuple[Gray, Gray], ends: tuple[FloatArray, FloatArray], camera: FloatArray, height_px: float
) -> FloatArray:
    """Return the (2, 3) motion of a thigh from one picture to the next, pixels, y down; NaN if unknown.

    Args:
        pictures: two successive pictures, each (H, W).
        ends: hip and knee (2, 2) in each of them, pixels.
        camera: (2, 3) map of the background motion, pixels.
        height_px: stature, pixels.
    """
    unknown = np.full((2, 3), np.nan)
    if not np.isfinite(np.stack(ends)).all():
        return unknown
    crops = [_crop_map(end, _LENGTH_PX / (_THIGH_SHARE * height_px)) for end in ends]
    size = int(_LENGTH_PX) + 2 * _MARGIN_PX, 2 * _MARGIN_PX + 2 * _HALF_WIDTH_PX
    first, second = (
        as_gray(cv2.warpAffine(p, c, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))
        for p, c in zip(pictures, crops, strict=True)
    )
    start, stop = _track_thigh_corners(first, second, apply_map(crops[0], ends[0]))
    ground = compose_maps(crops[1], compose_maps(camera, invert_map(crops[0])))
    middle = apply_map(crops[0], ends[0]).mean(axis=0)
    if float(np.linalg.norm(apply_map(ground, middle[None])[0] - middle)) > _THIGH_MOVES_PX:
        apart = np.linalg.norm(apply_map(ground, start) - stop, axis=1) > _GROUND_PX
        start, stop = start[apart], stop[apart]
    if len(start) < _LEAST_CORNERS:
        return unknown
    found, agree = cv2.estimateAffinePartial2D(
        start, stop, method=cv2.RANSAC, ransacReprojThreshold=_AGREE_PX
    )
    if found is None or agree.sum() < max(_LEAST_CORNERS, _LEAST_SHARE * len(start)):
        return unknown
    if not 1 / _MOST_ZOOM < float(np.linalg.det(found[:, :2])) ** 0.5 < _MOST_ZOOM:
        return unknown
    return compose_maps(invert_map(crops[1]), compose_maps(np.asarray(found, dtype=np.float64), crops[0]))


def _crop_map(ends: FloatArray, zoom: float) -> FloatArray:
    """Return the (2, 3) map into the crop: the thigh in its middle, level, `_LENGTH_PX` long."""
    along = ends[1] - ends[0]
    turned = np.linalg.norm(along) * zoom > _FORESHORTENED * _LENGTH_PX
    angle = float(np.arctan2(along[1], along[0])) if turned else np.pi / 2
    turn = zoom * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.array([_LENGTH_PX / 2 + _MARGIN_PX, _MARGIN_PX + _HALF_WIDTH_PX])
    return np.hstack([turn, (middle - turn @ ends.mean(axis=0))[:, None]])


def _track_thigh_corners(first: Gray, second: Gray, ends: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the corners (N, 2) along the thigh in the first crop, and where they are in the second."""
    mask = np.zeros(first.shape, dtype=np.uint8)
    a, b = ((round(float(x)), round(float(y))) for x, y in ends)
    cv2.line(mask, a, b, 255, 2 * _HALF_WIDTH_PX)
    found = cv2.goodFeaturesToTrack(first, _CORNERS, _CORNER_QUALITY, _CORNER_GAP_PX, mask=mask, blockSize=3)
    return track_corners(first, second, found, _WINDOW_PX, _RETURN_PX)
