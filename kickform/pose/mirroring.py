"""Which way the athlete faces, and pictures turned over so that it is always the same way.

A pose model sees a picture and its mirror image differently, by a
pixel or two of a clip, which moved single contacts by up to 18 ms when a clip was mirrored. So every clip is
read with the athlete facing left, and the landmarks are put back. Left, because `heavy` then sees the leg
behind better: with the same 22 pogo clips facing right its landmarks were off by 16 % more (median), and by
44 % more in the worst 5 %; those of the near leg were alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kickform.pose.people import PersonTrack, Pose
from kickform.video.reader import Frame

__all__ = ["Mirroring", "faces_right"]

_OTHER = np.arange(33)
for _left, _right in [(1, 4), (2, 5), (3, 6), (7, 8), (9, 10), *((i, i + 1) for i in range(11, 33, 2))]:
    _OTHER[_left], _OTHER[_right] = _right, _left


def faces_right(athlete: PersonTrack) -> bool:
    """Whether the feet of the athlete point to the right in most of what was seen, by how far they do."""
    return float(np.median([s.toes_ahead for s in athlete.sightings])) > 0


@dataclass(frozen=True, slots=True)
class Mirroring:
    """How pictures are handed to the pose model.

    Attributes:
        mirrored: whether they are turned over.
    """

    mirrored: bool

    def picture(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the (H, W, 3) picture to look at; a copy where it is turned over."""
        return np.ascontiguousarray(rgb[:, ::-1]) if self.mirrored else rgb

    def frames(self, frames: list[Frame]) -> list[Frame]:
        """Return the frames with the pictures to look at."""
        return [replace(frame, rgb=self.picture(frame.rgb)) for frame in frames] if self.mirrored else frames

    def pose(self, pose: Pose, width_px: int) -> Pose:
        """Return a pose found in such a picture, `width_px` wide, as one of the picture itself."""
        if not self.mirrored:
            return pose
        xy_px, world_m = pose.xy_px[_OTHER], pose.world_m[_OTHER]
        xy_px[:, 0] = width_px - xy_px[:, 0]
        world_m[:, 0] *= -1
        return Pose(xy_px, world_m, pose.visibility[_OTHER])
