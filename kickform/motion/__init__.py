"""`Motion`: angles, centre of mass, view, scale and travel of one athlete."""

from kickform.events.types import Contact, Flight, Side, SlowMotion
from kickform.motion.motion import Angles, Motion, Scale, View

__all__ = ["Angles", "Contact", "Flight", "Motion", "Scale", "Side", "SlowMotion", "View"]
