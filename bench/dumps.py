"""What making a dump takes: `python -m bench.dumps --statements 1000 100000`.

A few hundred statements are rendered and redacted as a release does it; their lines, each with keys of its own for the
statement, its words, links and findings, stand for all and are kept ready, so that making the files is measured and
nothing else. Each dump is made by a process of its own, whose memory is read when it ends.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import uuid

from bench.databases import SERVERS, superuser, use_settings

DATABASE = "harmtracker_dumps"
CEILING = "AMBER"
WORLD, SAMPLE = 2_000, 400
# What must differ from copy to copy; parties, sources and incidents are named by many.
KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def main() -> None:
    """Fill once, make a dump of each size, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--statements", type=int, nargs="+", default=[1_000, 100_000])
    options.add_argument("--make", action="store_true", help="only make the dump and tell what it took")
    given = options.parse_args()
    if given.make:
        use_settings(DATABASE)
        _make()
        return
    SERVERS.start()
    try:
        use_settings(DATABASE)
        from bench.loading import fill

        fill(DATABASE, WORLD, 1)
        documents = _sample()
        for count in given.statements:
            _keep_ready(documents, count)
            with tempfile.TemporaryDirectory() as folder:
                environment = os.environ | {"EVIDENCE_ROOT": folder}
                subprocess.run([sys.executable, "-m", "bench.dumps", "--make"], env=environment, check=True)
        print(f"load {os.getloadavg()[0]:.1f}")
    finally:
        SERVERS.stop()


def _sample() -> list[dict]:
    """Documents as partners read them, each with the keys that are its own."""
    from claims.models import Statement
    from claims.release.render import cut, read

    rows = Statement.objects.filter(tlp__in=["CLEAR", "GREEN", CEILING], team=None, lifecycle="current").order_by("-id")
    return [cut(read(statement).for_ceiling(CEILING))["base"] for statement in rows[:SAMPLE]]


def _own_keys(document: dict) -> list[str]:
    own = [document["id"]]
    for name in ("renderings", "links", "assessments"):
        own += [each["id"] for each in document[name] or []]
    return own


def _keep_ready(documents: list[dict], count: int) -> None:
    """Replace what is published by ``count`` statements whose lines are ready."""
    from claims.api.ready import eyes
    from claims.api.tokens import Caller
    from claims.models import PartnerToken

    look = eyes(Caller(PartnerToken(scopes=[]), CEILING, ()))
    sample = [(json.dumps(each, ensure_ascii=False, separators=(",", ":")), _own_keys(each)) for each in documents]
    with superuser(DATABASE) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM claims_publishedrecord; DELETE FROM claims_readydocument")
        ready = connection.cursor()
        lines = (_copy_of(*sample[number % len(sample)]) for number in range(count))
        with ready.copy(
            "COPY claims_readydocument (eyes, record_type, record_id, seq, line, cells, feature, tally) FROM STDIN"
        ) as copy:
            for key, line in lines:
                copy.write_row([look, "statement", key, 2**40, line, "", "", []])
        ready.execute(
            "INSERT INTO claims_publishedrecord (record_id, record_type, release_id, tlp, released_tlp, is_held,"
            " updated_at) SELECT record_id, 'statement', gen_random_uuid(), 'GREEN', 'GREEN', false, now()"
            " FROM claims_readydocument"
        )


def _copy_of(line: str, own: list[str]) -> tuple[str, str]:
    """The line of another statement: other keys for what is its own."""
    keys = {key: str(uuid.uuid4()) for key in own}
    return keys[own[0]], KEY.sub(lambda found: keys.get(found[0], found[0]), line)


def _make() -> None:
    from claims.api.dumps import make_dump
    from claims.models import DumpSegment

    began = time.process_time()
    dump = make_dump(CEILING, [])
    took = time.process_time() - began
    files = DumpSegment.objects.filter(dump=dump).select_related("blob")
    sizes: dict[str, int] = {}
    for each in files:
        sizes[each.format] = sizes.get(each.format, 0) + each.blob.size
    told = ", ".join(f"{name} {size / 1e6:,.1f} MB" for name, size in sorted(sizes.items()))
    count = sum(each.count for each in files if each.content == "statements" and each.format == "ndjson")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{count:,} statements: {memory:,.0f} MB at most, {took:.0f} s of processor time; {told}", flush=True)


if __name__ == "__main__":
    main()
