"""Surfaces in the making: cut along a line, painted, smoothed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

__all__ = ["Layer", "cut", "paint", "relax", "select", "vertex_normals"]


@dataclass(frozen=True, slots=True)
class Layer:
    """A surface in the making. attributes (V, 28): position 0-2, normal 3-5, bone weights 6-27.
    ``foot`` is 0 or 1 for a left or right foot's layer and ``sole`` (V,) what of it may touch the ground."""

    attributes: Array
    faces: IntArray
    albedo: Array
    gloss: float
    foot: int = -1
    sole: NDArray[np.bool_] | None = None


def vertex_normals(verts: Array, faces: IntArray) -> Array:
    """Area-weighted normals (V, 3)."""
    corner = verts[faces]
    face = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    out = np.zeros_like(verts)
    for k in range(3):
        np.add.at(out, faces[:, k], face)
    length: Array = np.linalg.norm(out, axis=1, keepdims=True)
    return out / np.maximum(length, 1e-12)


def cut(layer: Layer, field: Array) -> tuple[Layer, Array, NDArray[np.bool_]]:
    """Split triangles along field = 0; returns the layer, the field on it, inside flags (F,)."""
    attributes, faces = layer.attributes, layer.faces
    inside = field > 0
    votes = inside[faces].sum(axis=1)
    crossing = np.flatnonzero((votes == 1) | (votes == 2))
    plain = np.flatnonzero((votes == 0) | (votes == 3))
    edges: dict[tuple[int, int], int] = {}
    new: list[Array] = []

    def middle(a: int, b: int) -> int:
        key = (min(a, b), max(a, b))
        if key not in edges:
            t = field[a] / (field[a] - field[b])
            edges[key] = len(attributes) + len(new)
            new.append(attributes[a] * (1 - t) + attributes[b] * t)
        return edges[key]

    out, albedo, flags = [faces[plain]], [layer.albedo[plain]], [votes[plain] == 3]
    extra, owner, side = [], [], []
    for f in crossing:
        lone = int(np.flatnonzero(inside[faces[f]] == (votes[f] == 1))[0])
        a, b, c = (int(faces[f][(lone + k) % 3]) for k in range(3))
        p, q = middle(a, b), middle(a, c)
        extra += [(a, p, q), (p, b, c), (p, c, q)]
        owner += [f] * 3
        side += [votes[f] == 1, votes[f] == 2, votes[f] == 2]
    if extra:
        out.append(np.array(extra))
        albedo.append(layer.albedo[owner])
        flags.append(np.array(side))
    grown = np.concatenate([attributes, np.array(new)]) if new else attributes
    field = np.concatenate([field, np.zeros(len(new))])
    cut_layer = Layer(grown, np.concatenate(out), np.concatenate(albedo), layer.gloss)
    return cut_layer, field, np.concatenate(flags)


def select(layer: Layer, keep: NDArray[np.bool_]) -> Layer:
    """The faces in ``keep`` only."""
    return Layer(layer.attributes, layer.faces[keep], layer.albedo[keep], layer.gloss)


def paint(layer: Layer, fields: list[Array], colour: Array) -> tuple[Layer, list[Array]]:
    """Paint where the first field is positive, with a clean edge; carries the others along."""
    width = layer.attributes.shape[1]
    stacked = Layer(
        np.concatenate([layer.attributes, np.stack(fields, axis=1)], axis=1),
        layer.faces,
        layer.albedo,
        layer.gloss,
    )
    done, _, inside = cut(stacked, fields[0])
    albedo = done.albedo.copy()
    albedo[inside] = colour
    rest = [done.attributes[:, width + k] for k in range(1, len(fields))]
    return Layer(done.attributes[:, :width], done.faces, albedo, layer.gloss), rest


def relax(verts: Array, faces: IntArray, rounds: int) -> Array:
    """Laplacian smoothing (V, 3), for cloth that does not follow every curve of the body."""
    out = verts.copy()
    a, b = faces[:, [0, 1, 2]].ravel(), faces[:, [1, 2, 0]].ravel()
    degree = np.bincount(a, minlength=len(verts)) + np.bincount(b, minlength=len(verts))
    for _ in range(rounds):
        total = np.zeros_like(out)
        np.add.at(total, a, out[b])
        np.add.at(total, b, out[a])
        moved = total / np.maximum(degree, 1)[:, None]
        out = np.where(degree[:, None] > 0, 0.5 * out + 0.5 * moved, out)
    return out
