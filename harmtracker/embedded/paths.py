"""Where the embedded servers live. Naming a place starts and makes nothing, so settings may do it on import."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
SYSTEM_FOLDER = Path("/var/lib/harmtracker")
# Not tempfile.gettempdir(): TMPDIR differs between a login, cron and su, and the server would then look dead.
# The folder made in it is checked: ours, real, mode 700.
SHORT_FOLDER = Path("/tmp")  # noqa: S108  # nosec B108
# A socket's address holds 107 bytes, and PostgreSQL adds "/.s.PGSQL.5432" (14) and a terminating zero.
LONGEST_SOCKET_FOLDER = 92


class EmbeddedError(Exception):
    """An embedded server cannot be used; the message tells a person what to do about it."""


@dataclass(frozen=True)
class Place:
    """The folders of one pair of servers (one for the program, one for its tests)."""

    base: Path
    """Locks, and the two folders below; belongs to whoever runs the program."""
    run: Path
    """Sockets. Mode 700: with `trust` authentication this folder is the protection."""

    @property
    def servers(self) -> Path:
        """The cluster and the logs; belongs to the account the servers run as."""
        return self.base / "servers"

    @property
    def cluster(self) -> Path:
        return self.servers / "postgres"

    @property
    def valkey_socket(self) -> Path:
        return self.run / "valkey.sock"

    @property
    def database_url(self) -> str:
        return f"postgresql://app@/harmtracker?host={_quoted(self.run)}"

    @property
    def owner_url(self) -> str:
        return f"postgresql://owner@/harmtracker?host={_quoted(self.run)}"

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{_quoted(self.valkey_socket)}"


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path))


def place(name: str = "", *, project: Path = PROJECT, uid: int | None = None) -> Place:
    """The place called `name` ("" for the program, "test" for tests) of the checkout at `project`.

    Depends on the path of the checkout and on who runs it, and on nothing else of the environment.
    PostgreSQL refuses to run as root and its own account cannot see into root's home: root's is under /var/lib.
    """
    uid = os.geteuid() if uid is None else uid
    mark = hashlib.sha256(os.fsencode(project)).hexdigest()[:12] + (f"-{name}" if name else "")
    if uid == 0:
        base = SYSTEM_FOLDER / mark
        return Place(base=base, run=base / "run")
    base = project / ".local" / name if name else project / ".local"
    run = base / "run"
    if len(os.fsencode(run)) > LONGEST_SOCKET_FOLDER:
        run = SHORT_FOLDER / f"ht-{uid}-{mark}"
    return Place(base=base, run=run)


def make_folder(path: Path, *, mode: int = 0o755, owner: tuple[int, int] | None = None) -> None:
    """Make `path` (not its parents) with exactly this mode and owner (uid, gid), or check the one that is there.

    A folder we did not make keeps its mode: one that is unfit is refused with EmbeddedError, never mended.
    """
    uid = owner[0] if owner else os.geteuid()
    try:
        path.mkdir(mode=mode)
    except FileExistsError:
        _check_folder(path, mode=mode, uid=uid)
        return
    except PermissionError as error:
        raise EmbeddedError(f"The folder {path} cannot be made: {path.parent} belongs to another user.") from error
    path.chmod(mode)  # what the umask took from a folder just made
    if owner:
        os.chown(path, *owner)


def _check_folder(path: Path, *, mode: int, uid: int) -> None:
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise EmbeddedError(f"{path} should be a folder, and is not. Move it away and start again.")
    if found.st_uid != uid:
        raise EmbeddedError(
            f"The folder {path} belongs to another user (id {found.st_uid}). "
            "Use a clone of your own, or start as that user."
        )
    if mode == 0o700 and stat.S_IMODE(found.st_mode) & 0o077:
        raise EmbeddedError(
            f"The folder {path} is open to other users, so the servers cannot keep their sockets and files in it. "
            f"If it holds nothing of yours, close it: chmod 700 '{path}'"
        )
