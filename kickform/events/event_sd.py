"""The SDs that are stated with events: those of the fits, times what the fits do not know of themselves.

A fit knows the noise of the heights it is given. It does not know that the point it follows is not the one
that leaves the ground last, nor that a shoe is not the hinge of its model: errors that all contacts of a clip
share. By how much the stated SD is to be larger is measured on clips with truth (``python -m bench fit``),
for both ends, for feet alone and for both together.
"""

from __future__ import annotations

import math
from dataclasses import replace

from kickform import fitted
from kickform.events.types import Contact

__all__ = ["with_stated_sds"]

_TOUCHDOWN_ONE = fitted.EVENT_SD_TOUCHDOWN_ONE
_TOUCHDOWN_BOTH = fitted.EVENT_SD_TOUCHDOWN_BOTH
_TAKEOFF_ONE = fitted.EVENT_SD_TAKEOFF_ONE
_TAKEOFF_BOTH = fitted.EVENT_SD_TAKEOFF_BOTH


def with_stated_sds(contact: Contact, feet: int) -> Contact:
    """Return a contact with the SDs that are stated.

    Args:
        contact: as its fits have it.
        feet: 2 where it is timed as a contact of both feet, else 1.
    """
    down = contact.touchdown_sd_s * (_TOUCHDOWN_BOTH if feet == 2 else _TOUCHDOWN_ONE)
    up = contact.takeoff_sd_s * (_TAKEOFF_BOTH if feet == 2 else _TAKEOFF_ONE)
    if not math.isfinite(contact.sd_s):
        return replace(contact, touchdown_sd_s=down, takeoff_sd_s=up)
    larger = math.hypot(down, up) / math.hypot(contact.touchdown_sd_s, contact.takeoff_sd_s)
    return replace(contact, touchdown_sd_s=down, takeoff_sd_s=up, sd_s=larger * contact.sd_s)
