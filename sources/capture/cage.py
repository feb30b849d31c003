"""Takes system calls away from this process for the rest of its life (Linux, seccomp).

The audit hook refuses what goes through Python; this refuses what an error in a parser written in C may be made to
do. Where the kernel or the container does not allow such filters the process works on without.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from typing import Final

SECCOMP_MODE_FILTER: Final = 2
SYNCHRONISE_THREADS: Final = 1  # SECCOMP_FILTER_FLAG_TSYNC: a library may have started some while it loaded
MODE_BY_CALL: Final = 1  # SECCOMP_SET_MODE_FILTER

# BPF, as <linux/filter.h> and <linux/seccomp.h> have it. A program reads struct seccomp_data: number, architecture.
LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
AT_LEAST: Final = 0x35  # BPF_JMP | BPF_JGE | BPF_K
RETURN: Final = 0x06  # BPF_RET | BPF_K
ALLOW: Final = 0x7FFF0000
REFUSE: Final = 0x00050000 | errno.EPERM
NUMBER_AT: Final = 0
ARCHITECTURE_AT: Final = 4
FOREIGN: Final = 0x40000000  # numbers of the x32 interface begin here; nothing of ours uses it
INSTRUCTION: Final = struct.Struct("=HBBI")

# Per machine: its AUDIT_ARCH, the number of seccomp(2) itself, and what is taken away from every child and from one
# that may not connect. io_uring does the work of other calls, sockets among them, past any filter.
EVERY: Final = ("execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "kill", "io_uring_setup")
SOCKETS: Final = ("socket", "socketpair", "connect", "bind")
MACHINES: Final[dict[str, tuple[int, int, dict[str, int]]]] = {
    "x86_64": (
        0xC000003E,
        317,
        {
            "execve": 59, "execveat": 322, "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311,
            "kill": 62, "io_uring_setup": 425, "socket": 41, "socketpair": 53, "connect": 42, "bind": 49,
        },
    ),
    "aarch64": (
        0xC00000B7,
        277,
        {
            "execve": 221, "execveat": 281, "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271,
            "kill": 129, "io_uring_setup": 425, "socket": 198, "socketpair": 199, "connect": 203, "bind": 200,
        },
    ),
}  # fmt: skip


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def close(*, may_connect: bool) -> bool:
    """Refuse the calls with "not permitted" from now on; whether the kernel agreed. Needs NO_NEW_PRIVS set before."""
    machine = MACHINES.get(platform.machine())
    if machine is None:
        return False
    architecture, seccomp, numbers = machine
    program = _program(architecture, [numbers[name] for name in (EVERY if may_connect else EVERY + SOCKETS)])
    try:
        call = ctypes.CDLL(None).syscall
    except (OSError, AttributeError):
        return False
    given = _Program(len(program) // INSTRUCTION.size, program)
    return bool(call(seccomp, MODE_BY_CALL, SYNCHRONISE_THREADS, ctypes.byref(given)) == 0)


def _program(architecture: int, refused: list[int]) -> bytes:
    """A filter that refuses these numbers, and every number of another architecture."""
    checks = [(EQUAL, len(refused) - place, 0, number) for place, number in enumerate(refused)]
    steps = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (EQUAL, 0, len(refused) + 3, architecture),
        (LOAD, 0, 0, NUMBER_AT),
        (AT_LEAST, len(refused) + 1, 0, FOREIGN),
        *checks,
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(INSTRUCTION.pack(*step) for step in steps)
