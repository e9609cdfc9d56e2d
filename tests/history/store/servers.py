"""A PostgreSQL server of the machine's own packages, on loopback, in a temporary folder, as another user."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_USERS = ("postgres", "nobody")


def binary(name: str) -> str | None:
    """Return the path of a PostgreSQL program, also where Debian puts it off the PATH."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return shutil.which(name) or (found[-1] if found else None)


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server and yield the URL of its databases, without the database's name."""
    initdb, server = binary("initdb"), binary("postgres")
    assert initdb is not None
    assert server is not None
    folder = Path(tempfile.mkdtemp(prefix="kickform-postgres-"))
    who = _other_user() if os.getuid() == 0 else None  # the server refuses root
    if who is not None:
        shutil.chown(folder, who)
    data = str(folder / "data")
    words = [initdb, "-D", data, "-U", "kickform", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"]
    subprocess.run(words, check=True, capture_output=True, user=who, cwd=folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
    words = [server, "-D", data, "-p", str(port)]
    for name, value in options.items():
        words += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, user=who, cwd=folder)
    try:
        _wait_for(port, process, folder / "log")
        yield f"postgresql://kickform@127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth keeping
        process.wait(timeout=30)
        shutil.rmtree(folder)


def _other_user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _USERS if name in known)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
