"""KickForm: contact times, reps and coaching from a phone video of a plyometric drill.

>>> from kickform import analyze
>>> analysis = analyze("pogo.mp4", drill="pogo")        # doctest: +SKIP
>>> analysis.summary.metrics["contact_time_ms"].value   # doctest: +SKIP
"""

__version__ = "0.1.0"
