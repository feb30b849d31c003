#!/usr/bin/env python
"""Django's commands. Those that need a database start the embedded one first, if the environment names none."""

import os
import sys
from contextlib import ExitStack

# These neither read nor write the database.
WITHOUT_DATABASE = {
    "", "help", "--help", "-h", "version", "--version", "check", "collectstatic", "compilemessages", "diffsettings",
    "findstatic", "makemessages", "spectacular", "startapp", "test",
}  # fmt: skip


def main() -> None:
    """Run one command; the embedded servers are held until it ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harmtracker.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    with ExitStack() as held:
        # `demo` looks at its port before it starts anything.
        if command not in WITHOUT_DATABASE | {"demo"} and not os.environ.get("DATABASE_URL"):
            from harmtracker.embedded import EmbeddedError, place, running
            from harmtracker.secrets_file import ensure_secrets

            try:
                held.enter_context(running(place()))
            except EmbeddedError as error:
                sys.exit(str(error))
            ensure_secrets(["SECRET_KEY", "TOKEN_PEPPER"])
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
