"""``python -m kickform`` is the ``kickform`` command."""

from kickform.cli.main import main

if __name__ == "__main__":
    main()
