"""Settings: folders, database and limits. Each can be set by an environment variable.

======================== ==================== ==============================================
variable                 default              meaning
======================== ==================== ==============================================
KICKFORM_DATA_DIR        the user data folder history, settings, temporary files
KICKFORM_DATABASE_URL    in the data folder   the database, as an SQLAlchemy URL
KICKFORM_MODELS_DIR      with KickForm        the pose bundles
KICKFORM_SAMPLES_DIR     with KickForm        the sample videos
KICKFORM_MAX_DURATION_S  600                  longest clip to analyze, seconds
KICKFORM_MAX_SIDE_PX     8192                 largest picture side to accept, pixels
KICKFORM_LIVE_SESSIONS   one per two cores    most live sessions at a time
KICKFORM_ICE_SERVERS     none                 STUN and TURN servers, comma-separated
KICKFORM_TURN_USERNAME   none                 user name for the TURN servers
KICKFORM_TURN_CREDENTIAL none                 password for the TURN servers
======================== ==================== ==============================================

docs/hosting.md says when the live page needs STUN and TURN servers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kickform.errors import UsageError

__all__ = ["IceServer", "Settings", "load_settings"]

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server, which the live page needs beyond localhost.

    Attributes:
        url: e.g. turn:turn.example.org:3478.
        username: for TURN, else None.
        credential: password for TURN, else None.
    """

    url: str
    username: str | None = None
    credential: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force; the module docstring lists their variables.

    Attributes:
        data_dir: folder of history, settings and temporary files.
        models_dir: folder of the pose bundles.
        samples_dir: folder of the sample videos.
        max_duration_s: longest clip to analyze, seconds.
        max_side_px: largest picture side to accept, pixels.
        database_url: SQLAlchemy URL; None for a file in the data folder.
        live_sessions: most live sessions at a time; None for one per two cores.
        ice_servers: STUN and TURN servers of the live page.
    """

    data_dir: Path
    models_dir: Path
    samples_dir: Path
    max_duration_s: float
    max_side_px: int
    database_url: str | None = None
    live_sessions: int | None = None
    ice_servers: tuple[IceServer, ...] = ()


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in `environ` (default: the environment of the process).

    Raises:
        UsageError: a variable is not a positive number or not an ICE server.
    """
    env = os.environ if environ is None else environ
    return Settings(
        data_dir=Path(env.get("KICKFORM_DATA_DIR") or _default_data_dir(env)),
        models_dir=Path(env.get("KICKFORM_MODELS_DIR") or _bundled_dir("models")),
        samples_dir=Path(env.get("KICKFORM_SAMPLES_DIR") or _bundled_dir("sample_videos")),
        max_duration_s=_positive(env, "KICKFORM_MAX_DURATION_S", 600.0),
        max_side_px=int(_positive(env, "KICKFORM_MAX_SIDE_PX", 8192)),
        database_url=env.get("KICKFORM_DATABASE_URL") or None,
        live_sessions=_positive_int(env, "KICKFORM_LIVE_SESSIONS"),
        ice_servers=_ice_servers(env),
    )


def _bundled_dir(name: str) -> Path:
    """Return the folder `name` in an installed wheel, else in the source tree."""
    inside = _PACKAGE / "_data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def _default_data_dir(env: Mapping[str, str]) -> Path:
    """Return the data folder that the operating system prescribes."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local") / "KickForm"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "KickForm"
    return Path(env.get("XDG_DATA_HOME") or home / ".local" / "share") / "kickform"


def _ice_servers(env: Mapping[str, str]) -> tuple[IceServer, ...]:
    """Return the servers in the environment; TURN servers with their user name and password."""
    name = "KICKFORM_ICE_SERVERS"
    urls = [url.strip() for url in (env.get(name) or "").split(",") if url.strip()]
    user = env.get("KICKFORM_TURN_USERNAME") or None
    password = env.get("KICKFORM_TURN_CREDENTIAL") or None
    servers = []
    for url in urls:
        scheme, _, host = url.partition(":")
        if scheme not in ("stun", "stuns", "turn", "turns") or not host:
            raise UsageError(name, f"'{url}' is not an ICE server", "give e.g. turn:turn.example.org:3478")
        turn = scheme.startswith("turn")
        if turn and not (user and password):
            cure = "set KICKFORM_TURN_USERNAME and KICKFORM_TURN_CREDENTIAL"
            raise UsageError(name, f"'{url}' needs a user name and a password", cure)
        servers.append(IceServer(url, user if turn else None, password if turn else None))
    return tuple(servers)


def _positive_int(env: Mapping[str, str], name: str) -> int | None:
    """Return a whole number of at least 1, or None if the variable is not set."""
    text = env.get(name)
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(name, f"'{text}' is not a whole number above 0", "set it to e.g. 2")
    return int(text)


def _positive(env: Mapping[str, str], name: str, default: float) -> float:
    """Return a positive number, or the default if the variable is not set."""
    text = env.get(name)
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise UsageError(name, f"'{text}' is not a positive number", f"set it to e.g. {default:g}")
    return value
