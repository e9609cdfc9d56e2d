"""Fields for height and body mass, in centimetres and kilograms or in inches and pounds."""

from __future__ import annotations

import streamlit as st

from kickform.app.services.history import preferences

__all__ = ["height_input", "mass_input", "stature_words"]

_CM_PER_IN, _KG_PER_LB = 2.54, 0.45359237


def height_input(
    value_m: float | None, key: str, help: str = "Makes distances and heights more exact."
) -> float | None:
    """Show a field for the height and return it in metres; None if it is empty."""
    if preferences().units == "imperial":
        inches = st.number_input(
            "Height (in)", 32.0, 98.0, None if value_m is None else 100 * value_m / _CM_PER_IN, 0.5,
            format="%.1f", placeholder="optional", help=help, key=f"{key}_in",
        )  # fmt: skip
        return None if inches is None else round(inches * _CM_PER_IN / 100, 4)
    cm = st.number_input(
        "Height (cm)", 80.0, 250.0, None if value_m is None else 100 * value_m, 1.0,
        format="%.0f", placeholder="optional", help=help, key=key,
    )  # fmt: skip
    return None if cm is None else cm / 100


def mass_input(value_kg: float | None, key: str, help: str = "Needed for leg stiffness.") -> float | None:
    """Show a field for the body mass and return it in kilograms; None if it is empty."""
    if preferences().units == "imperial":
        pounds = st.number_input(
            "Body mass (lb)", 34.0, 550.0, None if value_kg is None else value_kg / _KG_PER_LB, 1.0,
            format="%.0f", placeholder="optional", help=help, key=f"{key}_lb",
        )  # fmt: skip
        return None if pounds is None else round(pounds * _KG_PER_LB, 3)
    return st.number_input(
        "Body mass (kg)", 15.0, 250.0, value_kg, 1.0, format="%.0f", placeholder="optional", help=help,
        key=key,
    )  # fmt: skip


def stature_words(height_m: float | None, mass_kg: float | None) -> str:
    """Return height and mass in the user's units: ``178 cm, 64 kg``; "" if neither is known."""
    imperial = preferences().units == "imperial"
    words = []
    if height_m is not None:
        inches = 100 * height_m / _CM_PER_IN
        words.append(
            f"{inches // 12:.0f} ft {inches % 12:.0f} in" if imperial else f"{100 * height_m:.0f} cm"
        )
    if mass_kg is not None:
        words.append(f"{mass_kg / _KG_PER_LB:.0f} lb" if imperial else f"{mass_kg:.0f} kg")
    return ", ".join(words)
