"""Dress a body: skin, hair, eyes, shirt, shorts or leggings, socks and shoes in one mesh."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bench.athlete.bare import bare_foot
from bench.athlete.body import SIDES, Body, foot_shape, load_body
from bench.athlete.figure import Figure
from bench.athlete.layers import Layer, cut, paint, relax, select, vertex_normals
from bench.athlete.shoes import build_shoe

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Colour = tuple[int, int, int]


HEM_M, HEM_SINKS_M = 0.012, 0.03
"""Long trousers are cut off so far above the ankle joint, where the foot does not stand out yet, and then
hang so far down."""


@dataclass(frozen=True, slots=True)
class Look:
    """Colours are RGB 0-255. ``sleeve`` and ``leg`` are shares of upper arm and leg covered.

    ``sock_m`` is how far socks reach above the ankle joint, ``loose_m`` how far cloth stands off, and
    ``flare_m`` how far long trousers do at the hem, over the ankle.
    """

    skin: Colour
    hair: Colour
    shirt: Colour
    shirt_trim: Colour
    bottoms: Colour
    bottoms_trim: Colour
    shoe: Colour
    midsole: Colour = (240, 240, 236)
    sock: Colour = (235, 235, 232)
    eye: Colour = (70, 50, 35)
    sleeve: float = 0.5
    leg: float = 0.55
    hair_style: str = "short"
    loose_m: float = 0.012
    sock_m: float = 0.085
    outsole: Colour = (60, 60, 62)
    flare_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Mesh:
    """verts_m, normals (V, 3); bone_index, bone_weight (V, 4); faces (F, 3); albedo (F, 3) 0-1;
    gloss (F,); sole (V,) True where a vertex is of a shoe's sole; foot (V,) 0 left 1 right -1."""

    verts_m: Array
    normals: Array
    bone_index: IntArray
    bone_weight: Array
    faces: IntArray
    albedo: Array
    gloss: Array
    sole: NDArray[np.bool_]
    foot: IntArray


def share(points: Array, start: Array, end: Array) -> Array:
    """Position along a segment, 0 at start and 1 at end."""
    d = end - start
    return (points - start) @ d / (d @ d)


def dense_weights(body: Body) -> Array:
    """Skin weights (V, 22)."""
    out = np.zeros((len(body.verts_m), len(body.bones)))
    np.put_along_axis(out, body.bone_index, body.bone_weight, axis=1)
    return out


def weight_of(body: Body, *bones: str) -> Array:
    """Summed weight (V,) of bones named without their side."""
    pick = [i for i, b in enumerate(body.bones) if b.removesuffix("_l").removesuffix("_r") in bones]
    total: Array = dense_weights(body)[:, pick].sum(axis=1)
    return total


def along_leg(body: Body) -> Array:
    """Distance (V,) down the leg from the hip joint, metres."""
    v, out = body.verts_m, np.zeros(len(body.verts_m))
    for s, own in (("l", v[:, 1] >= 0), ("r", v[:, 1] < 0)):
        thigh = body.length("thigh_l", "calf_l")
        upper = share(v, body.head(f"thigh_{s}"), body.head(f"calf_{s}")) * thigh
        lower = share(v, body.head(f"calf_{s}"), body.head(f"foot_{s}"))
        lower = thigh + lower * body.length("calf_l", "foot_l")
        out = np.where(own, np.where(upper < thigh, upper, np.maximum(lower, thigh)), out)
    return out


def along_arm(body: Body) -> Array:
    """Distance (V,) down the upper arm from the shoulder joint, metres."""
    v, length = body.verts_m, body.length("upperarm_l", "lowerarm_l")
    left = share(v, body.head("upperarm_l"), body.head("lowerarm_l"))
    right = share(v, body.head("upperarm_r"), body.head("lowerarm_r"))
    return np.where(v[:, 1] >= 0, left, right) * length


def shirt_field(body: Body, look: Look) -> Array:
    """Signed distance (V,) to the shirt's edge, metres, positive inside."""
    v, unit = body.verts_m, body.stature_m / 1.75
    waist = v[:, 2] - (body.head("pelvis")[2] - 0.045 * unit)
    neck = body.head("neck_01")
    radius = np.hypot(v[:, 0] - neck[0] + 0.01, v[:, 1])
    low_cut = 0.105 if look.sleeve < 0.05 else 0.075
    collar = np.maximum(
        radius - low_cut * unit, neck[2] - (0.085 if look.sleeve < 0.05 else 0.045) * unit - v[:, 2]
    )
    arm = weight_of(body, "upperarm", "lowerarm", "hand")
    if look.sleeve < 0.05:
        edge = 0.12 * (0.30 - arm - 0.5 * weight_of(body, "clavicle") ** 2)
    else:
        sleeve = look.sleeve * body.length("upperarm_l", "lowerarm_l") - along_arm(body)
        edge = np.where(arm > 0.3, sleeve, 0.1)
    edge = np.where(weight_of(body, "head") > 0.5, -0.1, edge)
    field: Array = np.minimum(np.minimum(waist, collar), edge)
    return field


def bottoms_field(body: Body, look: Look) -> Array:
    """Signed distance (V,) to the edge of shorts or leggings, metres, positive inside."""
    v = body.verts_m
    waist = body.head("spine_01")[2] - 0.01 - v[:, 2]
    leg = look.leg * body.length("thigh_l", "calf_l") - along_leg(body)
    if look.flare_m:
        leg = v[:, 2] - body.head("foot_l")[2] - HEM_M
    arm = np.where(weight_of(body, "upperarm", "lowerarm", "hand") > 0.3, -0.1, 0.1)
    field: Array = np.minimum(np.minimum(waist, leg), arm)
    return field


def layer_of(body: Body, keep: NDArray[np.bool_], verts: Array, colour: Array, gloss: float) -> Layer:
    """The faces of the body's mesh in ``keep`` (F,) as a layer of one colour."""
    faces = body.faces[keep]
    attributes = np.concatenate([verts, vertex_normals(verts, faces), dense_weights(body)], axis=1)
    return Layer(attributes, faces, np.tile(colour, (len(faces), 1)), gloss)


def rgb(colour: Colour) -> Array:
    """0-255 to 0-1."""
    return np.array(colour) / 255.0


def bottoms_layer(body: Body, look: Look, tights: NDArray[np.bool_]) -> Layer:
    """Shorts or leggings, with a side stripe on shorts."""
    normals = vertex_normals(body.verts_m, body.faces[tights])
    hem = np.clip(along_leg(body) / (look.leg * body.length("thigh_l", "calf_l")), 0, 1)
    loose = look.loose_m * (0.3 + 1.5 * hem**1.3) if look.leg < 1 else np.full(len(hem), 0.003)
    if look.flare_m:
        loose = look.loose_m * (0.2 + np.clip(2 * hem, 0, 0.8)) + look.flare_m * hem**2.5
    verts = relax(body.verts_m + normals * loose[:, None], body.faces[tights], 2)
    if look.flare_m:
        verts[:, 2] -= HEM_SINKS_M * hem**6
    worn = replace(body, verts_m=verts)
    layer = layer_of(body, tights, verts, rgb(look.bottoms), 0.06)
    field = bottoms_field(body if look.flare_m else worn, look)
    if look.leg < 1:
        across = verts[:, 0] - body.head("thigh_l")[0] - 0.05 * along_leg(worn)
        layer, (across, field) = paint(layer, [across + 0.02, across, field], rgb(look.bottoms_trim))
        layer, (field,) = paint(layer, [across - 0.02, field], rgb(look.bottoms))
    layer, _, inside = cut(layer, field)
    return hanging(body, select(layer, inside)) if look.flare_m else select(layer, inside)


def hanging(body: Body, layer: Layer) -> Layer:
    """Cloth about the ankle that hangs from the shank and does not turn with the foot."""
    attributes = layer.attributes.copy()
    for s in "lr":
        calf, *foot = (6 + body.bone(f"{b}_{s}") for b in ("calf", "foot", "ball"))
        attributes[:, calf] += attributes[:, foot].sum(axis=1)
        attributes[:, foot] = 0.0
    return replace(layer, attributes=attributes)


def shirt_layer(body: Body, look: Look, tights: NDArray[np.bool_]) -> Layer:
    """A shirt or singlet with a band round the chest and trimmed sleeves."""
    normals = vertex_normals(body.verts_m, body.faces[tights])
    low = np.clip((body.head("spine_03")[2] - body.verts_m[:, 2]) / 0.3, 0, 1)
    out = look.loose_m * (0.7 + 0.7 * low) + 0.004 * (look.sleeve > 0.05)
    verts = relax(body.verts_m + normals * out[:, None], body.faces[tights], 2)
    worn = replace(body, verts_m=verts)
    layer = layer_of(body, tights, verts, rgb(look.shirt), 0.06)
    edge = shirt_field(worn, look)
    cuff = (look.sleeve - 0.14) * body.length("upperarm_l", "lowerarm_l")
    on_arm = (weight_of(body, "upperarm", "lowerarm") > 0.3) & (look.sleeve > 0.05)
    sleeve = np.where(on_arm, along_arm(worn) - cuff, -0.05)
    chest = verts[:, 2] - body.head("spine_03")[2] - 0.02
    layer, (chest, sleeve, edge) = paint(layer, [chest, chest, sleeve, edge], rgb(look.shirt_trim))
    layer, (sleeve, edge) = paint(layer, [chest - 0.035, sleeve, edge], rgb(look.shirt))
    layer, (edge,) = paint(layer, [sleeve, edge], rgb(look.shirt_trim))
    layer, _, inside = cut(layer, edge)
    return select(layer, inside)


def clothes(body: Body, look: Look) -> list[Layer]:
    """Bottoms and shirt, both from the tights shell pushed out along its normals."""
    tights = (body.group[body.faces] == 1).all(axis=1)
    return [bottoms_layer(body, look, tights), shirt_layer(body, look, tights)]


def skin(body: Body, look: Look) -> list[Layer]:
    """Skin that shows, drawn in a little under the clothes, with socks painted on."""
    v, faces = body.verts_m, body.faces
    keep = (body.group[faces] == 0).all(axis=1)
    shape, at_foot = foot_shape(body.figure), weight_of(body, "foot", "ball") > 0.5
    in_shoe = at_foot & (v[:, 2] < shape.ankle[1] - 0.012)
    if body.figure.footwear.kind != "shoe":
        in_shoe = at_foot & (v[:, 2] < shape.ankle[1] - 0.03)
    covered = np.maximum(shirt_field(body, look), bottoms_field(body, look))
    keep &= ~((covered > 0.045) | in_shoe)[faces].all(axis=1)
    leg = body.length("thigh_l", "calf_l") + body.length("calf_l", "foot_l")
    sock = np.where(weight_of(body, "calf", "foot", "ball") > 0.5, along_leg(body) - leg + look.sock_m, -0.1)
    if body.figure.footwear.kind == "bare":
        sock = np.full(len(v), -0.1)
    push = np.where(sock > 0, 0.004, np.where(covered > 0.004, -0.007, 0.0))
    verts = v + vertex_normals(v, faces[(body.group[faces] == 0).all(axis=1)]) * push[:, None]
    layer = layer_of(body, keep, verts, rgb(look.skin), 0.16)
    paint_face(body, layer.faces, layer.albedo, look)
    return [paint(layer, [sock], rgb(look.sock))[0]]


def face_coords(body: Body, points: Array) -> Array:
    """Head-relative coordinates in units of half the head's height, from its middle."""
    head = body.verts_m[(np.array(body.bones)[body.bone_index[:, 0]] == "head") & (body.group == 0)]
    low, high = head.min(axis=0), head.max(axis=0)
    coords: Array = (points - (low + high) / 2) / ((high[2] - low[2]) / 2)
    return coords


def paint_face(body: Body, faces: IntArray, albedo: Array, look: Look) -> None:
    """Brows and lips, by position on the head."""
    c = face_coords(body, body.verts_m[faces].mean(axis=1))
    eye = body.verts_m[body.group == 2].mean(axis=0)
    e = face_coords(body, eye[None])[0]
    front = c[:, 0] > e[0] - 0.12
    brow = front & (np.abs(c[:, 2] - e[2] - 0.165) < 0.04) & (np.abs(np.abs(c[:, 1]) - e[1]) < 0.2)
    albedo[brow] = 0.35 * rgb(look.skin) + 0.65 * rgb(look.hair)
    lips = front & (np.abs(c[:, 2] - e[2] + 0.60) < 0.055) & (np.abs(c[:, 1]) < 0.2)
    albedo[lips & (c[:, 0] > e[0])] = rgb(look.skin) * np.array([0.9, 0.68, 0.66])


def eyes(body: Body, look: Look) -> list[Layer]:
    """Eyeballs with an iris."""
    out = []
    for group in (2, 3):
        own = body.group == group
        middle, radius = body.verts_m[own].mean(axis=0), np.ptp(body.verts_m[own][:, 2]) / 2
        off = np.linalg.norm((body.verts_m - middle)[:, 1:], axis=1)
        layer = layer_of(body, own[body.faces].all(axis=1), body.verts_m, np.full(3, 0.93), 0.4)
        iris = np.where(body.verts_m[:, 0] > middle[0], 0.6 * radius - off, -radius)
        out.append(paint(layer, [iris], rgb(look.eye))[0])
    return out


def hair(body: Body, look: Look) -> list[Layer]:
    """The scalp, smoothed and pushed out, cut along the hair line."""
    c = face_coords(body, body.verts_m)
    line = 0.56 - 1.05 * np.clip(0.50 - c[:, 0], 0, 1.0)
    line = np.maximum(line, -0.45 if look.hair_style in ("short", "crop") else -0.5)
    field = np.where((weight_of(body, "head") > 0.5) & (body.group == 0), c[:, 2] - line, -1.0)
    rise = np.clip(field / 0.3, 0, 1)
    thick = {"short": 0.016, "crop": 0.006, "tail": 0.013, "bun": 0.012}[look.hair_style]
    keep = (field > -0.5)[body.faces].all(axis=1) & (body.group[body.faces] == 0).all(axis=1)
    near = (field > -0.05)[body.faces].all(axis=1) & keep
    smooth = np.where((field > 0.02)[:, None], relax(body.verts_m, body.faces[near], 4), body.verts_m)
    normals = vertex_normals(body.verts_m, body.faces[keep])
    layer = layer_of(body, keep, smooth + normals * (0.002 + thick * rise)[:, None], rgb(look.hair), 0.2)
    layer, _, inside = cut(layer, field)
    out = [select(layer, inside)]
    back = body.verts_m[field > 0]
    anchor = back[np.argmin(face_coords(body, back)[:, 0])] + np.array([0.0, 0, 0.02])
    if look.hair_style == "bun":
        out.append(blob(body, anchor + np.array([-0.015, 0, 0.03]), np.full(3, 0.04), look))
    elif look.hair_style == "tail":
        for k in range(6):
            size = np.array([0.027, 0.023, 0.036]) * (1.1 - 0.12 * k)
            at = anchor + np.array([-0.026 - 0.010 * k + 0.003 * k * k, 0, 0.03 - 0.03 * k])
            out.append(blob(body, at, size, look))
    return out


def blob(body: Body, centre: Array, radii: Array, look: Look) -> Layer:
    """An ellipsoid of hair."""
    rows, cols = 7, 10
    t, p = np.meshgrid(
        np.linspace(0, np.pi, rows), np.linspace(0, 2 * np.pi, cols, endpoint=False), indexing="ij"
    )
    unit = np.stack([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)], -1).reshape(-1, 3)
    faces = []
    for i in range(rows - 1):
        for j in range(cols):
            a, b = i * cols + j, i * cols + (j + 1) % cols
            faces += [(a, a + cols, b + cols), (a, b + cols, b)]
    weights = np.zeros((len(unit), len(body.bones)))
    weights[:, body.bone("head")] = 1.0
    attributes = np.concatenate([centre + unit * radii, unit, weights], axis=1)
    return Layer(attributes, np.array(faces), np.tile(rgb(look.hair), (len(faces), 1)), 0.2)


def shoe_layer(body: Body, side: str, look: Look) -> Layer:
    """One shoe."""
    tints = np.array([rgb(look.outsole), rgb(look.midsole), rgb(look.shoe), 0.75 * rgb(look.shoe)])
    shoe = build_shoe(body, side)
    weights = np.zeros((len(shoe.verts_m), len(body.bones)))
    weights[:, body.bone(f"ball_{side[0]}")] = shoe.toe_weight
    weights[:, body.bone(f"foot_{side[0]}")] = 1 - shoe.toe_weight
    normals = vertex_normals(shoe.verts_m, shoe.faces)
    attributes = np.concatenate([shoe.verts_m, normals, weights], axis=1)
    return Layer(attributes, shoe.faces, tints[shoe.part], 0.12, SIDES.index(side), shoe.sole)


def bare_layer(body: Body, side: str, look: Look) -> Layer:
    """One foot without a shoe, in its skin or in a sock."""
    foot = bare_foot(body, side, 0.003 if body.figure.footwear.kind == "sock" else 0.0)
    normals = vertex_normals(foot.verts_m, foot.faces)
    attributes = np.concatenate([foot.verts_m, normals, foot.weights], axis=1)
    colour = rgb(look.sock if body.figure.footwear.kind == "sock" else look.skin)
    return Layer(
        attributes, foot.faces, np.tile(colour, (len(foot.faces), 1)), 0.1, SIDES.index(side), foot.sole
    )


@lru_cache(maxsize=8)
def dress(name: str | Figure, look: Look) -> Mesh:
    """The whole athlete as one mesh in the rest pose."""
    body = load_body(name)
    feet = shoe_layer if body.figure.footwear.kind == "shoe" else bare_layer
    soft = [*skin(body, look), *eyes(body, look), *hair(body, look), *clothes(body, look)]
    layers, sole, foot = [], [], []
    for layer in [*soft, *(feet(body, s, look) for s in SIDES)]:
        used, compact = np.unique(layer.faces, return_inverse=True)
        layers.append(Layer(layer.attributes[used], compact.reshape(-1, 3), layer.albedo, layer.gloss))
        sole.append(np.zeros(len(used), bool) if layer.sole is None else layer.sole[used])
        foot.append(np.full(len(used), layer.foot))
    starts = np.cumsum([0, *(len(x.attributes) for x in layers[:-1])])
    attributes = np.concatenate([x.attributes for x in layers])
    weights = attributes[:, 6:]
    order = np.argsort(-weights, axis=1, kind="stable")[:, :4]
    top = np.take_along_axis(weights, order, axis=1)
    return Mesh(
        attributes[:, :3],
        attributes[:, 3:6],
        order,
        top / top.sum(axis=1, keepdims=True),
        np.concatenate([x.faces + s for x, s in zip(layers, starts, strict=True)]),
        np.concatenate([x.albedo for x in layers]),
        np.concatenate([np.full(len(x.faces), x.gloss) for x in layers]),
        np.concatenate(sole),
        np.concatenate(foot),
    )


@lru_cache(maxsize=8)
def coarse(mesh_of: tuple[str | Figure, Look], cell_m: float) -> Mesh:
    """The mesh of a body and a look, with what lies in one cell of a grid merged except in the feet.

    A small athlete has more triangles than pixels: cells below a pixel change next to nothing but the time.
    """
    mesh = dress(*mesh_of)
    main = mesh.bone_index[:, 0]
    cell = np.floor(mesh.verts_m / cell_m).astype(np.int64)
    own = np.arange(len(cell))
    key = np.column_stack([cell, main, np.where(mesh.foot >= 0, own, -1), layer_numbers(mesh)])
    _, first, merged = np.unique(key, axis=0, return_index=True, return_inverse=True)
    merged = merged.ravel()
    count = np.bincount(merged)[:, None]

    def mean(values: Array) -> Array:
        return np.stack([np.bincount(merged, v) for v in values.T], axis=1) / count

    faces = merged[mesh.faces]
    kept = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    return Mesh(
        mean(mesh.verts_m),
        mean(mesh.normals),
        mesh.bone_index[first],
        mesh.bone_weight[first],
        faces[kept],
        mesh.albedo[kept],
        mesh.gloss[kept],
        mesh.sole[first],
        mesh.foot[first],
    )


def layer_numbers(mesh: Mesh) -> IntArray:
    """Number (V,) of the connected piece that a vertex belongs to: skin and cloth are not merged."""
    edges = np.concatenate([mesh.faces[:, :2], mesh.faces[:, 1:]])
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(len(mesh.verts_m),) * 2)
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
