"""Triangles to pixels with NumPy and OpenCV: painter's algorithm into an index image, then
smooth (Gouraud) shading of every covered pixel at once."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bench.athlete.camera import View
from bench.athlete.skeleton import Posed, Skeleton
from bench.athlete.wardrobe import Mesh

Array = NDArray[np.float64]
Array32 = NDArray[np.float32]

SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True)
class Light:
    """A key light, a sky and a floor; directions point *to* the light (x, y, z), colours RGB."""

    key_dir: tuple[float, float, float]
    key: tuple[float, float, float]
    sky: tuple[float, float, float]
    bounce: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Sprite:
    """Premultiplied colour (h, w, 4) RGBA 0-1 with its top-left pixel (x, y) in the picture."""

    rgba: Array32
    x: int
    y: int


def skin_mesh(mesh: Mesh, skeleton: Skeleton, posed: Posed, frame: int) -> tuple[Array, Array]:
    """Dual quaternion skinning of one frame: vertices and normals, each (V, 3).

    Linear blending shrinks a joint as it bends: a knee folded to 130 degrees lost more than half of what it
    has in front of its axis. Rigid motions that are blended as such keep it (Kavan et al. 2007, "Skinning
    with dual quaternions").
    """
    turn = posed.rotation[frame]
    shift = posed.head_m[frame] - np.einsum("bij,bj->bi", turn, skeleton.rest_heads_m)
    real = Rotation.from_matrix(turn).as_quat()  # (x, y, z, w)
    vector, scalar = real[:, :3], real[:, 3:]
    dual = 0.5 * np.concatenate(
        [scalar * shift + np.cross(shift, vector), -np.sum(shift * vector, axis=1, keepdims=True)], axis=1
    )
    bones = np.concatenate([real, dual], axis=1)
    main = real[mesh.bone_index[:, 0]]
    blend = np.zeros((len(mesh.verts_m), 8))
    for k in range(4):
        index = mesh.bone_index[:, k]
        same = np.where(np.sum(main * real[index], axis=1) < 0, -1.0, 1.0)  # q and -q are one rotation
        blend += (same * mesh.bone_weight[:, k])[:, None] * bones[index]
    blend /= np.linalg.norm(blend[:, :4], axis=1, keepdims=True)
    vector, scalar, dual_vector, dual_scalar = blend[:, :3], blend[:, 3:4], blend[:, 4:7], blend[:, 7:]

    def rotated(v: Array) -> Array:
        return v + 2 * np.cross(vector, np.cross(vector, v) + scalar * v)

    move = 2 * (scalar * dual_vector - dual_scalar * vector + np.cross(vector, dual_vector))
    return rotated(mesh.verts_m) + move, rotated(mesh.normals)


def vertex_light(normals: Array, verts: Array, view: View, light: Light) -> Array32:
    """Light falling on each vertex, RGB (V, 3), and the specular term as a fourth column."""
    n = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    key = np.array(light.key_dir) / np.linalg.norm(light.key_dir)
    wrap = np.clip((n @ key + 0.25) / 1.25, 0, 1)[:, None]
    up = (0.5 + 0.5 * n[:, 2])[:, None]
    occlusion = 0.72 + 0.28 * np.clip(verts[:, 2:3] / 0.9, 0, 1)
    ambient = (up * np.array(light.sky) + (1 - up) * np.array(light.bounce)) * occlusion
    to_eye = view.position_m - verts
    to_eye /= np.linalg.norm(to_eye, axis=1, keepdims=True)
    half = to_eye + key
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    gloss = np.clip(np.sum(n * half, axis=1), 0, 1) ** 24
    rim = (1 - np.clip(np.sum(n * to_eye, axis=1), 0, 1)) ** 3 * 0.12
    return np.concatenate(
        [wrap * np.array(light.key) + ambient + rim[:, None] * up, gloss[:, None]], axis=1
    ).astype(np.float32)


def draw_ids(points: Array, faces: NDArray[np.int64], shape: tuple[int, int]) -> NDArray[np.int32]:
    """Index image (h, w): number of the front face + 1, 0 where empty. Faces back to front."""
    ids = np.zeros(shape, np.int32)
    fixed = np.round(points * (1 << SUBPIXEL_BITS)).astype(np.int32)[faces]
    fill, bits = cv2.fillConvexPoly, SUBPIXEL_BITS
    for i, triangle in enumerate(fixed, 1):
        fill(ids, triangle, i, 8, bits)
    return ids


def colour_planes(points: Array, faces: NDArray[np.int64], colour: Array32) -> Array32:
    """Per face the colour as a plane over the picture, a x + b y + c: (F, 3, 3) by (abc, RGB).

    ``colour`` (F, 3, 3) by (corner, RGB). Slivers are flat: their planes would be steep.
    """
    p0, p1, p2 = (points[faces[:, k]] for k in range(3))
    d1, d2 = p1 - p0, p2 - p0
    area = d1[:, 0] * d2[:, 1] - d1[:, 1] * d2[:, 0]
    inverse = np.where(np.abs(area) < 3.0, 0.0, 1 / np.where(area == 0, 1.0, area))[:, None]
    e1, e2 = colour[:, 1] - colour[:, 0], colour[:, 2] - colour[:, 0]
    a = (e1 * d2[:, 1:] - e2 * d1[:, 1:]) * inverse
    b = (e2 * d1[:, :1] - e1 * d2[:, :1]) * inverse
    middle = (p0 + p1 + p2) / 3
    c = colour.mean(axis=1) - a * middle[:, :1] - b * middle[:, 1:]
    return np.stack([a, b, c], axis=1).astype(np.float32)


def render_mesh(
    mesh: Mesh,
    verts: Array,
    normals: Array,
    view: View,
    light: Light,
    supersample: int,
    shift_px: tuple[float, float] = (0.0, 0.0),
) -> Sprite | None:
    """Draw a posed mesh, moved by a part of a pixel; None when it lies outside the picture."""
    xy, depth = view.project(verts)
    xy = xy + np.array(shift_px)
    x0, y0 = np.floor(xy.min(axis=0)).astype(int) - 2
    x1, y1 = np.ceil(xy.max(axis=0)).astype(int) + 3
    x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, view.width), min(y1, view.height)
    if x1 - x0 < 2 or y1 - y0 < 2 or depth.min() < 0.3:
        return None
    s = supersample
    points = (xy - np.array([x0, y0]) + 0.5) * s - 0.5
    corner = points[mesh.faces]
    d1, d2 = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    front = np.flatnonzero(d1[:, 0] * d2[:, 1] - d1[:, 1] * d2[:, 0] < 0)
    front = front[np.argsort(-depth[mesh.faces[front]].mean(axis=1), kind="stable")]
    faces = mesh.faces[front]
    ids = draw_ids(points, faces, ((y1 - y0) * s, (x1 - x0) * s))
    lit = vertex_light(normals, verts, view, light)[faces]
    albedo = mesh.albedo[front].astype(np.float32)[:, None]
    gloss = mesh.gloss[front].astype(np.float32)[:, None, None]
    planes = colour_planes(points, faces, albedo * lit[..., :3] + gloss * lit[..., 3:])
    flat = np.flatnonzero(ids)
    rows, cols = np.divmod(flat.astype(np.int32), ids.shape[1])
    plane = planes[ids.ravel()[flat] - 1]
    colour = plane[:, 0] * cols.astype(np.float32)[:, None]
    colour += plane[:, 1] * rows.astype(np.float32)[:, None]
    colour += plane[:, 2]
    rgba = np.zeros((*ids.shape, 4), np.float32)
    rgba.reshape(-1, 4)[flat] = np.concatenate(
        [np.clip(colour, 0, 1), np.ones((len(flat), 1), np.float32)], axis=1
    )
    small = cv2.resize(rgba, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA) if s > 1 else rgba
    return Sprite(np.asarray(small, np.float32), int(x0), int(y0))


def composite(picture: Array32, sprite: Sprite) -> None:
    """Lay a sprite over a float RGB picture (H, W, 3), in place."""
    h, w = sprite.rgba.shape[:2]
    crop = picture[sprite.y : sprite.y + h, sprite.x : sprite.x + w]
    crop *= 1 - sprite.rgba[..., 3:]
    crop += sprite.rgba[..., :3]
