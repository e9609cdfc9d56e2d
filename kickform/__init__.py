"""KickForm: contact times, reps and coaching from a phone video of a plyometric drill.

>>> from kickform import analyze
>>> analysis = analyze("pogo.mp4", drill="pogo")        # doctest: +SKIP
>>> analysis.summary.metrics["contact_time_ms"].value   # doctest: +SKIP
"""

__version__ = "0.1.0"

from kickform.analysis import analyze, correct
from kickform.corrections import Correction
from kickform.drills import all_drills
from kickform.result import Analysis

__all__ = ["Analysis", "Correction", "__version__", "all_drills", "analyze", "correct"]
