"""infra/template.yaml: who may do what, and nobody more."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.infra.stack import ROOT, Stack, template

STACK = Stack()
WITHOUT_RESOURCE = {  # no resource type in the tables of docs.aws.amazon.com/service-authorization/latest/reference/
    "ses:GetAccount": "list_amazonsimpleemailservicev2.html",
    "cloudwatch:PutMetricData": "list_amazoncloudwatch.html",
}
OBJECTS = "arn:Backups/job-mail/*"  # keys of the backups' own folder
SES = "arn:aws:ses:ap-northeast-2:123456789012:"
DEFAULT_ROUTE = [f"{SES}identity/MailIdentity", f"{SES}identity/jobs@mail.example.com"]
CHUNJAE_ROUTE = [f"{SES}identity/ChunjaeIdentity", f"{SES}identity/jobs@plain.example.com"]
SEND = {"ses:SendEmail", "ses:SendRawEmail"}


def documents(node: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every policy in a part of the template."""
    if isinstance(node, dict):
        if "Statement" in node:
            yield at, node
        for key, part in node.items():
            yield from documents(part, at if key in {"Properties", "PolicyDocument"} else f"{at}.{key}")
    elif isinstance(node, list):
        for number, part in enumerate(node):
            yield from documents(part, f"{at}.{number}")


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(effect: str) -> list[Any]:
    found = documents(STACK.value(template()["Resources"]))
    return [
        pytest.param(statement, id=f"{at}.{statement.get('Sid', 'who')}")
        for at, document in found
        for statement in document["Statement"]
        if statement["Effect"] == effect
    ]


ALLOWED, DENIED = statements("Allow"), statements("Deny")


def granted(name: str) -> dict[str, dict[str, Any]]:
    document = STACK.properties(name)["PolicyDocument"]
    return {statement["Sid"]: statement for statement in document["Statement"]}


def actions(name: str) -> set[str]:
    return {action for statement in granted(name).values() for action in listed(statement["Action"])}


def test_the_walk_meets_every_policy():
    assert len(ALLOWED) == 17
    assert len(DENIED) == 3


@pytest.mark.parametrize("statement", ALLOWED)
def test_no_action_is_a_wildcard(statement):
    assert all(re.fullmatch(r"[a-z0-9]+:[A-Z][A-Za-z0-9]+", action) for action in listed(statement["Action"]))
    assert "NotAction" not in statement


@pytest.mark.parametrize("statement", ALLOWED)
def test_no_resource_is_a_wildcard_where_aws_knows_one(statement):
    assert "NotResource" not in statement
    wild = {resource for resource in listed(statement.get("Resource", [])) if "*" in resource}
    if not wild <= {OBJECTS}:
        assert wild == {"*"}
        assert set(listed(statement["Action"])) <= set(WITHOUT_RESOURCE)


@pytest.mark.parametrize("statement", ALLOWED)
def test_nobody_is_everybody(statement):
    principal = statement.get("Principal")
    assert principal is None or set(principal) == {"Service"}


@pytest.mark.parametrize("statement", [given for given in ALLOWED if "Principal" in given.values[0]])
def test_a_service_acts_for_this_account_alone(statement):
    if statement["Principal"]["Service"] != "lambda.amazonaws.com":  # which is our own function
        conditions = {key for test in statement["Condition"].values() for key in test}
        assert conditions & {"aws:SourceAccount", "aws:SourceArn"}


@pytest.mark.parametrize("statement", DENIED)
def test_what_is_denied_is_traffic_without_tls(statement):
    assert statement["Principal"] == "*"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


# --- what each program may do is what it calls ---


def calls(pattern: str, paths: list[Path], service: str) -> set[str]:
    """Return boto3's calls in these modules as actions: `client.get_account(` is ses:GetAccount."""
    found = {name for path in paths for name in re.findall(pattern, path.read_text())}
    return {f"{service}:{''.join(map(str.capitalize, name.split('_')))}" for name in found}


def test_the_sender_may_do_what_it_calls():
    paths = [ROOT / "mailer_cli" / "delivery" / name for name in ("ses.py", "sesaccount.py")]
    called = calls(r"client\.((?:get|send)_\w+)", paths, "ses")
    # The content is raw, for which SES looks for ses:SendRawEmail.
    assert called | {"ses:SendRawEmail"} == actions("SenderPolicy")


def test_the_sender_sends_from_its_two_addresses():
    policy = granted("SenderPolicy")
    default, chunjae = policy["DefaultRoute"], policy["ChunjaeRoute"]
    assert set(default["Action"]) == set(chunjae["Action"]) == SEND
    assert default["Resource"] == [*DEFAULT_ROUTE, f"{SES}configuration-set/Monitoring"]
    assert default["Condition"] == {"StringEquals": {"ses:FromAddress": "jobs@mail.example.com"}}
    assert chunjae["Resource"] == CHUNJAE_ROUTE
    assert chunjae["Condition"] == {"StringEquals": {"ses:FromAddress": "jobs@plain.example.com"}}


def test_the_preflight_may_ask_about_address_and_domain_of_both_routes():
    assert granted("SenderPolicy")["Identities"]["Resource"] == DEFAULT_ROUTE + CHUNJAE_ROUTE


def test_the_reader_of_events_touches_its_queue_alone():
    assert {statement["Resource"] for statement in granted("EventsPolicy").values()} == {"arn:EventQueue"}


def test_backups_are_written_and_read_and_never_deleted():
    assert not {action for action in actions("BackupPolicy") if "Delete" in action}
    assert granted("BackupPolicy")["Files"]["Resource"] == OBJECTS
    assert granted("BackupPolicy")["List"]["Condition"] == {"StringLike": {"s3:prefix": "job-mail/*"}}


def test_the_function_sends_hits_and_writes_its_log():
    (policy,) = STACK.properties("LogoRole")["Policies"]
    given = {tuple(listed(one["Action"])): one["Resource"] for one in policy["PolicyDocument"]["Statement"]}
    assert given == {
        ("sqs:SendMessage",): "arn:EventQueue",
        ("logs:CreateLogStream", "logs:PutLogEvents"): "arn:LogoLog",
    }


def test_the_queue_takes_messages_of_our_topic_alone():
    for name in ("EventQueuePolicy", "DeadLettersPolicy"):
        (allowed,) = (one for one in granted(name).values() if one["Effect"] == "Allow")
        assert allowed["Action"] == "sqs:SendMessage"
        assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": "EventTopic"}}


def test_the_topic_takes_events_of_our_configuration_set_alone():
    (allowed,) = granted("EventTopicPolicy").values()
    assert allowed["Condition"]["StringEquals"] == {
        "aws:SourceAccount": "123456789012",
        "aws:SourceArn": f"{SES}configuration-set/Monitoring",
    }
