"""infra/template.yaml: who may do what, and nobody more."""

import re
from collections.abc import Iterator
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
DEFAULT_ROUTE = [f"{SES}identity/mail.example.com", f"{SES}identity/jobs@mail.example.com"]
CHUNJAE_ROUTE = [f"{SES}identity/plain.example.com", f"{SES}identity/jobs@plain.example.com"]
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

NEEDS = {  # docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html: the parts of an upload are PutObject too
    "upload_file": {"s3:PutObject", "s3:AbortMultipartUpload"},
    "put_object": {"s3:PutObject"},
    "download_file": {"s3:GetObject"},
    "get_object": {"s3:GetObject"},
    "get_paginator": {"s3:ListBucket"},
    "receive_message": {"sqs:ReceiveMessage"},
    "delete_message_batch": {"sqs:DeleteMessage"},
    "get_queue_attributes": {"sqs:GetQueueAttributes"},
    "get_account": {"ses:GetAccount"},
    "get_configuration_set": {"ses:GetConfigurationSet"},
    "get_email_identity": {"ses:GetEmailIdentity"},
    "send_email": SEND,  # the content is raw, for which SES looks for ses:SendRawEmail
}


def needed(*modules: str) -> set[str]:
    """Return the rights that the calls of boto3's clients in these modules need."""
    calls = {call for module in modules for call in re.findall(r"client\.(\w+)\b", (ROOT / module).read_text())}
    return {action for call in calls - {"close"} for action in NEEDS[call]}


def test_the_sender_may_do_what_it_calls():
    assert needed("mailer_cli/delivery/ses.py", "mailer_cli/delivery/sesaccount.py") == actions("SenderPolicy")


def test_the_reader_of_events_may_do_what_it_calls():
    assert needed("mailer_cli/messages.py", "mailer_cli/doctor.py") == actions("EventsPolicy")


def test_a_backup_may_do_what_it_calls():
    assert needed("ops/backup/bucket.py") == actions("BackupPolicy")


def test_no_other_program_calls_aws():
    """A new caller needs a policy here, and a line in docs/aws.md."""
    modules = [path for room in ("jobdb", "jobspider", "mailer_cli", "ops") for path in (ROOT / room).rglob("*.py")]
    assert {str(path.relative_to(ROOT)) for path in modules if "boto3.client(" in path.read_text()} == {
        "mailer_cli/delivery/ses.py", "mailer_cli/delivery/sesaccount.py", "mailer_cli/messages.py",
        "mailer_cli/doctor.py", "ops/backup/bucket.py",
    }  # fmt: skip


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
    assert granted("BackupPolicy")["List"]["Resource"] == "arn:Backups"


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
