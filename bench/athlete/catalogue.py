"""The named athletes: which baked body wears what."""

from __future__ import annotations

from dataclasses import dataclass

from bench.athlete.figure import Figure
from bench.athlete.wardrobe import Look


@dataclass(frozen=True, slots=True)
class Athlete:
    """A body (baked, or a figure made from baked ones) and its look. ``mass_kg`` is nominal; the motions do
    not depend on it."""

    name: str
    body: str | Figure
    sex: str
    stature_m: float
    mass_kg: float
    look: Look


ATHLETES: dict[str, Athlete] = {
    a.name: a
    for a in (
        Athlete(
            "mara",
            "mara",
            "female",
            1.66,
            57.0,
            Look(
                skin=(232, 186, 158),
                hair=(96, 58, 32),
                shirt=(20, 150, 146),
                shirt_trim=(235, 245, 240),
                bottoms=(34, 38, 52),
                bottoms_trim=(235, 245, 240),
                shoe=(238, 92, 60),
                sleeve=0.0,
                leg=0.42,
                hair_style="tail",
                eye=(72, 98, 120),
            ),
        ),
        Athlete(
            "jonas",
            "jonas",
            "male",
            1.82,
            74.0,
            Look(
                skin=(224, 172, 142),
                hair=(58, 40, 28),
                shirt=(36, 92, 190),
                shirt_trim=(236, 240, 248),
                bottoms=(30, 30, 34),
                bottoms_trim=(236, 240, 248),
                shoe=(250, 120, 40),
                sleeve=0.55,
                leg=0.66,
                hair_style="short",
            ),
        ),
        Athlete(
            "amina",
            "amina",
            "female",
            1.73,
            60.0,
            Look(
                skin=(112, 72, 50),
                hair=(24, 18, 16),
                shirt=(240, 130, 40),
                shirt_trim=(250, 220, 120),
                bottoms=(38, 44, 92),
                bottoms_trim=(38, 44, 92),
                shoe=(190, 230, 60),
                sleeve=0.0,
                leg=1.70,
                hair_style="bun",
                sock=(38, 44, 92),
            ),
        ),
        Athlete(
            "kofi",
            "kofi",
            "male",
            1.93,
            85.0,
            Look(
                skin=(86, 56, 40),
                hair=(20, 16, 14),
                shirt=(196, 36, 44),
                shirt_trim=(250, 240, 235),
                bottoms=(238, 238, 236),
                bottoms_trim=(196, 36, 44),
                shoe=(60, 130, 230),
                sleeve=0.0,
                leg=0.62,
                hair_style="crop",
            ),
        ),
        Athlete(
            "yuki",
            "yuki",
            "female",
            1.56,
            50.0,
            Look(
                skin=(236, 196, 164),
                hair=(30, 24, 26),
                shirt=(236, 236, 238),
                shirt_trim=(210, 60, 110),
                bottoms=(60, 60, 68),
                bottoms_trim=(60, 60, 68),
                shoe=(222, 70, 130),
                sleeve=0.45,
                leg=1.30,
                hair_style="tail",
                loose_m=0.010,
            ),
        ),
    )
}


def athlete_of(who: str | Athlete) -> Athlete:
    """The athlete of a spec, which gives a name in ATHLETES or an athlete of its own."""
    return who if isinstance(who, Athlete) else ATHLETES[who]
