"""The embedded servers: shared, surviving whoever is killed, and stopped by the last who leaves."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from harmtracker.embedded import EmbeddedError, Place, Servers, postgres, valkey
from harmtracker.embedded.paths import PROJECT
from tests.embedded.conftest import FAST


def ask(at: Place, question: str, user: str = "app") -> object:
    with psycopg.connect(host=str(at.run), dbname="harmtracker", user=user, autocommit=True) as connection:
        return connection.execute(question).fetchone()[0]


def postmaster(at: Place) -> int:
    return int((at.cluster / "postmaster.pid").read_text().split()[0])


def valkey_process(at: Place) -> int:
    import redis

    with redis.Redis(unix_socket_path=str(at.valkey_socket)) as client:
        return int(client.info("server")["process_id"])


def up(at: Place) -> tuple[bool, bool]:
    return postgres.listens(at), valkey.answers(at)


def test_first_start_makes_roles_and_a_database_that_knows_cyrillic(servers: Servers) -> None:
    servers.start()
    assert ask(servers.place, "SELECT lower('КИЇВ') = 'київ'") is True
    assert ask(servers.place, "SELECT current_setting('server_version_num')::int") >= 180000
    assert ask(servers.place, "SHOW jit") == "off"
    assert ask(servers.place, "SHOW listen_addresses") == ""
    ask(servers.place, "SELECT 1 FROM (VALUES (1)) AS one", user="owner")
    with psycopg.connect(servers.place.owner_url, autocommit=True) as owner:
        owner.execute("CREATE EXTENSION pg_trgm")
    assert ask(servers.place, "SELECT show_trgm('Київ') <> '{}'") is True
    with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(servers.place.database_url) as app:
        app.execute("CREATE TABLE mine (id int)")
    servers.stop()
    assert up(servers.place) == (False, False)


@pytest.mark.usefixtures("has_a_cluster")
def test_two_users_share_and_the_last_one_stops(servers: Servers) -> None:
    second = Servers(servers.place, options=FAST)
    servers.start()
    first_process = postmaster(servers.place)
    second.start()
    assert postmaster(servers.place) == first_process
    servers.stop()
    assert up(servers.place) == (True, True)
    second.stop()
    assert up(servers.place) == (False, False)


def test_three_starts_at_once_make_one_cluster(own_place: Place) -> None:
    script = (
        "import sys, psycopg; from pathlib import Path; from harmtracker.embedded import Place, Servers\n"
        "servers = Servers(Place(base=Path(sys.argv[1]), run=Path(sys.argv[2]))); servers.start()\n"
        "with psycopg.connect(servers.place.database_url) as c:\n"
        "    print(c.execute('SELECT system_identifier FROM pg_control_system()').fetchone()[0])\n"
        "sys.stdin.read(); servers.stop()"
    )
    own_place.base.parent.mkdir(exist_ok=True)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(own_place.base), str(own_place.run)],
            cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    answers = {process.stdout.readline().strip() for process in started}
    for process in started:
        process.communicate(timeout=30)
        assert process.returncode == 0
    assert len(answers) == 1
    assert answers.pop().isdigit()
    assert up(own_place) == (False, False)


@pytest.mark.parametrize("victim", [postmaster, valkey_process])
@pytest.mark.usefixtures("has_a_cluster")
def test_a_killed_server_comes_back_with_its_records(servers: Servers, victim) -> None:
    servers.start()
    with psycopg.connect(servers.place.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE kept (word text)")
        owner.execute("INSERT INTO kept VALUES ('Буча')")
    os.kill(victim(servers.place), signal.SIGKILL)
    until = time.monotonic() + 60
    while all(up(servers.place)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not servers.listen()
    servers.start()
    assert servers.listen()
    assert ask(servers.place, "SELECT word FROM kept", user="owner") == "Буча"


@pytest.mark.usefixtures("has_a_cluster")
def test_servers_of_a_killed_program_are_found_and_then_stopped(servers: Servers) -> None:
    script = (
        "import sys; from pathlib import Path; from harmtracker.embedded import Place, Servers\n"
        "Servers(Place(base=Path(sys.argv[1]), run=Path(sys.argv[2]))).start()\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    at = servers.place
    at.base.parent.mkdir(exist_ok=True)
    killed = subprocess.run([sys.executable, "-c", script, str(at.base), str(at.run)], cwd=PROJECT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert up(at) == (True, True)
    left_behind = postmaster(at)
    servers.start()
    assert postmaster(at) == left_behind
    servers.stop()
    assert up(at) == (False, False)


@pytest.mark.usefixtures("has_a_cluster")
def test_ctrl_c_and_root_do_not_reach_the_servers(servers: Servers) -> None:
    servers.start()
    for process in (postmaster(servers.place), valkey_process(servers.place)):
        assert os.getsid(process) != os.getsid(0)
        assert Path(f"/proc/{process}").stat().st_uid != 0


def test_folders_of_the_servers_are_closed_and_no_other_folder_changes(servers: Servers) -> None:
    parents = [folder for folder in servers.place.base.parents if folder.exists()]
    project = [PROJECT, *PROJECT.parents, Path.home(), Path(sys.prefix)]
    before = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in [*parents, *project]}
    servers.start()
    assert stat.S_IMODE(servers.place.run.stat().st_mode) == 0o700
    assert stat.S_IMODE(servers.place.servers.stat().st_mode) == 0o700
    assert {folder: stat.S_IMODE(folder.stat().st_mode) for folder in before} == before


def test_an_open_folder_is_refused_and_left_as_it_is(servers: Servers) -> None:
    servers.place.base.mkdir(parents=True)
    servers.place.run.mkdir()
    servers.place.run.chmod(0o755)
    if os.geteuid() == 0:
        from harmtracker.embedded.account import server_account

        account = server_account()
        os.chown(servers.place.run, account.uid, account.gid)
    with pytest.raises(EmbeddedError, match="chmod 700"):
        servers.start()
    assert stat.S_IMODE(servers.place.run.stat().st_mode) == 0o755


def test_a_link_in_place_of_a_folder_is_refused(servers: Servers, tmp_path: Path) -> None:
    servers.place.base.mkdir(parents=True)
    servers.place.run.symlink_to(tmp_path)
    with pytest.raises(EmbeddedError, match="should be a folder"):
        servers.start()


@pytest.mark.usefixtures("has_a_cluster")
def test_a_half_made_cluster_is_made_anew(servers: Servers) -> None:
    servers.place.cluster.rename(servers.place.cluster.with_name("postgres.new"))
    servers.start()
    assert ask(servers.place, "SELECT 1") == 1


@pytest.mark.usefixtures("has_a_cluster")
def test_a_cluster_of_another_version_is_named_and_kept(servers: Servers) -> None:
    (servers.place.cluster / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 17.*this is 18"):
        servers.start()
    (servers.place.cluster / "PG_VERSION").write_text("18\n")
    servers.start()
    assert ask(servers.place, "SELECT 1") == 1
