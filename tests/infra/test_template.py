"""infra/template.yaml: what it sets up in SES, in the queue, for the endpoint and for backups."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from botocore.session import get_session
from cfnlint.api import lint_file
from cfnlint.config import ManualArgs

from mailer_cli.config import read_mail_settings
from tests.infra.stack import ROOT, TEMPLATE, Stack, template

STACK = Stack()
ENDPOINT = ROOT / "infra" / "logo"
CERTIFICATE = "arn:aws:acm:ap-northeast-2:123456789012:certificate/0f6b8b1e"
# `open` would put SES's pixel into each mail, which Naver never fetches; lists of SES's own are not used.
UNASKED = {"OPEN", "SUBSCRIPTION"}
SAID_OF_A_REQUEST = {"requestId", "requestTime", "routeKey", "status", "responseLatency", "integrationErrorMessage"}


def test_cloudformation_s_own_rules_find_nothing():
    assert [str(found) for found in lint_file(TEMPLATE, config=ManualArgs(regions=["ap-northeast-2"]))] == []


def test_every_parameter_says_what_it_is():
    assert all(parameter["Description"] for parameter in template()["Parameters"].values())


@pytest.mark.parametrize(
    ("domain", "certificate", "accepted"),
    [("", "", True), ("t.example.com", CERTIFICATE, True), ("t.example.com", "", False), ("", CERTIFICATE, False)],
)
def test_a_host_name_comes_with_its_certificate(domain, certificate, accepted):
    (assertion,) = template()["Rules"]["AHostNameComesWithItsCertificate"]["Assertions"]
    stack = Stack(TrackingDomain=domain, TrackingCertificateArn=certificate)
    assert stack.holds(assertion["Assert"]) is accepted


@pytest.mark.parametrize("name", ["가온코딩스쿨", "Gaon Coding School 2"])
def test_a_school_s_name_may_be(name):
    assert re.fullmatch(template()["Parameters"]["SchoolName"]["AllowedPattern"], name)


@pytest.mark.parametrize("name", ['a"b', "a\\b", "${Token}", "<b>", ""])
def test_a_school_s_name_may_not_break_the_dashboard_s_json(name):
    assert not re.fullmatch(template()["Parameters"]["SchoolName"]["AllowedPattern"], name)


# --- SES ---


def event_types(destination: dict) -> set[str]:
    """Return a destination's event types as SES's API spells them: renderingFailure is RENDERING_FAILURE there."""
    return {re.sub(r"(?=[A-Z])", "_", word).upper() for word in destination["MatchingEventTypes"]}


def destinations() -> dict[str, dict]:
    found = STACK.of_type("AWS::SES::ConfigurationSetEventDestination")
    return {name: told["EventDestination"] for name, told in found}


def every_event_of_ses() -> set[str]:
    return set(get_session().get_service_model("sesv2").shape_for("EventType").enum)


def test_all_that_ses_tells_reaches_the_queue():
    (queue,) = (told for told in destinations().values() if "SnsDestination" in told)
    assert event_types(queue) == every_event_of_ses() - UNASKED
    assert queue["SnsDestination"]["TopicARN"] == "EventTopic"


@pytest.mark.parametrize("name", destinations())
def test_a_destination_is_on_and_asks_for_what_exists_and_never_for_opens(name):
    told = destinations()[name]
    assert told["Enabled"] is True
    assert event_types(told) <= every_event_of_ses() - UNASKED


def test_metrics_come_by_course_and_for_all_courses():
    asked = {
        dimension["DimensionName"]: (dimension["DimensionValueSource"], event_types(told))
        for told in destinations().values()
        for dimension in told.get("CloudWatchDestination", {}).get("DimensionConfigurations", [])
    }
    assert set(asked) == {"course", "ses:configuration-set"}
    for source, types in asked.values():
        assert source == "messageTag"
        assert types >= {"SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "CLICK"}


def test_each_destination_has_one_dimension_as_several_would_multiply():
    metrics = [told["CloudWatchDestination"] for told in destinations().values() if "CloudWatchDestination" in told]
    assert [len(told["DimensionConfigurations"]) for told in metrics] == [1, 1]


def test_the_defaults_are_the_names_of_the_settings():
    mail = read_mail_settings(ROOT / "config" / "mail.toml", {})
    assert STACK.properties("Monitoring")["Name"] == mail.ses.configuration_set
    backup = tomllib.loads((ROOT / "config" / "backup.toml").read_text(encoding="utf-8"))["backup"]
    assert STACK.known["BackupPrefix"] == backup["prefix"]


@pytest.mark.parametrize(
    ("name", "domain"), [("MailIdentity", "mail.example.com"), ("ChunjaeIdentity", "plain.example.com")]
)
def test_an_identity_signs_has_its_mail_from_and_no_default_set(name, domain):
    identity = STACK.properties(name)
    assert identity["EmailIdentity"] == domain
    assert identity["MailFromAttributes"]["MailFromDomain"] == f"bounce.{domain}"
    assert identity["DkimSigningAttributes"] == {"NextSigningKeyLength": "RSA_2048_BIT"}
    assert "ConfigurationSetAttributes" not in identity


def test_identities_that_exist_are_left_alone():
    about = {**template()["Resources"], **template()["Outputs"]}
    bound = {name for name, told in about.items() if told.get("Condition") == "MakeIdentities"}
    assert bound == {"MailIdentity", "ChunjaeIdentity", "MailDkimRecords", "ChunjaeDkimRecords", "MailFromRecords"}
    assert not Stack(Identities="exist").holds("MakeIdentities")


def test_bounces_come_by_mail_only_where_no_event_tells_them():
    """SES tells them by mail where it has no other way, says PutEmailIdentityFeedbackAttributes of its API."""
    assert STACK.properties("MailIdentity")["FeedbackAttributes"] == {"EmailForwardingEnabled": False}
    assert STACK.properties("ChunjaeIdentity")["FeedbackAttributes"] == {"EmailForwardingEnabled": True}


# --- the queue ---


@pytest.mark.parametrize("name", ["EventQueue", "DeadLetters"])
def test_a_queue_is_encrypted_and_keeps_for_fourteen_days(name):
    queue = STACK.properties(name)
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_what_cannot_be_handed_over_is_kept_aside():
    dead = {"deadLetterTargetArn": "arn:DeadLetters"}
    assert STACK.properties("EventQueue")["RedrivePolicy"] == {**dead, "maxReceiveCount": 10}
    assert STACK.properties("EventSubscription")["RedrivePolicy"] == dead


# --- the endpoint ---


def names_read_by(path: Path) -> set[str]:
    """Return the constant names by which a module reads `environment` or `os.environ`."""
    return {
        node.slice.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
        if ast.unparse(node.value) in {"environment", "os.environ"}
    }


def test_the_function_is_given_the_settings_it_reads_and_no_other():
    read = set().union(*map(names_read_by, ENDPOINT.glob("*.py")))
    assert read == set(STACK.properties("Logo")["Environment"]["Variables"])


def test_the_keys_come_from_the_secret_s_named_version():
    keys = STACK.properties("Logo")["Environment"]["Variables"]["MAIL_TOKEN_KEYS"]
    version = STACK.known["TokenKeysVersion"]
    assert keys == f"{{{{resolve:secretsmanager:job-mail/token-keys:SecretString:::{version}}}}}"


def test_hits_and_events_share_a_queue():
    assert STACK.properties("Logo")["Environment"]["Variables"]["HITS_QUEUE_URL"] == "EventQueue"
    assert STACK.value(template()["Outputs"]["QueueUrl"]["Value"]) == "EventQueue"


def test_the_routes_are_those_of_the_mails_links():
    events = [event["Properties"] for event in STACK.properties("Logo")["Events"].values()]
    assert {(event["Method"], event["Path"]) for event in events} == {
        ("GET", "/o/{token}"), ("HEAD", "/o/{token}"), ("GET", "/u/{token}"), ("POST", "/u/{token}"),
    }  # fmt: skip


def test_the_log_of_requests_keeps_no_ip_no_token_and_no_program():
    line = STACK.properties("Tracking")["AccessLogSettings"]["Format"]
    assert set(re.findall(r"\$context\.([\w.]+)", line)) == SAID_OF_A_REQUEST
    assert "\n" not in line


@pytest.mark.parametrize("name", ["LogoLog", "RequestLog"])
def test_logs_are_not_kept_for_ever(name):
    assert STACK.properties(name)["RetentionInDays"] == 30


def test_requests_are_throttled():
    limits = STACK.properties("Tracking")["DefaultRouteSettings"]
    assert 0 < limits["ThrottlingRateLimit"] <= limits["ThrottlingBurstLimit"] <= 1000


@pytest.mark.parametrize(
    ("parameters", "url", "closed"),
    [
        ({}, "https://Tracking.execute-api.ap-northeast-2.amazonaws.com", False),
        ({"TrackingDomain": "t.example.com", "TrackingCertificateArn": CERTIFICATE}, "https://t.example.com", True),
    ],
)
def test_the_endpoint_s_address_is_one(parameters, url, closed):
    stack = Stack(**parameters)
    assert stack.value(template()["Outputs"]["TrackingUrl"]["Value"]) == url
    assert stack.properties("Tracking")["DisableExecuteApiEndpoint"] is closed


# --- backups ---


def test_the_bucket_is_private_encrypted_and_versioned():
    bucket = STACK.properties("Backups")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_no_bucket_is_public():
    assert [name for name, _ in STACK.of_type("AWS::S3::Bucket")] == ["Backups"]
    for _, policy in STACK.of_type("AWS::S3::BucketPolicy"):
        assert {statement["Effect"] for statement in policy["PolicyDocument"]["Statement"]} == {"Deny"}


def test_backups_outlive_the_stack():
    assert template()["Resources"]["Backups"]["DeletionPolicy"] == "Retain"
    assert template()["Resources"]["Backups"]["UpdateReplacePolicy"] == "Retain"


def test_a_backup_goes_after_three_months_with_all_that_is_left_of_it():
    rules = STACK.properties("Backups")["LifecycleConfiguration"]["Rules"]
    done = [{key: value for key, value in rule.items() if key not in {"Id", "Status"}} for rule in rules]
    assert {rule["Status"] for rule in rules} == {"Enabled"}
    assert done == [
        {"ExpirationInDays": 90},
        {"NoncurrentVersionExpiration": {"NoncurrentDays": 7}},
        {"ExpiredObjectDeleteMarker": True},  # in a rule of its own: S3 refuses it beside days
        {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2}},
    ]
