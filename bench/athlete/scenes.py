"""Where it happens: gym, track and street, as procedural paint on a floor and four walls.

World: the athlete starts near the origin and moves along +x. The camera stands at y < 0, the
backdrop at y > 0; a scene seen from the other side is mirrored, so that it always has a backdrop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.athlete.camera import View
from bench.athlete.raster import Light
from bench.athlete.spec import SceneSpec

Array = NDArray[np.float64]
Array32 = NDArray[np.float32]
Paint = Callable[[Array32, Array32], Array32]

NOISE_SIZE = 1024


@dataclass(frozen=True, slots=True)
class Scene:
    """``floor`` paints (x, y), ``wall`` paints (along, z); each returns (N, 3) RGB 0-1.

    box_m: x from, x to, y from, y to. ``shadows`` are (direction the shadow falls per metre of
    height, darkness, softness in metres).
    """

    name: str
    floor: Paint
    wall: Paint
    box_m: tuple[float, float, float, float]
    light: Light
    shadows: tuple[tuple[tuple[float, float], float, float], ...]


@cache
def noise_tile(power: float) -> Array32:
    """Tileable noise (1024, 1024), mean 0, spread 1: amplitude falls with frequency**-power."""
    rng = np.random.default_rng(20)
    white = np.fft.rfft2(rng.standard_normal((NOISE_SIZE, NOISE_SIZE)))
    fy, fx = np.fft.fftfreq(NOISE_SIZE), np.fft.rfftfreq(NOISE_SIZE)
    radius = np.hypot(fy[:, None], fx[None])
    radius[0, 0] = 1.0
    tile = np.fft.irfft2(white / np.maximum(radius, 4 / NOISE_SIZE) ** power)
    scaled: Array32 = ((tile - tile.mean()) / tile.std()).astype(np.float32)
    return scaled


def noise(x: Array32, y: Array32, power: float = 1.3) -> Array32:
    """Noise at coordinates in tile pixels (nearest sample); a small power is finer grained."""
    tile = noise_tile(power)
    return tile[np.floor(y).astype(np.int64) % NOISE_SIZE, np.floor(x).astype(np.int64) % NOISE_SIZE]


def hashed(a: Array32, b: Array32) -> Array32:
    """A repeatable pseudo-random number 0-1 per pair of integers."""
    value = np.sin(np.floor(a) * 12.9898 + np.floor(b) * 78.233) * 43758.547
    return (value - np.floor(value)).astype(np.float32)


def mix(colour: Array32, other: tuple[float, float, float], share: Array32) -> Array32:
    """Blend (N, 3) towards one colour by shares (N,)."""
    return colour + (np.array(other, np.float32) - colour) * share[:, None]


def plain(colour: tuple[float, float, float], like: Array32) -> Array32:
    """One colour for all points."""
    return np.tile(np.array(colour, np.float32), (len(like), 1))


def band(value: Array32, low: float, high: float) -> Array32:
    """1 where low <= value < high."""
    inside: Array32 = ((value >= low) & (value < high)).astype(np.float32)
    return inside


def line(value: Array32, at: float, width: float) -> Array32:
    """1 within a line of a width."""
    inside: Array32 = (np.abs(value - at) < width / 2).astype(np.float32)
    return inside


def gym_floor(x: Array32, y: Array32) -> Array32:
    """Sports-hall parquet with court lines."""
    row = np.floor(y / 0.075)
    shift = hashed(row, row * 0 + 3) * 1.6
    plank = np.floor((x + shift) / 1.3)
    tone = hashed(row, plank)
    grain = noise(x * 60 + tone * 500, y * 900 + tone * 300)
    shade = 0.86 + 0.13 * tone + 0.03 * grain + 0.02 * noise(x * 40, y * 40)
    colour = plain((0.80, 0.61, 0.39), x) * shade[:, None]
    seam = np.maximum(
        line(np.mod(y, 0.075), 0.0375, 0.004) * 0, (np.mod(y, 0.075) < 0.004).astype(np.float32)
    )
    seam = np.maximum(seam, (np.mod(x + shift, 1.3) < 0.005).astype(np.float32))
    colour *= (1 - 0.22 * seam)[:, None]
    colour = mix(colour, (0.93, 0.93, 0.92), line(y, 1.7, 0.05))
    ring = np.abs(np.hypot(x - 3.2, y - 1.7) - 1.8) < 0.025
    colour = mix(colour, (0.93, 0.93, 0.92), ring.astype(np.float32))
    colour = mix(colour, (0.16, 0.33, 0.62), line(y - 0.35 * x, 2.6, 0.05))
    return mix(colour, (0.74, 0.18, 0.15), line(x, -3.4, 0.05))


def gym_wall(u: Array32, z: Array32) -> Array32:
    """Painted blocks, a blue dado, wall bars, a door and a high strip of windows."""
    row = np.floor(z / 0.2)
    column = np.floor(u / 0.4 + 0.5 * np.mod(row, 2))
    tone = 0.965 + 0.05 * hashed(row, column) + 0.012 * noise(u * 90, z * 90)
    colour = plain((0.86, 0.85, 0.81), u) * tone[:, None]
    blue = plain((0.36, 0.50, 0.63), u) * tone[:, None]
    colour = np.where((z < 1.35)[:, None], blue, colour)
    mortar = (np.mod(z, 0.2) < 0.008) | (np.mod(u + 0.2 * np.mod(row, 2), 0.4) < 0.008)
    colour *= (1 - 0.10 * mortar)[:, None]
    colour = mix(colour, (0.20, 0.21, 0.23), band(z, 0, 0.1))
    colour = mix(colour, (0.93, 0.93, 0.9), line(z, 1.37, 0.05))
    bars = band(np.mod(u + 1.2, 7.0), 0, 2.0) * band(z, 0.12, 2.6)
    rung = band(np.mod(z, 0.19), 0, 0.045) * bars
    post = bars * (np.abs(np.mod(np.mod(u + 1.2, 7.0), 0.97) - 0.03) < 0.035)
    colour = mix(colour, (0.62, 0.44, 0.25), np.maximum(rung, post))
    door = band(np.mod(u - 2.9, 14.0), 0, 1.1) * band(z, 0, 2.1)
    colour = mix(colour, (0.45, 0.20, 0.17), door)
    colour = mix(colour, (0.3, 0.13, 0.12), door * line(np.mod(u - 2.9, 14.0), 0.55, 0.02))
    high = band(z, 3.2, 4.2) * band(np.mod(u, 1.6), 0.06, 1.54)
    colour = mix(colour, (0.90, 0.95, 1.0), high)
    return mix(colour, (0.33, 0.33, 0.34), (z > 4.9).astype(np.float32))


def track_floor(x: Array32, y: Array32) -> Array32:
    """Red running track with lanes, grass beyond."""
    grit = noise(x * 160, y * 160, 0.4)
    worn = noise(x * 14, y * 14 + 300)
    colour = plain((0.66, 0.27, 0.20), x) * (1 + 0.07 * grit + 0.03 * worn)[:, None]
    lane = np.mod(y + 0.61, 1.22)
    colour = mix(colour, (0.93, 0.92, 0.90), band(lane, 0, 0.05) * (y < 3.2))
    colour = mix(colour, (0.93, 0.92, 0.90), line(x, 4.0, 0.05) * (y < 3.2))
    grass = (
        plain((0.27, 0.43, 0.16), x)
        * (1 + 0.13 * noise(x * 120, y * 120, 0.6) + 0.08 * noise(x * 20, y * 20))[:, None]
    )
    edge = (y > 3.15).astype(np.float32)
    colour = np.where((y > 3.3)[:, None], grass, colour)
    return mix(colour, (0.80, 0.80, 0.78), edge * band(y, 3.15, 3.3))


def track_wall(u: Array32, z: Array32) -> Array32:
    """Fence, hedge, trees and sky."""
    height = np.asarray(np.clip(z / 14, 0, 1), np.float32)
    cloud = np.clip(noise(u * 9, z * 24) * 0.5 - 0.1, 0, 1) * height
    sky = mix(plain((0.80, 0.88, 0.95), u), (0.42, 0.63, 0.88), height)
    sky = mix(sky, (0.97, 0.97, 0.98), np.asarray(cloud * 0.7, np.float32))
    crown = 5.0 + 0.9 * noise(u * 18, u * 0, 2.4) + 0.25 * noise(u * 60, u * 0 + 9, 1.9)
    leaves = 0.78 + 0.16 * noise(u * 30, z * 30) + 0.10 * noise(u * 45, z * 45, 0.6)
    trees = plain((0.20, 0.33, 0.16), u) * np.clip(leaves + 0.05 * z, 0.3, 1.6)[:, None]
    colour = np.where((z < crown)[:, None], trees, sky)
    hedge = plain((0.15, 0.27, 0.12), u) * np.clip(0.9 + 0.25 * noise(u * 120, z * 120), 0.4, 1.6)[:, None]
    colour = np.where((z < 1.25 + 0.05 * noise(u * 30, u * 0))[:, None], hedge, colour)
    post = np.maximum((np.mod(u, 2.4) < 0.07) * (z < 1.2), line(z, 1.15, 0.06))
    rails = np.maximum(post, line(z, 0.6, 0.05)) * 0.95
    return mix(colour, (0.86, 0.87, 0.88), np.asarray(rails, np.float32))


def street_floor(x: Array32, y: Array32) -> Array32:
    """Asphalt with patches and a kerb, paving beyond."""
    grit = noise(x * 160, y * 160, 0.4)
    worn = noise(x * 16, y * 16)
    colour = plain((0.40, 0.40, 0.41), x) * (1 + 0.07 * grit + 0.04 * worn)[:, None]
    crack = np.abs(noise(x * 60 + 100, y * 60 + 50, 2.2)) < 0.012
    colour *= (1 - 0.2 * crack)[:, None]
    colour = mix(colour, (0.86, 0.85, 0.80), line(y, -1.6, 0.12) * (np.mod(x, 4.0) < 2.2))
    slab = 0.93 + 0.1 * hashed(np.floor(x / 0.5), np.floor(y / 0.5)) + 0.03 * grit
    paving = plain((0.63, 0.61, 0.58), x) * slab[:, None]
    joint = (np.mod(x, 0.5) < 0.012) | (np.mod(y, 0.5) < 0.012)
    paving *= (1 - 0.3 * joint)[:, None]
    colour = np.where((y > 1.9)[:, None], paving, colour)
    return mix(colour, (0.74, 0.73, 0.70), band(y, 1.75, 1.92))


def street_wall(u: Array32, z: Array32) -> Array32:
    """A brick terrace with windows and doors, sky above."""
    row = np.floor(z / 0.075)
    column = np.floor(u / 0.225 + 0.5 * np.mod(row, 2))
    house = np.floor(u / 5.5)
    tint = hashed(house, house * 0 + 7)
    base = mix(plain((0.58, 0.33, 0.26), u), (0.72, 0.62, 0.50), tint)
    colour = base * (0.86 + 0.24 * hashed(row, column) + 0.05 * noise(u * 100, z * 100))[:, None]
    mortar = (np.mod(z, 0.075) < 0.01) | (np.mod(u + 0.1125 * np.mod(row, 2), 0.225) < 0.01)
    colour = mix(colour, (0.70, 0.67, 0.62), mortar * 0.55)
    h = np.mod(u, 5.5)
    for left, width, low, high, glass in (
        (0.7, 1.3, 0.9, 2.3, 1.0),
        (0.7, 1.3, 3.6, 4.9, 1.0),
        (3.6, 1.1, 3.6, 4.9, 1.0),
        (3.6, 1.0, 0.0, 2.2, 0.0),
    ):
        frame = band(h, left - 0.1, left + width + 0.1) * band(z, low - 0.1, high + 0.1)
        inner = band(h, left, left + width) * band(z, low, high)
        colour = mix(colour, (0.90, 0.89, 0.86), frame)
        pane = (0.26, 0.33, 0.39) if glass else (0.16, 0.27, 0.33)
        colour = mix(colour, pane, inner)
        shine = inner * glass * (np.clip(noise(u * 14, z * 14), 0, 1) * 0.35)
        colour = mix(colour, (0.80, 0.87, 0.93), shine)
        bars = inner * glass * np.maximum(line(h, left + width / 2, 0.05), line(z, (low + high) / 2, 0.05))
        colour = mix(colour, (0.90, 0.89, 0.86), bars)
    sky = mix(plain((0.82, 0.87, 0.92), u), (0.60, 0.73, 0.88), np.clip((z - 6) / 10, 0, 1))
    colour = np.where((z > 6.2)[:, None], sky, colour)
    return mix(colour, (0.30, 0.27, 0.27), band(z, 5.9, 6.2))


SCENES: dict[str, Scene] = {
    s.name: s
    for s in (
        Scene(
            "gym",
            gym_floor,
            gym_wall,
            (-6.5, 20.0, -14.0, 3.6),
            Light((-0.35, -0.55, 0.9), (0.56, 0.54, 0.50), (0.48, 0.49, 0.52), (0.34, 0.29, 0.24)),
            (((0.25, 0.32), 0.26, 0.05), ((-0.45, 0.25), 0.16, 0.08), ((0.1, -0.4), 0.14, 0.08)),
        ),
        Scene(
            "track",
            track_floor,
            track_wall,
            (-30.0, 60.0, -40.0, 13.0),
            Light((-0.55, -0.45, 0.75), (0.72, 0.68, 0.58), (0.40, 0.46, 0.56), (0.28, 0.19, 0.15)),
            (((0.72, 0.55), 0.52, 0.012),),
        ),
        Scene(
            "street",
            street_floor,
            street_wall,
            (-26.0, 45.0, -25.0, 5.2),
            Light((0.5, -0.6, 0.7), (0.50, 0.49, 0.47), (0.50, 0.53, 0.58), (0.26, 0.25, 0.25)),
            (((-0.6, 0.65), 0.34, 0.03),),
        ),
    )
}


def lit(scene: Scene, spec: SceneSpec) -> Scene:
    """A scene in the light and with the floor of a spec."""
    if (spec.light_turn_deg, spec.key, spec.floor) == (0.0, 1.0, 1.0):
        return scene
    turn = np.radians(spec.light_turn_deg)
    c, s = float(np.cos(turn)), float(np.sin(turn))
    x, y, z = scene.light.key_dir
    key = np.array(scene.light.key) * spec.key
    sky = np.array(scene.light.sky) + 0.5 * (1 - spec.key) * np.array(scene.light.key)
    shadows = tuple(
        ((c * a - s * b, s * a + c * b), float(min(dark * spec.key, 0.75)), soft)
        for (a, b), dark, soft in scene.shadows
    )

    def floor(u: Array32, v: Array32) -> Array32:
        return scene.floor(u, v) * np.float32(spec.floor)

    light = replace(
        scene.light,
        key_dir=(c * x - s * y, s * x + c * y, z),
        key=tuple(key.tolist()),
        sky=tuple(sky.tolist()),
    )
    return replace(scene, floor=floor, light=light, shadows=shadows)


def paint_rays(scene: Scene, view: View, px: Array32, py: Array32, mirrored: bool) -> Array32:
    """Colour (N, 3) seen at pixel coordinates (N,)."""
    local = np.stack(
        [
            (px - (view.width - 1) / 2) / view.focal_px,
            (py - (view.height - 1) / 2) / view.focal_px,
            np.ones_like(px),
        ],
        axis=-1,
    )
    ray = (local @ view.rotation).astype(np.float32)
    eye = view.position_m.astype(np.float32).copy()
    if mirrored:
        ray[:, 1] *= -1
        eye[1] *= -1
    x0, x1, y0, y1 = scene.box_m
    tiny = np.float32(1e-6)
    bound_x = np.where(ray[:, 0] > 0, x1, x0)
    bound_y = np.where(ray[:, 1] > 0, y1, y0)
    with np.errstate(divide="ignore", over="ignore"):
        reach = np.stack(
            [
                np.where(np.abs(ray[:, 0]) > tiny, (bound_x - eye[0]) / ray[:, 0], np.inf),
                np.where(np.abs(ray[:, 1]) > tiny, (bound_y - eye[1]) / ray[:, 1], np.inf),
                np.where(ray[:, 2] < -tiny, -eye[2] / ray[:, 2], np.inf),
            ]
        )
    which = reach.argmin(axis=0)
    hit = eye + ray * reach.min(axis=0)[:, None]
    out = np.empty((len(px), 3), np.float32)
    for k, paint in ((0, scene.wall), (1, scene.wall), (2, scene.floor)):
        pick = which == k
        if pick.any():
            a = hit[pick][:, 1 if k == 0 else 0]
            b = hit[pick][:, 1 if k == 2 else 2]
            out[pick] = paint(a.astype(np.float32), b.astype(np.float32))
    wall = which != 2
    corner = np.clip(hit[:, 2] / 0.5, 0, 1)
    out *= np.where(wall, 0.86 + 0.14 * corner, 1.0)[:, None]
    return np.clip(out, 0, 1)


def paint_background(scene: Scene, view: View, mirrored: bool = False) -> Array32:
    """The empty scene (H, W, 3) RGB 0-1, four samples a pixel, a little soft as lenses are."""
    w, h = view.width, view.height
    total = np.zeros((h, w, 3), np.float32)
    for ox, oy in ((-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)):
        for top in range(0, h, 240):
            rows = np.arange(top, min(top + 240, h), dtype=np.float32) + oy
            px, py = np.meshgrid(np.arange(w, dtype=np.float32) + ox, rows)
            part = paint_rays(scene, view, px.ravel(), py.ravel(), mirrored)
            total[top : top + len(rows)] += part.reshape(len(rows), w, 3)
    picture = total / 4
    y, x = np.mgrid[-1 : 1 : complex(0, h), -1 : 1 : complex(0, w)]
    vignette = (1 - 0.10 * (x * x + y * y)).astype(np.float32)
    soft: Array32 = cv2.GaussianBlur(picture, (0, 0), 0.6) * vignette[..., None]
    return soft
