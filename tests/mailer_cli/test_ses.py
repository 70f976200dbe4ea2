"""SES against the simulator on loopback, one HTTP request a mail."""

import socket
from dataclasses import replace

import boto3
import pytest
from botocore.config import Config
from botocore.validate import ParamValidator

from mailer_cli.delivery import DeliveryError, Ses, ses, sesaccount
from mailer_cli.delivery.ses import tag
from sandbox.ses import QUOTA, RATE, Account, Fault, Refused, SesServer
from tests.mailer_cli.samples import envelope, settings

FLAGS = ("permanent", "ambiguous", "stop", "quota", "too_fast")
NOT_SENT, PERMANENT, AMBIGUOUS, STOP = (), ("permanent",), ("ambiguous",), ("stop",)
TOO_FAST, OUT_OF_QUOTA = ("too_fast",), ("stop", "quota")
OUTCOMES = [
    (Fault.HANG_UP_BEFORE, AMBIGUOUS, 0),
    (Fault.HANG_UP_AFTER, AMBIGUOUS, 1),
    (Fault.HANG_BEFORE, AMBIGUOUS, 0),
    (Fault.HANG_AFTER, AMBIGUOUS, 1),
    (Fault.GATEWAY, AMBIGUOUS, 1),
    (Fault.EMPTY, AMBIGUOUS, 1),
    (Fault.CUT_SHORT, AMBIGUOUS, 1),
    (Refused(500, "InternalServiceError", "try again"), AMBIGUOUS, 0),
    (Refused(503, "ServiceUnavailable", "busy"), AMBIGUOUS, 0),
    (Refused(403, "", "Forbidden", by_aws=False), AMBIGUOUS, 0),
    (RATE, TOO_FAST, 0),
    (Refused(400, "ThrottlingException", "Rate exceeded"), TOO_FAST, 0),
    (QUOTA, OUT_OF_QUOTA, 0),
    (Refused(400, "LimitExceededException", "Daily message quota exceeded."), OUT_OF_QUOTA, 0),
    (Refused(400, "MessageRejected", "Address blacklisted: student1@example.com"), PERMANENT, 0),
    (Refused(400, "BadRequestException", "bad header"), PERMANENT, 0),
    (Refused(400, "SendingPausedException", "paused"), STOP, 0),
    (Refused(400, "AccountSuspendedException", "suspended"), STOP, 0),
    (Refused(400, "MailFromDomainNotVerifiedException", "unverified"), STOP, 0),
    (Refused(404, "NotFoundException", "no such set"), STOP, 0),
    (Refused(403, "InvalidSignatureException", "signature"), STOP, 0),
    (Refused(403, "UnrecognizedClientException", "token"), STOP, 0),
    (Refused(400, "SomethingNewException", "unheard of"), STOP, 0),
]


@pytest.fixture
def environment(monkeypatch):
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "invented",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return monkeypatch


@pytest.fixture
def account(environment):
    """An account whose main domain has a default configuration set, and whose plain identity has none."""
    known = Account({"mail.example.com": "mail_monitoring", "jobs@plain.example.com": None})
    with SesServer(known, patience=0.05) as server:
        environment.setenv("AWS_ENDPOINT_URL_SESV2", server.endpoint)
        yield known


@pytest.fixture
def delivery(account):
    opened = Ses(settings())
    yield opened
    opened.close()


def flags(error):
    return tuple(name for name in FLAGS if getattr(error.value, name))


def test_the_default_route_is_tracked_and_tagged(delivery, account):
    message_id = delivery.deliver(envelope(1))
    (mail,) = account.accepted
    assert mail.message_id == message_id
    assert mail.raw == envelope(1).message
    assert (mail.sender, mail.recipient) == ("jobs@mail.example.com", "student1@example.com")
    assert mail.configuration_set == "mail_monitoring"
    assert mail.tags == {"course": "bigdata-7", "edition": "12", "delivery": envelope(1).delivery_id}


def test_the_chunjae_route_has_no_set_and_no_tags(delivery, account):
    delivery.deliver(envelope(1, route="chunjae", recipient="kim@chunjae.co.kr"))
    assert account.accepted[0].configuration_set is None
    assert account.accepted[0].sender == "jobs@plain.example.com"
    assert account.requests[0].keys() == {"FromEmailAddress", "Destination", "Content"}


@pytest.mark.parametrize("route", ["default", "chunjae"])
def test_a_request_is_what_the_sdk_knows_of_ses(delivery, account, route):
    """The SDK's own check of each request is off: here it is made once for each shape of ours."""
    shape = delivery._client.meta.service_model.operation_model("SendEmail").input_shape
    found = ParamValidator().validate(delivery._request(envelope(1, route=route)), shape)
    assert not found.has_errors(), found.generate_report()


def test_the_simulator_applies_an_identitys_default_set(delivery, account):
    account.identities["jobs@plain.example.com"] = "mail_monitoring"
    delivery.deliver(envelope(1, route="chunjae"))
    assert account.accepted[0].configuration_set == "mail_monitoring"


@pytest.mark.parametrize(
    ("fault", "meaning", "taken"), OUTCOMES, ids=lambda value: getattr(value, "code", None) or str(value)
)
def test_an_outcome_means_what_it_proves_and_is_asked_once(delivery, account, fault, meaning, taken):
    account.faults.append(fault)
    with pytest.raises(DeliveryError) as failed:
        delivery.deliver(envelope(1))
    assert flags(failed) == meaning
    assert "student1" not in str(failed.value)
    assert (len(account.requests), len(account.accepted)) == (1, taken)
    delivery.deliver(envelope(2))
    assert account.accepted[-1].recipient == "student2@example.com"


def test_a_refused_connection_proves_it_unsent(environment):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment.setenv("AWS_ENDPOINT_URL_SESV2", f"http://127.0.0.1:{port}")
    with pytest.raises(DeliveryError, match="not reached") as refused:
        Ses(settings()).deliver(envelope())
    assert flags(refused) == NOT_SENT


def test_an_answer_that_does_not_come_in_time_is_ambiguous(account, environment):
    environment.setattr(ses, "ONCE", ses.ONCE.merge(Config(read_timeout=0.05)))
    with SesServer(account, patience=5) as slow:
        environment.setenv("AWS_ENDPOINT_URL_SESV2", slow.endpoint)
        impatient = Ses(settings())
        account.faults.append(Fault.HANG_AFTER)
        with pytest.raises(DeliveryError, match="lost") as lost:
            impatient.deliver(envelope())
    assert flags(lost) == AMBIGUOUS
    assert (len(account.requests), len(account.accepted)) == (1, 1)


def test_a_server_that_went_away_refuses(account, environment, delivery):
    with SesServer(account) as server:
        environment.setenv("AWS_ENDPOINT_URL_SESV2", server.endpoint)
        kept = Ses(settings())
        kept.deliver(envelope(1))
        with server.refusing(), pytest.raises(DeliveryError, match="not reached") as refused:
            kept.deliver(envelope(2))
        assert flags(refused) == NOT_SENT
        kept.deliver(envelope(2))
    assert len(account.accepted) == 2


def test_missing_credentials_stop_the_run(account, environment):
    environment.delenv("AWS_ACCESS_KEY_ID")
    environment.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(DeliveryError, match="credentials") as refused:
        Ses(settings()).deliver(envelope())
    assert flags(refused) == STOP
    assert account.requests == []


def test_an_unknown_sender_or_set_is_refused_as_ses_does(delivery, account):
    with pytest.raises(DeliveryError, match="not verified") as refused:
        delivery.deliver(envelope(sender="jobs@other.example.com"))
    assert flags(refused) == PERMANENT
    elsewhere = Ses(settings(ses=replace(settings().ses, configuration_set="misspelt")))
    with pytest.raises(DeliveryError, match="does not exist") as refused:
        elsewhere.deliver(envelope())
    assert flags(refused) == STOP
    assert account.accepted == []


def test_the_simulator_keeps_rate_and_quota(delivery, account):
    seconds = iter([0.0, 0.1, 0.2, 1.1, 2.5])
    account.clock, account.rate, account.quota = lambda: next(seconds), 2, 3
    delivery.deliver(envelope(1))
    delivery.deliver(envelope(2))
    with pytest.raises(DeliveryError, match="Maximum sending rate"):
        delivery.deliver(envelope(3))
    delivery.deliver(envelope(3))
    with pytest.raises(DeliveryError, match="Daily message quota"):
        delivery.deliver(envelope(4))
    assert len(account.accepted) == 3


READINESS = [
    ({}, ()),
    ({"enabled": False}, ("SES has sending switched off for this account",)),
    ({"quota": 99}, ("SES lets 99 more mails out within 24 hours, and 100 are to go",)),
    ({"unverified": ("mail.example.com",)}, ("SES has neither jobs@mail.example.com nor its domain verified",)),
    ({"unverified": ("jobs@plain.example.com",)}, ("SES has neither jobs@plain.example.com nor its domain",)),
    ({"configuration_sets": ("other",)}, ("SES has no configuration set mail_monitoring",)),
    (
        {"identities": {"mail.example.com": None, "jobs@plain.example.com": "mail_monitoring"}},
        ("SES puts the default configuration set mail_monitoring on the chunjae route's jobs@plain.example.com",),
    ),
    (
        {"identities": {"mail.example.com": None, "plain.example.com": "mail_monitoring"}},
        ("SES puts the default configuration set mail_monitoring on the chunjae route's jobs@plain.example.com",),
    ),
    (
        {"enabled": False, "configuration_sets": ()},
        ("SES has sending switched off for this account", "SES has no configuration set mail_monitoring"),
    ),
]


@pytest.mark.parametrize(("changes", "told"), READINESS)
def test_a_preflight_finds_what_is_amiss_all_at_once(delivery, account, changes, told):
    for name, value in changes.items():
        setattr(account, name, value)
    ready = delivery.readiness(100)
    assert len(ready.findings) == len(told)
    assert all(finding.startswith(words) for finding, words in zip(ready.findings, told, strict=True))


@pytest.mark.parametrize(("limit", "rate"), [(1, 0.8), (14, 11.2), (100, 14)])
def test_the_rate_is_the_lower_of_ours_and_most_of_the_accounts(delivery, account, limit, rate):
    account.rate = limit
    assert delivery.readiness(1).rate == pytest.approx(rate)


def test_a_preflight_that_gets_no_answer_says_so(environment):
    environment.setenv("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:1")
    environment.setattr(sesaccount, "QUESTIONS", sesaccount.QUESTIONS.merge(Config(retries={"total_max_attempts": 1})))
    findings = Ses(settings()).readiness(1).findings
    assert findings
    assert all("cannot be asked" in finding or "neither" in finding for finding in findings)


def test_the_simulator_answers_a_preflight(delivery, account, environment):
    client = boto3.client("sesv2", region_name="ap-northeast-2")
    assert client.get_account()["SendQuota"]["MaxSendRate"] == 14
    assert client.get_email_identity(EmailIdentity="mail.example.com")["ConfigurationSetName"] == "mail_monitoring"
    assert "ConfigurationSetName" not in client.get_email_identity(EmailIdentity="jobs@plain.example.com")
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_configuration_set(ConfigurationSetName="misspelt")


@pytest.mark.parametrize(
    ("value", "taken"), [("BIGDATA 77", "BIGDATA_77"), ("빅데이터 9기", "_9_"), ("", "_"), ("a" * 300, "a" * 256)]
)
def test_a_tag_has_only_what_ses_takes(value, taken):
    assert tag(value) == taken
