"""From a video to the pose track of its athlete. The only module that imports mediapipe.

MediaPipe smooths landmarks in VIDEO mode with one pose, which moves take-offs late by 13-17 ms and makes
contacts 33 ms too long (measured, docs of the project). Its filter weighs by elapsed time, so frames are
handed over with time stamps 10,000,000 ms apart: the filter then passes them through, while the tracked
crop, which IMAGE mode lacks, is kept. The true time of each frame is kept beside the result.

The same pictures give the same landmarks, however quickly the file plays them: where time matters, frames are
counted. And pictures are looked at with the athlete facing left, so that their mirror images give the same.
"""

from __future__ import annotations

import weakref
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from kickform.errors import PoseError
from kickform.numeric import FloatArray, RgbArray
from kickform.pose._memory import give_back_memory
from kickform.pose._quiet import quiet_stderr
from kickform.pose.model_files import ModelName, bundle_path
from kickform.pose.people import Pose
from kickform.pose.track import PoseTrack

__all__ = ["Pose", "PoseLandmarkerSession", "PoseTrack"]

_STEP_MS = 10_000_000


class PoseLandmarkerSession:
    """One landmarker for one user: a clip, or a live session. Not to be shared between threads.

    Landmarks come unsmoothed, from a crop that follows the person from picture to picture. All pictures
    of a session should show the same view; after a jump, `forget` makes it search anew.
    """

    def __init__(self, model: ModelName = "full", *, most_people: int = 1) -> None:
        """Load the bundle `model`.

        Args:
            model: "heavy", "full" or "lite".
            most_people: how many to look for; with more than one every picture is searched anew.

        Raises:
            PoseError: the bundle is missing or damaged.
        """
        path = bundle_path(model)
        self._stamp_ms = 0
        self._tracked = most_people == 1
        self._greeted = False
        with quiet_stderr():
            self._mp, self._landmarker = _create(path, most_people)
            self._run(np.zeros((64, 64, 3), np.uint8))
        # Left to the interpreter's end, MediaPipe's own clean-up comes too late and complains.
        self._close = weakref.finalize(self, _release, self._landmarker)

    def detect_all(self, rgb: RgbArray) -> list[Pose]:
        """Return everybody found in the (H, W, 3) picture."""
        if self._greeted:
            return self._run(rgb)
        with quiet_stderr():  # the first person found makes it log once more
            found = self._run(rgb)
        self._greeted = bool(found)
        return found

    def _run(self, rgb: RgbArray) -> list[Pose]:
        picture = self._mp.Image(image_format=self._mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
        if self._tracked:
            self._stamp_ms += _STEP_MS
            result = self._landmarker.detect_for_video(picture, self._stamp_ms)
        else:
            result = self._landmarker.detect(picture)
        size = np.array([rgb.shape[1], rgb.shape[0]], dtype=np.float64)
        return [
            _to_pose(image, world, size)
            for image, world in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True)
        ]

    def detect(self, rgb: RgbArray) -> Pose | None:
        """Return the pose of the person followed in the (H, W, 3) picture, or None."""
        found = self.detect_all(rgb)
        return found[0] if found else None

    def forget(self) -> None:
        """Drop the tracked crop: the next picture is searched anew."""
        if self._tracked:
            self.detect_all(np.zeros((64, 64, 3), np.uint8))

    def close(self) -> None:
        """Release the landmarker and its memory; closing twice is harmless."""
        self._close()

    def __enter__(self) -> PoseLandmarkerSession:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _to_pose(image: Any, world: Any, size: FloatArray) -> Pose:
    xy = np.array([(p.x, p.y) for p in image], dtype=np.float64) * size
    metres = np.array([(p.x, p.y, p.z) for p in world], dtype=np.float64)
    visibility = np.array([p.visibility for p in image], dtype=np.float64)
    return Pose(xy, metres, np.clip(visibility, 0.0, 1.0))


def _release(landmarker: Any) -> None:
    landmarker.close()
    give_back_memory()


def _create(path: Path, most_people: int) -> tuple[Any, Any]:
    """Return the mediapipe module and a new landmarker."""
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    mode = vision.RunningMode.VIDEO if most_people == 1 else vision.RunningMode.IMAGE
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(path)),
        running_mode=mode,
        num_poses=most_people,
    )
    try:
        return mediapipe, vision.PoseLandmarker.create_from_options(options)
    except (RuntimeError, ValueError) as error:
        fault = f"the pose model does not load ({error})"
        raise PoseError(path.name, fault, "install KickForm again") from None
