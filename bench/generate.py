"""Fill a database with invented records: `python -m bench.generate --statements 100000`.

1,000 to 1,000,000 statements in three languages, with parties, incidents and dates as uneven as real ones. The same
seed gives the same rows. No network, no files: the pages the captures came from are not held, their text is.
"""

import argparse

from bench.databases import DATABASE, SERVERS, use_settings


def main() -> None:
    """Read the options and fill the database."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--statements", type=int, default=20_000, help="1,000 to 1,000,000")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--database", default=DATABASE)
    given = options.parse_args()
    if not 1_000 <= given.statements <= 1_000_000:
        options.error("--statements: from 1,000 to 1,000,000")
    SERVERS.start()
    try:
        use_settings(given.database)
        # Only now: these modules need the models, and the models the settings.
        from bench.loading import fill

        print(fill(given.database, given.statements, given.seed))
    finally:
        SERVERS.stop()


if __name__ == "__main__":
    main()
