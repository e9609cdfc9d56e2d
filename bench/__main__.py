"""``python -m bench NAME [options]``: each is a module of that name."""

from __future__ import annotations

import importlib
import sys

COMMANDS = (
    *("accuracy", "fit", "speed", "time", "consistency", "live", "history"),
    *("reality", "second", "page", "adopt", "sound", "samples", "showcase"),
)


def main() -> int:
    """Hand over to the module; its ``main()`` reads ``sys.argv``."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        print(f"usage: python -m bench {'|'.join(COMMANDS)} [options]", file=sys.stderr)
        return 0 if name in ("-h", "--help") else 2
    try:
        module = importlib.import_module(f"bench.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"bench.{name}":
            raise
        print(f"bench {name} does not exist yet", file=sys.stderr)
        return 2
    sys.argv = [f"python -m bench {name}", *sys.argv[2:]]
    return module.main() or 0


if __name__ == "__main__":
    sys.exit(main())
