"""What became of the sources later: some pages come again with other words, some cannot be had any more.

Written by the database itself once everything else stands, so that a database filled before can be brought up to date:
`python -m bench.later --database harmtracker_million`. Doing it twice changes nothing.
"""

import argparse

import psycopg

from bench.databases import DATABASE, SERVERS, superuser

# Of 256 sources, by a hash of their key: this many came again, and of these this many with words edited; this many
# could not be had at the second visit.
CAME_AGAIN, EDITED, FAILED = 26, 13, 8
OUTCOMES = ("http.404", "http.403", "tcp.timeout", "verdict.paywall", "http.5xx")

SHARE = "('x' || substr(md5(source.id::text), 1, 2))::bit(8)::int"
AGAIN = f"""
INSERT INTO sources_capture (id, number, obtained, reason, created_at, file_name, outcome, outcome_detail, finished_at,
  media_type, charset, final_address, hops, text, text_sha256, walker_version, title, lang, metadata, links, flags,
  body_id, requested_by_id, source_id, cause, reading, robots, transport, wire_length, wire_sha256)
SELECT uuidv7(first.created_at + interval '30 days' - now()), 2, 'fetched', '', first.created_at + interval '30 days',
  '', CASE WHEN came THEN 'ok' ELSE (%(outcomes)s::text[])[1 + mod(share, cardinality(%(outcomes)s::text[]))] END, '',
  first.created_at + interval '30 days 2 seconds', CASE WHEN came THEN first.media_type ELSE '' END,
  CASE WHEN came THEN first.charset ELSE '' END, first.final_address, first.hops,
  CASE WHEN came THEN first.text ELSE '' END, CASE WHEN came THEN first.text_sha256 ELSE '' END,
  CASE WHEN came THEN first.walker_version END, CASE WHEN came THEN first.title ELSE '' END, first.lang,
  first.metadata, first.links, first.flags, CASE WHEN came THEN first.body_id END, first.requested_by_id,
  first.source_id, 'recheck', first.reading, first.robots, first.transport, NULL, ''
FROM (SELECT id, {SHARE} AS share, {SHARE} < %(again)s AS came FROM sources_source AS source) AS source
JOIN sources_capture AS first ON first.source_id = source.id AND first.number = 1
WHERE share < %(again)s + %(failed)s
  AND NOT EXISTS (SELECT FROM sources_capture WHERE source_id = source.id AND number = 2)
"""
CHECKED = f"""
INSERT INTO claims_quotecheck (id, outcome, operations, candidates, created_at, capture_id, rendering_id,
  attribution_operations, attribution_outcome)
SELECT uuidv7(newest.created_at - now()), CASE WHEN is_edited THEN 'edited' ELSE 'exact' END,
  CASE WHEN is_edited THEN jsonb_build_array(jsonb_build_object('class', 'hedge', 'at', 0,
    'before', split_part(exact, ' ', 1), 'after', 'Reportedly')) ELSE '[]' END,
  '[]', newest.created_at, newest.id, rendering.id, '[]', ''
FROM (SELECT id, {SHARE} < %(edited)s AS is_edited FROM sources_source AS source WHERE {SHARE} < %(again)s) AS source
JOIN sources_capture AS newest ON newest.source_id = source.id AND newest.number = 2
JOIN claims_rendering AS rendering ON rendering.source_id = source.id AND rendering.exact <> ''
WHERE NOT EXISTS (SELECT FROM claims_quotecheck WHERE rendering_id = rendering.id AND capture_id = newest.id)
"""
# What the triggers keep, where they were asleep.
KEPT = """
INSERT INTO claims_openproposal (assessment_id, proposed_at)
SELECT id, proposed_at FROM claims_assessment AS proposed
WHERE NOT EXISTS (SELECT FROM claims_decision WHERE assessment_id = proposed.id)
  AND NOT EXISTS (SELECT FROM claims_openproposal WHERE assessment_id = proposed.id)
"""


def go_on(connection: psycopg.Connection) -> str:
    """Write what came later; returns how much that was, in words. The caller commits."""
    numbers = {"again": CAME_AGAIN, "edited": EDITED, "failed": FAILED, "outcomes": list(OUTCOMES)}
    captures, checks, kept = (connection.execute(each, numbers).rowcount for each in (AGAIN, CHECKED, KEPT))
    return f"{captures:,} later captures, {checks:,} quotations looked for again, {kept:,} open proposals"


def main() -> None:
    """Bring a database that was filled before up to date."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", default=DATABASE)
    given = options.parse_args()
    SERVERS.start()
    try:
        with superuser(given.database) as connection:
            print(go_on(connection))
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM (ANALYZE)")
    finally:
        SERVERS.stop()


if __name__ == "__main__":
    main()
