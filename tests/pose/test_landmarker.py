"""MediaPipe loads only when a session starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_importing_kickform_does_not_load_mediapipe() -> None:
    code = "import sys, kickform.pose.landmarker; sys.exit('mediapipe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
