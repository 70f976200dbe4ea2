"""What goes to Lambda: the folder alone beside boto3, its hits in a real queue, its metrics on stdout."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from infra.package import package
from infra.picture import DEFAULT_LOGO
from mailer_cli.tokens import token
from tests.infra.lambdaevents import ADDRESS, AGENT, function_url, http_api, multipart
from tests.infra.logofunction import KEY, Function

DELIVERY = "11111111-1111-4111-8111-111111111111"
ALLOWED = {"boto3", "botocore", "infra", "mailer_cli"}
MULTIPART = multipart()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged function."""
    made = tmp_path_factory.mktemp("package") / "logo"
    package(made, DEFAULT_LOGO)
    return made


@pytest.fixture(scope="module")
def sqs() -> Iterator[str]:
    """The endpoint of an SQS on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def function(folder: Path, sqs: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Function]:
    """The function with an empty queue."""
    for name, value in (("ACCESS_KEY_ID", "AKIDEXAMPLE"), ("SECRET_ACCESS_KEY", "invented")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", sqs)
    client = boto3.client("sqs")
    queue = client.create_queue(QueueName="hits")["QueueUrl"]
    yield Function(folder, queue)
    client.delete_queue(QueueUrl=queue)


def opening() -> str:
    return f"/o/{token('open', DELIVERY, (KEY,))}.png"


def leaving() -> str:
    return f"/u/{token('unsubscribe', DELIVERY, (KEY,))}"


def test_hits_reach_the_queue_from_the_folder_alone(function):
    ran = function(
        http_api("GET", opening()),
        http_api("GET", opening(), stage="prod"),
        http_api("HEAD", opening()),
        function_url("POST", leaving(), *MULTIPART),
        http_api("POST", leaving()),
        http_api("GET", "/o/forged.png"),
    )
    assert [reply["statusCode"] for reply in ran.replies] == [200] * 6
    assert ran.replies[0] == ran.replies[2] == ran.replies[5]
    kinds = [(hit["hit"], hit.get("how"), hit["delivery"]) for hit in function.hits()]
    assert sorted(kinds, key=str) == [
        ("open", None, DELIVERY),
        ("open", None, DELIVERY),
        ("unsubscribe", "one_click", DELIVERY),
        ("unsubscribe", "page", DELIVERY),
    ]


def imported(path: Path) -> set[str]:
    """Return the packages that a module imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


def test_it_needs_the_standard_library_boto3_and_its_own_folder(folder):
    modules = sorted(path for path in folder.rglob("*.py"))
    assert set().union(*map(imported, modules)) - set(sys.stdlib_module_names) == ALLOWED
    assert [path.name for path in modules if "mailer_cli" in path.parts] == ["tokens.py"]


def test_the_log_has_metrics_and_no_reader_in_it(function):
    ran = function(
        http_api("GET", opening()), function_url("POST", leaving(), *MULTIPART), http_api("GET", "/u/forged")
    )
    counted = [(line["_aws"]["CloudWatchMetrics"], line) for line in ran.lines]
    names = ["LogoOpens", "Unsubscribes", "ForgedTokens"]
    for (directives, line), name in zip(counted, names, strict=True):
        metrics = [{"Name": name, "Unit": "Count"}]
        assert directives == [{"Namespace": "JobMail", "Dimensions": [[]], "Metrics": metrics}]
        assert line[name] == 1
        assert isinstance(line["_aws"]["Timestamp"], int)
    for private in (ADDRESS, AGENT, DELIVERY, opening()[3:-4], leaving()[3:]):
        assert private not in ran.output


def test_a_queue_that_is_gone_is_told_and_the_mail_still_has_its_logo(function):
    ran = function(
        http_api("GET", opening()), http_api("POST", leaving()), HITS_QUEUE_URL=function.queue.replace("hits", "gone")
    )
    assert [reply["statusCode"] for reply in ran.replies] == [200, 503]
    assert ran.replies[1]["headers"]["retry-after"] == "300"
    errors = [line for line in ran.lines if line.get("level") == "ERROR"]
    assert [line["error"] for line in errors] == ["hit lost"] * 2
    assert all("NonExistentQueue" in line["reason"] or "QueueDoesNotExist" in line["reason"] for line in errors)
    assert [line["HitsLost"] for line in ran.lines if "HitsLost" in line] == [1, 1]


def test_packaging_again_leaves_nothing_of_before(tmp_path):
    package(tmp_path / "logo", DEFAULT_LOGO)
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    (tmp_path / "logo" / "stale.py").write_text("left over")
    package(tmp_path / "logo", DEFAULT_LOGO)
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*")) == before
