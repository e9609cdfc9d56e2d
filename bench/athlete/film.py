"""Film a motion: camera path, background, shadows, motion blur, noise; one RGB frame a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.athlete.camera import View, look_at
from bench.athlete.catalogue import Athlete, athlete_of
from bench.athlete.motion import Motion
from bench.athlete.raster import Sprite, composite, render_mesh, skin_mesh
from bench.athlete.scenes import SCENES, Scene, lit, paint_background
from bench.athlete.shadows import cast_shadows
from bench.athlete.skeleton import Posed
from bench.athlete.spec import CameraSpec, CaptureSpec, ClipSpec
from bench.athlete.wardrobe import Mesh, coarse, dress

Array = NDArray[np.float64]
Array32 = NDArray[np.float32]
Bytes = NDArray[np.uint8]

CHUNK_FRAMES = 48
LEAST_AHEAD = 0.2
"""Cosine of the widest angle, 78 degrees, that a flat backdrop may show off its middle."""
BLUR_STEP_PX = 3.5
MAX_SUBFRAMES = 7


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in the picture: a motion, a mesh, where and which way (offset_m, heading_deg)."""

    motion: Motion
    mesh: Mesh
    offset_m: tuple[float, float] = (0.0, 0.0)
    heading_deg: float = 0.0


def turned(posed: Posed, actor: Actor) -> Posed:
    """Poses from the actor's heading frame to the world."""
    if actor.heading_deg == 0.0 and actor.offset_m == (0.0, 0.0):
        return posed
    a = np.radians(actor.heading_deg)
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1.0]])
    shift = np.array([*actor.offset_m, 0.0])
    return Posed(
        turn @ posed.rotation,
        posed.head_m @ turn.T + shift,
        {k: v @ turn.T + shift for k, v in posed.joints_m.items()},
        posed.com_m @ turn.T + shift,
    )


def focal_px(camera: CameraSpec, capture: CaptureSpec) -> float:
    """Focal length in pixels from the angle of view along the long edge."""
    return float(max(capture.width, capture.height) / 2 / np.tan(np.radians(camera.fov_deg) / 2))


def camera_path(
    spec: ClipSpec, hips_m: Array, times: Array, stature_m: float, rng: np.random.Generator
) -> list[View]:
    """One view per frame. A static, steady camera gives the same object every time."""
    camera, capture = spec.camera, spec.capture
    middle = (hips_m[:, 0].min() + hips_m[:, 0].max()) / 2
    x = camera.aim_x_m if camera.aim_x_m is not None else middle
    z = camera.aim_height_m if camera.aim_height_m is not None else 0.62 * stature_m
    yaw, sign = np.radians(camera.yaw_deg), -1.0 if camera.side == "right" else 1.0
    offset = camera.distance_m * np.array([np.sin(yaw), sign * np.cos(yaw)])
    place = np.array([x + offset[0], offset[1], camera.height_m])
    size, focal = (capture.width, capture.height), focal_px(camera, capture)
    roll = np.radians(camera.roll_deg)
    still = look_at(place, np.array([x, 0.0, z]), focal, size, roll)
    if camera.mode == "static" and camera.shake_deg == 0 and camera.zoom == 1.0:
        return [still] * len(times)
    aim = np.tile([x, 0.0, z], (len(times), 1))
    if camera.mode == "pan":
        gap = float(np.median(np.diff(times))) if len(times) > 1 else 1.0
        sigma = max(0.25 / gap, 1.0)
        padded = np.pad(hips_m[:, 0], int(4 * sigma), mode="edge")[:, None]
        smooth = cv2.GaussianBlur(padded, (1, 0), sigmaX=0.01, sigmaY=sigma)[:, 0]
        aim[:, 0] = smooth[int(4 * sigma) : int(4 * sigma) + len(times)]
    tremor = np.zeros((len(times), 3))
    for rate in (0.4, 1.1, 2.3, 6.0):
        phase, size_ = rng.uniform(0, 2 * np.pi, 3), rng.normal(0, 1, 3) / rate**0.7
        tremor += size_ * np.sin(2 * np.pi * rate * times[:, None] + phase)
    tremor *= np.radians(camera.shake_deg) * camera.distance_m
    lenses = focal * zoom_factors(camera.zoom, times)
    return [
        look_at(place, a + s, f, size, roll + s[1] * 0.1) for a, s, f in zip(aim, tremor, lenses, strict=True)
    ]


def zoom_factors(zoom: float, times: Array) -> Array:
    """How long the lens is (T,), against its start: from 1 to ``zoom`` in the clip's middle half."""
    share = np.clip((times - times[0]) / max(times[-1] - times[0], 1e-6) * 2 - 0.5, 0, 1)
    return np.asarray(zoom ** (share * share * (3 - 2 * share)))


def widest_view(views: list[View]) -> View:
    """Return a view wide enough to hold every frame's view; all share one position.

    It looks to the middle of where the camera turns, which must be less than a quarter turn off.

    Raises:
        ValueError: the camera turns too far for one flat picture.
    """
    ahead = np.array([view.rotation[2] for view in views])
    first = views[int(np.argmax((ahead @ ahead.T).min(axis=1)))]
    w, h = first.width, first.height
    corners = np.array([[0, 0], [w, 0], [0, h], [w, h]], float) - [(w - 1) / 2, (h - 1) / 2]
    focal = max(v.focal_px for v in views)

    def rays(v: View) -> Array:
        return np.concatenate([corners / v.focal_px, np.ones((4, 1))], axis=1)

    seen = [rays(v) @ v.rotation @ first.rotation.T for v in views]
    if min(float((s[:, 2] / np.linalg.norm(s, axis=1)).min()) for s in seen) < LEAST_AHEAD:
        raise ValueError("the camera turns too far for one flat backdrop; stand further back")
    flat = np.concatenate([s[:, :2] / s[:, 2:] for s in seen]) * focal
    half = np.ceil(np.abs(flat).max(axis=0)).astype(int) + 4
    return View(first.position_m, first.rotation, focal, int(2 * half[0]), int(2 * half[1]))


class Backdrop:
    """The empty scene, painted once; turned with the camera by a homography when it moves."""

    def __init__(self, scene: Scene, views: list[View], mirrored: bool) -> None:
        self.views = views
        self.moving = any(v is not views[0] for v in views)
        self.reference = widest_view(views) if self.moving else views[0]
        self.picture = paint_background(scene, self.reference, mirrored)

    def at(self, frame: int) -> Array32:
        """Background (H, W, 3) of one frame, a copy."""
        if not self.moving:
            return self.picture.copy()
        view, ref = self.views[frame], self.reference

        def lens(v: View) -> Array:
            return np.array(
                [[v.focal_px, 0, (v.width - 1) / 2], [0, v.focal_px, (v.height - 1) / 2], [0, 0, 1.0]]
            )

        back = lens(ref) @ ref.rotation @ view.rotation.T @ np.linalg.inv(lens(view))
        moved = cv2.warpPerspective(
            self.picture, back, (view.width, view.height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        return np.asarray(moved, np.float32)


def blurred_sprite(
    mesh: Mesh,
    actor: Actor,
    posed: Posed,
    frames: range,
    view: View,
    scene: Scene,
    capture: CaptureSpec,
    mirrored: bool,
) -> Sprite | None:
    """The actor averaged over the subframes of one exposure."""
    light = scene.light
    if mirrored:
        x, y, z = light.key_dir
        light = type(light)((x, -y, z), light.key, light.sky, light.bounce)
    sprites, count = [], len(frames)
    for i, k in enumerate(frames):
        verts, normals = skin_mesh(mesh, actor.motion.skeleton, posed, k)
        # many subframes, each shifted by a part of a pixel, smooth the edges by themselves
        many = count >= 4
        shift = ((i + 0.5) / count - 0.5, ((2 * i + 1) % count + 0.5) / count - 0.5)
        sprite = render_mesh(
            mesh,
            verts,
            normals,
            view,
            light,
            1 if many else capture.supersample,
            shift if many else (0.0, 0.0),
        )
        if sprite is not None:
            sprites.append(sprite)
    if not sprites or len(sprites) == 1:
        return sprites[0] if sprites else None
    x0, y0 = min(s.x for s in sprites), min(s.y for s in sprites)
    x1 = max(s.x + s.rgba.shape[1] for s in sprites)
    y1 = max(s.y + s.rgba.shape[0] for s in sprites)
    total = np.zeros((y1 - y0, x1 - x0, 4), np.float32)
    for s in sprites:
        h, w = s.rgba.shape[:2]
        total[s.y - y0 : s.y - y0 + h, s.x - x0 : s.x - x0 + w] += s.rgba
    total /= len(sprites)
    return Sprite(total, x0, y0)


def subframe_counts(actor: Actor, times: Array, view: View, shutter_s: float) -> NDArray[np.int64]:
    """How many subframes each exposure needs, from the fastest joint's path in pixels."""
    ends = [turned(actor.motion.pose(times + s * shutter_s / 2, rounds=3), actor) for s in (-1, 1)]
    paths = [
        np.linalg.norm(view.project(ends[1].joints_m[j])[0] - view.project(ends[0].joints_m[j])[0], axis=1)
        for j in ("tip_left", "tip_right", "knuckles_left", "knuckles_right", "crown")
    ]
    need = np.ceil(np.max(paths, axis=0) / BLUR_STEP_PX).astype(np.int64)
    counts: NDArray[np.int64] = np.clip(need, 1, MAX_SUBFRAMES)
    return counts


def exposures(times: Array, counts: NDArray[np.int64], shutter_s: float) -> tuple[Array, Array]:
    """All subframe times in a row, and the start index of every frame."""
    rows = [t + shutter_s * ((np.arange(n) + 0.5) / n - 0.5) for t, n in zip(times, counts, strict=True)]
    return np.concatenate(rows), np.concatenate([[0], np.cumsum(counts)])


def paint_ladder(picture: Array32, view: View, ladder: tuple[float, float, int]) -> None:
    """Lay an agility ladder (first rung x, box length, boxes) on the floor, in place."""
    x0, box, count = ladder
    x1, half = x0 + box * count, 0.25
    rails = [(x0, x1, y - 0.012, y + 0.012) for y in (-half, half)]
    rungs = [(x0 + k * box - 0.016, x0 + k * box + 0.016, -half, half) for k in range(count + 1)]
    for boxes, colour in ((rails, (0.12, 0.12, 0.13)), (rungs, (0.98, 0.80, 0.10))):
        layer = np.zeros(picture.shape[:2], np.uint8)
        for a, b, c, d in boxes:
            corners = np.array([[a, c, 0], [b, c, 0], [b, d, 0], [a, d, 0.0]])
            px = np.round(view.project(corners)[0] * 16).astype(np.int32)
            cv2.fillConvexPoly(layer, px, 255, cv2.LINE_AA, 4)
        share = (layer.astype(np.float32) / 255)[..., None]
        picture += (np.array(colour, np.float32) - picture) * share


def noise_bank(capture: CaptureSpec, rng: np.random.Generator) -> Array32:
    """Sensor noise with margins, to be cut at random places; slightly smeared as phones do."""
    shape = (capture.height + 64, capture.width + 64, 3)
    sigma = capture.noise / max(capture.exposure, 0.15)
    bank = rng.standard_normal(shape, dtype=np.float32)
    bank = np.asarray(cv2.GaussianBlur(bank, (0, 0), 0.55), np.float32)
    return bank * np.float32(sigma / bank.std())


def film(
    spec: ClipSpec,
    actors: list[Actor],
    times: Array,
    views: list[View],
    rng: np.random.Generator,
    ladder: tuple[float, float, int] | None = None,
) -> Iterator[Bytes]:
    """Frames (H, W, 3) uint8 RGB. The first actor is the athlete; others stand behind."""
    scene, capture = lit(SCENES[spec.scene.name], spec.scene), spec.capture
    mirrored = spec.camera.side == "left"
    backdrop = Backdrop(scene, views, mirrored)
    if ladder is not None:
        paint_ladder(backdrop.picture, backdrop.reference, ladder)
    bank = noise_bank(capture, rng)
    gain = np.float32(capture.exposure)
    for start in range(0, len(times), CHUNK_FRAMES):
        chunk = times[start : start + CHUNK_FRAMES]
        shots = []
        for actor in reversed(actors):
            counts = subframe_counts(actor, chunk, views[start], capture.shutter_s)
            instants, first = exposures(chunk, counts, capture.shutter_s)
            shots.append((actor, turned(actor.motion.pose(instants), actor), first))
        for k in range(len(chunk)):
            view, picture = views[start + k], backdrop.at(start + k)
            for _, posed, first in shots:
                middle = (first[k] + first[k + 1]) // 2
                joints = {n: v[middle] for n, v in posed.joints_m.items()}
                cast_shadows(picture, joints, scene, view, mirrored)
            for actor, posed, first in shots:
                sprite = blurred_sprite(
                    actor.mesh, actor, posed, range(first[k], first[k + 1]), view, scene, capture, mirrored
                )
                if sprite is not None:
                    composite(picture, sprite)
            yield develop(picture, bank, gain, rng)


def develop(picture: Array32, bank: Array32, gain: np.float32, rng: np.random.Generator) -> Bytes:
    """Exposure and noise; to bytes."""
    dy, dx = rng.integers(0, 64, 2)
    h, w = picture.shape[:2]
    out = cv2.addWeighted(
        picture, 255.0 * float(gain), bank[dy : dy + h, dx : dx + w], 255.0 * float(gain) ** 0.5, 0.5
    )
    return np.clip(out, 0, 255).astype(np.uint8)


def athlete_mesh(who: str | Athlete, cell_m: float = 0.0) -> Mesh:
    """The dressed mesh of an athlete, by name or as such; ``cell_m`` leaves out smaller detail."""
    athlete = athlete_of(who)
    if cell_m:
        return coarse((athlete.body, athlete.look), cell_m)
    return dress(athlete.body, athlete.look)
