"""The image and the containers: linted, hardened, and each command run here as the process that it would be there."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from psycopg2.extensions import parse_dsn

from jobdb import embedded
from ops import secretfiles
from tests.worlds import ROOT

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "job-mail"}
# what of the Compose specification (github.com/compose-spec) is used here, and which kind of value it takes
KNOWN = {
    "image": str, "build": dict, "command": list, "environment": dict, "env_file": list, "secrets": list,
    "volumes": list, "networks": list, "ports": list, "profiles": list, "depends_on": dict, "healthcheck": dict,
    "init": bool, "read_only": bool, "tmpfs": list, "shm_size": str, "cap_drop": list, "cap_add": list,
    "security_opt": list, "restart": str, "stop_grace_period": str, "logging": dict, "hostname": str,
}  # fmt: skip
RESTARTS = {"no", "unless-stopped"}
CHECK = {"test": list, "interval": str, "timeout": str, "retries": int, "start_period": str}
DURATION = re.compile(r"(\d+h)?(\d+m)?(\d+s)?")
PATIENCE = 60  # seconds


# What is written ------------------------------------------------------------------------------------------------------


def test_the_dockerfile_has_no_findings():
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, "--no-color", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_image_ends_as_an_ordinary_user_and_compiles_nothing():
    last = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "build-essential" not in last
    assert "pip install" not in last


def test_nothing_secret_or_large_goes_to_the_build():
    lines = (ROOT / ".dockerignore").read_text().split()
    assert "*" in lines
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert not let_in & {".", ".env", ".git", "secrets", "var", "tests"}
    assert all((ROOT / name).exists() for name in let_in)


@pytest.mark.parametrize("name", SERVICES)
def test_every_value_is_of_the_kind_that_the_specification_wants(name):
    service, check = SERVICES[name], SERVICES[name].get("healthcheck", {})
    assert [key for key, value in service.items() if key not in KNOWN or not isinstance(value, KNOWN[key])] == []
    assert [key for key, value in check.items() if not isinstance(value, CHECK[key])] == []
    assert all(DURATION.fullmatch(check[key]) for key in ("interval", "timeout", "start_period") if check)
    assert service["restart"] in RESTARTS
    assert not [key for key, value in service.get("environment", {}).items() if not isinstance(value, str)]
    words = [*service.get("command", []), *check.get("test", [])]
    assert not [word for word in words if not isinstance(word, str)]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_hardened(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert service.get("cap_add", []) == [] or name == "postgres"
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert not any("docker.sock" in volume for volume in service.get("volumes", []))


@pytest.mark.parametrize("name", SERVICES)
def test_everything_that_is_named_is_there(name):
    service = SERVICES[name]
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
    named = {volume.partition(":")[0] for volume in service.get("volumes", [])}
    assert all(volume in COMPOSE["volumes"] or (ROOT / volume).exists() for volume in named)
    for other, wait in service.get("depends_on", {}).items():
        healthy = wait["condition"] == "service_healthy"
        assert "healthcheck" in SERVICES[other] if healthy else SERVICES[other]["restart"] == "no"


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_as_files_and_each_is_used(name):
    service = SERVICES[name]
    settings = service.get("environment", {})
    read = {value.rpartition("/")[2] for key, value in settings.items() if key.endswith("_FILE")}
    assert read == set(service.get("secrets", []))
    assert not [key for key, value in settings.items() if re.search("PASSWORD|TOKEN|DATABASE_URL|_KEY", key) and value
                and not key.endswith("_FILE")]  # fmt: skip


def test_every_service_that_stays_has_a_check_of_its_own():
    stays = {name for name, service in SERVICES.items() if service["restart"] != "no"}
    assert stays == {name for name, service in SERVICES.items() if "healthcheck" in service}


def test_the_secrets_files_are_the_ones_that_are_made(tmp_path):
    made = secretfiles.make(tmp_path / "secrets", "postgres:5432/jobs")
    assert {f"secrets/{name}" for name in made} == {secret["file"] for secret in COMPOSE["secrets"].values()}
    assert secretfiles.make(tmp_path / "secrets", "postgres:5432/jobs") == []
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0


def test_only_who_needs_people_s_data_gets_the_mailer_s_account():
    who: dict[str, set[str]] = {}
    for name, service in SERVICES.items():
        for secret in service.get("secrets", []):
            who.setdefault(secret, set()).add(name)
    assert who["owner_url"] == {"prepare"}
    assert who["owner_password"] == {"postgres"}
    assert who["mailer_url"] == {"scheduler"}
    assert SERVICES["scrapyd"]["secrets"] == ["crawler_url", "scrapyd_password"]
    assert SERVICES["tracking"]["networks"] == ["outside"]


UNITS = {"job-mail-tracking.service": "tracking", "job-mail-scrapyd.service": "scrapyd"}


@pytest.fixture(params=UNITS)
def unit(request, tmp_path):
    """A unit as it stands for this checkout, under the account of the tests."""
    path = tmp_path / request.param
    text = (
        (ROOT / "ops" / "systemd" / request.param).read_text().replace("/srv/job-mail/.venv/bin/python", sys.executable)
    )
    path.write_text(re.sub("^User=.*", "User=root", text, flags=re.MULTILINE))
    return path


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_has_no_complaint(unit):
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_a_unit_and_its_container_hold_the_same_secrets_and_nobody_else_s(unit):
    lines = unit.read_text().splitlines()
    loaded = {line.partition("=")[2].partition(":")[0] for line in lines if line.startswith("LoadCredential=")}
    assert loaded == set(SERVICES[UNITS[unit.name]]["secrets"])
    assert {
        f"Environment={name.upper()}_FILE=%d/{name}" for name in loaded - {"crawler_url", "mail_token_keys"}
    } <= set(lines)
    for line in ("NoNewPrivileges=true", "ProtectSystem=strict", "ProtectHome=true", "CapabilityBoundingSet="):
        assert line in lines
    assert not [line for line in lines if line.startswith("EnvironmentFile")]


# What is run ----------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return listener.getsockname()[1]


class House:
    """What compose gives to its containers, given to processes: secrets' files, volumes, a PostgreSQL of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ports = folder, {"8090": str(free_port()), "6800": str(free_port())}
        self.secrets = folder / "secrets"
        database = parse_dsn(embedded.start(folder / "postgres"))
        self.secrets.mkdir()
        (self.secrets / "owner_password").write_text(database["password"])
        secretfiles.make(self.secrets, f"127.0.0.1:{database['port']}/jobs")
        for path in self.secrets.iterdir():
            path.chmod(0o600)  # here they lie in an ordinary folder

    def environment(self, name: str) -> dict[str, str]:
        told = {
            key: value.replace("/run/secrets", str(self.secrets)).replace(
                "scrapyd:6800", f"localhost:{self.ports['6800']}"
            )
            for key, value in SERVICES[name].get("environment", {}).items()
        }
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        home = {"HOME": str(self.folder), "PATH": path, "PYTHONPATH": str(ROOT), "JOB_CONFIG_DIR": str(self.config())}
        apart = {"JOB_LOGS": f"{self.folder}/log", "JOB_SCHEDULE": self.schedule()}
        return home | apart | told

    def config(self) -> Path:
        folder = self.folder / "config"
        folder.mkdir(exist_ok=True)
        for name in ("courses.toml", "mail.toml", "backup.toml"):
            text = (ROOT / "config" / name).read_text()
            (folder / name).write_text(text.replace('tracking = ""', 'tracking = "https://t.example.org"'))
        return folder

    def schedule(self) -> str:
        """A schedule that has the job alone that no board and no mail is needed for."""
        jobs = (ROOT / "ops" / "schedule.toml").read_text()
        path = self.folder / "schedule.toml"
        path.write_text(f"[jobs.watch]\n{jobs.partition('[jobs.watch]')[2].partition('[jobs.')[0]}")
        return str(path)

    def words(self, words: list[str], *apart: str) -> list[str]:
        """A command with other ports and folders; `apart` goes behind `python -m PROGRAM`."""
        moved = [self.ports.get(word, word.replace("var/", f"{self.folder}/var/")) for word in words]
        return [*moved[:3], *apart, *moved[3:]]

    def run(self, name: str, *apart: str) -> subprocess.CompletedProcess[str]:
        """Run a service's command to its end."""
        return subprocess.run(
            self.words(SERVICES[name]["command"], *apart), cwd=ROOT, env=self.environment(name), capture_output=True,
            text=True, check=False,
        )  # fmt: skip

    @contextlib.contextmanager
    def up(self, name: str, *apart: str):
        """Run a service's command while the block runs, and end it as compose does."""
        process = subprocess.Popen(self.words(SERVICES[name]["command"], *apart), cwd=ROOT, env=self.environment(name))
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)

    def healthy(self, name: str) -> bool:
        test = SERVICES[name]["healthcheck"]["test"]
        assert test[0] == "CMD"
        done = subprocess.run(
            self.words(test[1:]), cwd=ROOT, env=self.environment(name), capture_output=True, check=False
        )
        return done.returncode == 0

    def becomes_healthy(self, name: str) -> bool:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.healthy(name):
                return True
        return False


@pytest.fixture(scope="module")
def house():
    # not below pytest's folder: that is closed to the account that root hands PostgreSQL to
    folder = ROOT / "var" / f"containers-test-{os.getpid()}"
    folder.mkdir(parents=True)
    yield House(folder)
    embedded.stop(folder / "postgres")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def prepared(house):
    done = house.run("prepare")
    assert done.returncode == 0, done.stdout + done.stderr
    return house


def test_the_database_is_prepared_once_and_again(prepared):
    again = prepared.run("prepare")
    assert again.returncode == 0
    assert again.stdout.splitlines()[0] == "the schema is up to date"


def test_the_tracking_server_becomes_healthy_and_ends_in_order(house):
    assert not house.healthy("tracking")
    with house.up("tracking") as process:
        assert house.becomes_healthy("tracking")
    assert process.returncode == 0


def test_the_scheduler_becomes_healthy_when_a_job_has_begun(prepared):
    assert not prepared.healthy("scheduler")
    with prepared.up("scheduler") as process:
        assert prepared.becomes_healthy("scheduler")
    assert process.returncode == 0


def test_scrapyd_becomes_healthy_and_takes_the_crawl(prepared):
    home = prepared.folder / "scrapyd"
    with prepared.up("scrapyd", "--home", str(home)):
        assert prepared.becomes_healthy("scrapyd")
        done = prepared.run("deploy", "--home", str(home))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "with 6 spiders" in done.stdout
