"""How a child process and its parent speak: frames over two pipes, each with the number of the job it belongs to.

Parent to child: JOB, then the request. Child to parent: HEADER, then the payload. A kind is one byte: capital
letters are ours, small ones are pieces whose meaning the module that works in the child gives them.
"""

from __future__ import annotations

import struct
from typing import Final

JOB: Final = struct.Struct("!IIdI")  # number of the job, length of the request, seconds it has, CPU seconds it has
HEADER: Final = struct.Struct("!cII")  # kind, number of the job, length of the payload

READY: Final = b"R"  # the child's modules are loaded (job 0)
BEGUN: Final = b"B"  # the request is read
PROGRESS: Final = b"P"  # a JSON object for whoever waits
ANSWER: Final = b"A"  # the end of the job
OURS: Final = frozenset({READY, BEGUN, PROGRESS, ANSWER})

# Pieces of a visit.
HOP_BEGINS: Final = b"n"  # a hop as JSON, before anything is asked
HOP_ENDS: Final = b"h"  # the same hop with what came of it
WIRE: Final = b"w"  # of the body as it came
BODY: Final = b"b"  # of the body, unpacked

PORT: Final = b"p"  # of a rendering: where the proxy listens, in digits

LARGEST: Final = 128 * 1024 * 1024  # bytes of one payload: the longest text kept, escaped, is a third of it
