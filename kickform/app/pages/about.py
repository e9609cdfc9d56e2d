"""The page *About*: what KickForm measures, how far to trust it, and that nothing leaves the machine."""

from __future__ import annotations

import streamlit as st

from kickform._version import __version__

__all__ = ["about_page"]

_PRIVACY = """
- All the work happens **on the machine that runs KickForm**. Your video is sent nowhere: no account, no
  cloud, no usage statistics, and the page loads nothing from other sites.
- An upload is kept in a temporary folder. It is deleted when you choose another clip, when KickForm stops,
  and a few minutes after you close the page.
- What you **save** stays in your data folder: numbers, the skeleton and pictures of single frames, and the
  video only if you ask for it. In *Settings* you can see the folder, export everything and delete it.
"""

_NUMBERS = """
- **±** is meant as a 95 % interval: the true value should be inside it 19 times out of 20. On people it
  holds less often (the project's accuracy page says how often). It covers measurement error only; your own
  variation from day to day comes on top.
- **Contact time** runs from touchdown to take-off of a foot, **flight time** from take-off to the next
  touchdown. For slow-motion clips all times are real time.
- **The drill** is detected from the movement. If that goes wrong, choose it under *Options*. Left and right
  are the athlete's own.
- **Joint angles** need a side view. They are less certain for the leg away from the camera.
- **The score** (0 to 100) is a coaching convention, not a medical result. The *good* ranges come from
  published measurements and from coaches.
- If a clip cannot show a number, KickForm **leaves it out and says why**. It never guesses.
"""


def about_page() -> None:
    """Show the privacy promise and what the numbers mean."""
    st.title("About KickForm")
    st.markdown(
        "KickForm checks your plyometric drills from a phone video. You get contact times, reps, joint "
        "angles, a score and one cue for next time."
    )
    st.header("Your video stays here")
    st.markdown(_PRIVACY)
    st.header("What the numbers mean")
    st.markdown(_NUMBERS)
    st.caption(f"KickForm {__version__}. KickForm is a training aid, not a medical device.")
