"""The production set-up, checked as far as no container engine is needed."""

import configparser
import os
import pathlib
import re
import subprocess

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
# One-shot tools are started by hand and end by themselves.
LASTING = sorted(name for name, one in SERVICES.items() if "profiles" not in one)
DOCKERFILE = (DOCKER / "Dockerfile").read_text()
SITE = (DOCKER / "proxy" / "site.conf.template").read_text()
SCRIPTS = sorted(DOCKER.rglob("*.sh"))


@pytest.fixture(scope="module")
def options():
    """The server's options, as Odoo's own parser reads them."""
    parser = configparser.RawConfigParser(strict=True)
    parser.read_string((DOCKER / "odoo" / "odoo.conf").read_text())
    assert parser.sections() == ["options"]
    return parser["options"]


def _location(path):
    """The body of nginx' location for a path."""
    found = re.search(
        rf"location [^\n]*{re.escape(path)} {{\n(.*?)\n    }}", SITE, re.S
    )
    assert found, f"no location {path}"
    return found[1]


def _pinned_images():
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    used = [one["image"] for one in SERVICES.values() if "build" not in one]
    return sorted({*bases, *used})


def test_there_are_the_services_of_a_production_site():
    assert LASTING == ["backup", "db", "odoo", "proxy"]
    assert sorted(set(SERVICES) - set(LASTING)) == ["restore"]


@pytest.mark.parametrize("image", _pinned_images())
def test_images_are_pinned_to_a_major_version(image):
    assert re.fullmatch(r"[a-z]+:\d+(\.\d+)*", image)


def test_dump_and_server_are_of_one_major_version():
    assert f"FROM {SERVICES['db']['image']} AS backup" in DOCKERFILE


@pytest.mark.parametrize("name", LASTING)
def test_lasting_services_are_watched_and_restarted(name):
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    check = service["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)


def test_tools_do_not_restart():
    assert SERVICES["restore"]["restart"] == "no"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_services_have_no_rights_to_spare(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service and "cap_add" not in service
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_service_runs_as_root(name):
    service = SERVICES[name]
    user = service.get("user")
    if "build" in service:
        stage = re.search(
            rf"^FROM \S+ AS {service['build']['target']}\n(.*?)(?=^FROM |\Z)",
            DOCKERFILE,
            re.M | re.S,
        )[1]
        user = re.findall(r"^USER (\S+)", stage, re.M)[-1]
    assert user and user.split(":")[0] not in ("root", "0")


def test_only_the_proxy_publishes_ports():
    published = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}
    assert published == {
        "proxy": [
            "${SUPPORT_HTTP_PORT:-80}:8080",
            "${SUPPORT_HTTPS_PORT:-443}:8443",
        ]
    }
    for port in re.findall(r":(\d+)$", "\n".join(published["proxy"]), re.M):
        assert re.search(rf"listen {port}\b", SITE)


def test_the_database_is_out_of_reach_of_the_proxy_and_the_world():
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert SERVICES["proxy"]["networks"] == ["edge"]
    for name in ("db", "backup", "restore"):
        assert SERVICES[name]["networks"] == ["data"]


def test_secrets_come_from_files_and_are_all_used():
    files = {name: one["file"] for name, one in COMPOSE["secrets"].items()}
    assert all(path.startswith("./secrets/") for path in files.values())
    used = {name for one in SERVICES.values() for name in one.get("secrets", ())}
    assert used == set(files)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_passwords_are_named_by_file_only(name):
    service = SERVICES[name]
    for variable, value in service.get("environment", {}).items():
        if "PASSWORD" in variable or "SECRET" in variable:
            assert variable.endswith("_FILE"), variable
            assert pathlib.PurePath(value).parent == pathlib.PurePath("/run/secrets")
            assert pathlib.PurePath(value).name in service["secrets"]


@pytest.mark.parametrize(
    "path", [".env", "secrets/postgres_password", "secrets/x", "tls/privkey.pem"]
)
def test_git_ignores_secrets(path):
    done = subprocess.run(["git", "-C", DOCKER, "check-ignore", "--quiet", path])
    assert done.returncode == 0


def test_the_builder_never_sees_secrets():
    lines = (DOCKER / "Dockerfile.dockerignore").read_text().split("\n")
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert sorted(rule for rule in rules if rule.startswith("!")) == [
        "!addons",
        "!docker/backup",
        "!docker/odoo",
        "!requirements/run.lock",
    ]


def test_copied_sources_exist_and_reach_the_builder():
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M)
    sources = [source for line in lines for source in line.split()[:-1]]
    allowed = (DOCKER / "Dockerfile.dockerignore").read_text()
    for source in sources:
        assert (ROOT / source).exists(), source
        parents = [source, str(pathlib.PurePath(source).parent)]
        assert any(f"!{one}\n" in allowed for one in parents), source


def test_volumes_are_named_and_used():
    mounts = [
        mount.split(":", 1)
        for one in SERVICES.values()
        for mount in one.get("volumes", ())
        if not mount.startswith((".", "$"))
    ]
    assert {source for source, _target in mounts} == set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_files_of_the_host_are_mounted_read_only_and_exist(name):
    for mount in SERVICES[name].get("volumes", ()):
        if mount.startswith("$"):
            assert mount.endswith(":ro")
        elif mount.startswith("."):
            source, _target, mode = mount.split(":")
            assert mode == "ro"
            assert (DOCKER / source).is_file(), source


def test_the_backup_cannot_write_what_it_saves():
    assert "odoo-data:/var/lib/odoo:ro" in SERVICES["backup"]["volumes"]
    assert "backups:/backups:ro" in SERVICES["restore"]["volumes"]


def test_the_example_of_settings_names_each_variable():
    text = (DOCKER / "compose.yaml").read_text()
    used = set(re.findall(r"\$\{(\w+)", text))
    example = (DOCKER / ".env.example").read_text()
    assert set(re.findall(r"^(\w+)=", example, re.M)) == used


def test_the_image_installs_the_add_ons_that_the_lock_names():
    script = DOCKER / "odoo" / "oca-requirements.sh"
    lock = ROOT / "requirements" / "run.lock"
    done = subprocess.run(
        ["bash", script, lock], check=True, capture_output=True, text=True
    )
    pattern = r"^(odoo-addon-[\w-]+==[\w.]+)"
    wanted = re.findall(pattern, lock.read_text(), re.M)
    assert [name.split("==")[0] for name in wanted] == [
        "odoo-addon-helpdesk-mgmt",
        "odoo-addon-helpdesk-mgmt-sale",
        "odoo-addon-helpdesk-mgmt-sla",
        "odoo-addon-web-timeline",
    ]
    assert re.findall(pattern, done.stdout, re.M) == wanted
    lines = done.stdout.splitlines()
    assert all(re.match(r"odoo-addon-|    --hash=sha256:", line) for line in lines)
    assert len(re.findall("--hash=", done.stdout)) >= len(wanted)
    assert not lines[-1].endswith("\\")
    # No other version is named in the Dockerfile.
    assert "odoo-addon" not in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE and "--no-deps" in DOCKERFILE


def test_the_server_runs_behind_a_proxy_with_workers_and_jobs(options):
    assert options.getboolean("proxy_mode") is True
    assert options.getboolean("list_db") is False
    assert options.getint("workers") >= 2
    assert options.getint("max_cron_threads") >= 1
    assert 0 < options.getint("limit_memory_soft") < options.getint("limit_memory_hard")
    assert 0 < options.getint("limit_time_cpu") <= options.getint("limit_time_real")


def test_no_secret_and_no_dropped_option_is_in_the_configuration(options):
    present = set(options)
    assert not present & {"admin_passwd", "db_password", "longpolling_port", "dbfilter"}


def test_the_add_ons_are_where_the_configuration_looks(options):
    folders = options["addons_path"].split(",")
    assert folders == ["/opt/support/addons", "/opt/support/oca/odoo/addons"]
    assert "COPY addons /opt/support/addons" in DOCKERFILE
    assert "--target /opt/support/oca" in DOCKERFILE


def test_the_proxy_speaks_to_the_ports_that_the_server_opens(options):
    upstreams = dict(re.findall(r"set \$(\w+) http://odoo:(\d+);", SITE))
    assert upstreams == {
        "odoo_http": options["http_port"],
        "odoo_gevent": options["gevent_port"],
    }
    assert "proxy_pass $odoo_gevent;" in _location("/websocket")
    assert "proxy_pass $odoo_http;" in SITE.rsplit("location / {", 1)[1]
    check = SERVICES["odoo"]["healthcheck"]["test"][1]
    assert f":{options['http_port']}/web/health" in check
    assert f":{options['gevent_port']}/websocket/health" in check


def test_the_proxy_waits_longer_than_the_server_works(options):
    waits = int(re.search(r"^    proxy_read_timeout (\d+)s;", SITE, re.M)[1])
    assert waits > options.getint("limit_time_real")


def test_the_proxy_tells_who_asked_and_hides_the_database_manager():
    for header in ("For $remote_addr", "Host $host", "Proto $scheme"):
        assert f"proxy_set_header X-Forwarded-{header};" in SITE
    assert "return 404;" in _location("/web/database")
    assert re.search(r'Strict-Transport-Security "max-age=\d{7,}', SITE)
    assert "return 301 https://${SUPPORT_HOST}$request_uri;" in SITE
    assert "ssl_reject_handshake on;" in SITE


def test_all_processes_find_a_database_connection(options):
    command = " ".join(SERVICES["db"]["command"])
    allowed = int(re.search(r"max_connections=(\d+)", command)[1])
    processes = options.getint("workers") + options.getint("max_cron_threads")
    wanted = processes * options.getint("db_maxconn")
    wanted += options.getint("db_maxconn_gevent")
    # PostgreSQL keeps three for superusers; the backup takes two.
    assert wanted + 5 <= allowed


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shell_scripts_are_well_formed_and_careful(script):
    subprocess.run(["bash", "-n", script], check=True)
    text = script.read_text()
    assert text.startswith("#!/bin/bash\n") or script.name == "common.sh"
    assert "set -euo pipefail" in text or "set -uo" in text or "common.sh" in text


def test_the_first_start_executes_the_role_script():
    """Otherwise it is sourced, and its `set -u` reaches the entrypoint."""
    assert os.access(DOCKER / "db" / "10-odoo-role.sh", os.X_OK)


@pytest.fixture
def start(tmp_path):
    """Run the server's start script with a stand-in for the official entrypoint."""
    (tmp_path / "odoo.conf").write_text("[options]\nworkers = 4\n")
    entrypoint = tmp_path / "entrypoint.sh"
    entrypoint.write_text('#!/bin/bash\necho "$ODOO_RC|${PASSWORD_FILE-unset}|$*"\n')
    entrypoint.chmod(0o755)

    def run(password):
        (tmp_path / "password").write_text(password)
        return subprocess.run(
            ["bash", DOCKER / "odoo" / "start.sh", "odoo", "-d", "x"],
            env={
                "PATH": os.environ["PATH"],
                "SUPPORT_CONF": str(tmp_path / "odoo.conf"),
                "SUPPORT_ENTRYPOINT": str(entrypoint),
                "ODOO_RC": str(tmp_path / "made.conf"),
                "PASSWORD_FILE": str(tmp_path / "password"),
            },
            capture_output=True,
            text=True,
        )

    return run


def test_the_password_reaches_the_server_in_a_private_file(start, tmp_path):
    done = start('50% of it\'s "x"\n')
    assert done.stdout == f"{tmp_path / 'made.conf'}|unset|odoo -d x\n"
    made = configparser.RawConfigParser()
    made.read(tmp_path / "made.conf")
    assert made["options"]["workers"] == "4"
    assert made["options"]["db_password"] == '50% of it\'s "x"'
    assert (tmp_path / "made.conf").stat().st_mode & 0o777 == 0o600


def test_the_master_password_is_another_one_at_every_start(start, tmp_path):
    drawn = set()
    for _start in range(2):
        start("secret")
        made = configparser.RawConfigParser()
        made.read(tmp_path / "made.conf")
        drawn.add(made["options"]["admin_passwd"])
    assert len(drawn) == 2
    assert all(len(one) > 30 for one in drawn)


@pytest.mark.parametrize("password", ["", "two\nlines"])
def test_a_broken_password_file_stops_the_start(start, password):
    done = start(password)
    assert done.returncode == 2
    assert "must hold one line" in done.stderr
