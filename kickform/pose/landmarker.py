"""MediaPipe's pose landmarker: one picture in, landmarks out. The only module that imports mediapipe.

In VIDEO mode with one person MediaPipe smooths landmarks, which delays take-offs by 13-17 ms and lengthens
contacts by 33 ms (measured). The filter's weight depends on elapsed time, so frames get time stamps
10,000,000 ms apart: the filter then passes each frame unchanged, and the tracked crop, which IMAGE mode
lacks, is kept. Callers keep the true frame times.

Results depend on the pictures and their order alone, not on the playback speed.
"""

from __future__ import annotations

import weakref
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from kickform.errors import PoseError
from kickform.numeric import FloatArray, RgbArray
from kickform.pose._mediapipe_runtime import quiet_stderr, release_free_memory
from kickform.pose.model_files import ModelName, bundle_path
from kickform.pose.people import Pose

__all__ = ["PoseLandmarkerSession"]

_STEP_MS = 10_000_000  # convention: a gap so long that MediaPipe's smoothing filter has no effect


class PoseLandmarkerSession:
    """A landmarker for one clip or one live session. Do not share it between threads.

    Landmarks are unsmoothed and come from a crop that follows the person from picture to picture. All
    pictures of a session should show the same view; after a cut call `forget` to search the whole picture.
    """

    def __init__(self, model: ModelName = "full", *, most_people: int = 1) -> None:
        """Load the bundle `model`.

        Args:
            model: "heavy", "full" or "lite".
            most_people: most people to find; above 1 each picture is searched from scratch.

        Raises:
            PoseError: the bundle is missing or damaged.
        """
        path = bundle_path(model)
        self._stamp_ms = 0
        self._tracked = most_people == 1
        self._found_someone = False
        with quiet_stderr():
            self._mp, self._landmarker = _create(path, most_people)
            self._run(np.zeros((64, 64, 3), np.uint8))
        # Without this, MediaPipe's own clean-up runs at interpreter exit and logs errors.
        self._close = weakref.finalize(self, _release, self._landmarker)

    def detect_all(self, rgb: RgbArray) -> list[Pose]:
        """Return everyone found in the (H, W, 3) uint8 RGB picture, in its pixels."""
        if self._found_someone:
            return self._run(rgb)
        with quiet_stderr():  # MediaPipe logs once more when it finds the first person
            found = self._run(rgb)
        self._found_someone = bool(found)
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
        """Return the pose of the tracked person in the (H, W, 3) uint8 RGB picture, or None."""
        found = self.detect_all(rgb)
        return found[0] if found else None

    def forget(self) -> None:
        """Drop the tracked crop; the next picture is searched as a whole."""
        if self._tracked:
            self.detect_all(np.zeros((64, 64, 3), np.uint8))

    def close(self) -> None:
        """Release the landmarker and its memory; a second call does nothing."""
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
    release_free_memory()


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
