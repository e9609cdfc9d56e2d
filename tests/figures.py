"""Stick figures, drawn people and a scripted landmarker, for tests of tracking without a pose model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kickform.pose.people import Person, PersonTrack, Pose
from tests.videos import Picture

BLUE, GREEN = (30, 60, 180), (40, 170, 60)


def stick_pose(hip: tuple[float, float], size: float = 100.0, visibility: float = 0.9) -> Pose:
    """A standing figure whose torso, thigh and shank add up to `size` pixels."""
    x, y = hip
    xy = np.tile([x, y - 0.5 * size], (33, 1)).astype(float)
    xy[15, 0], xy[16, 0] = x - 0.25 * size, x + 0.25 * size
    for left, height in ((11, -0.4), (23, 0.0), (25, 0.3), (27, 0.6), (29, 0.62), (31, 0.64)):
        xy[left] = (x - 0.05 * size, y + height * size)
        xy[left + 1] = (x + 0.05 * size, y + height * size)
    return Pose(xy, np.zeros((33, 3)), np.full(33, visibility))


def person(
    time_s: float,
    hip: tuple[float, float],
    size: float = 100.0,
    colour: tuple[int, int, int] = BLUE,
) -> Person:
    pose = stick_pose(hip, size)
    return Person(
        time_s=time_s,
        hip=np.array(hip),
        ankles=np.array([hip[0], hip[1] + 0.6 * size]),
        box=np.concatenate([pose.xy_px.min(axis=0), pose.xy_px.max(axis=0)]),
        size=size,
        colour=np.array(colour, dtype=float),
        visibility=0.9,
    )


@dataclass
class Figure:
    """Somebody in the scripted pictures."""

    hip: tuple[float, float]
    size: float = 100.0
    colour: tuple[int, int, int] = BLUE
    visibility: float = 0.9


def draw_figures(figures: list[Figure], width: int = 1280, height: int = 720) -> Picture:
    """A grey picture with a filled trunk for each figure, the last in front."""
    rgb = np.full((height, width, 3), 128, np.uint8)
    for figure in figures:
        (x, y), s = figure.hip, figure.size
        left, right = round(x - 0.2 * s), round(x + 0.2 * s)
        rgb[round(y - 0.5 * s) : round(y + 0.1 * s), max(0, left) : right] = figure.colour
    return rgb


class ScriptedLandmarker:
    """Finds the trunks that are painted in the picture it gets: stays with one until told to forget."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []
        self.prefer: tuple[int, int, int] = BLUE
        self.shapes: list[tuple[int, ...]] = []
        self.forgotten = 0

    def detect(self, rgb: Picture) -> Pose | None:
        self.shapes.append(rgb.shape)
        for figure in sorted(self.figures, key=lambda f: f.colour != self.prefer):
            match = np.all(rgb == np.array(figure.colour, np.uint8), axis=2)
            if match.sum() > 30:
                rows, columns = np.nonzero(match)
                hip = (float(columns.mean()), float(rows.max() - 0.1 * figure.size))
                return stick_pose(hip, figure.size, figure.visibility)
        return None

    def forget(self) -> None:
        self.forgotten += 1


def athlete_at(hip: tuple[float, float], size: float = 100.0) -> PersonTrack:
    return PersonTrack([person(t, hip, size) for t in (0.0, 1.0, 2.0)])
