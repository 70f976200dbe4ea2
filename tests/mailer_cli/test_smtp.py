# ruff: noqa: N802 (aiosmtpd finds its hooks by these names)
"""SMTP against a real server on loopback."""

import socket
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from mailer_cli.config import SmtpSettings
from mailer_cli.delivery import DeliveryError, Smtp
from tests.mailer_cli.samples import envelope, settings

NOT_SENT, PERMANENT, AMBIGUOUS, STOP = (
    (False, False, False),
    (True, False, False),
    (False, True, False),
    (False, False, True),
)


class House:
    """A receiving server that answers MAIL, RCPT and DATA as it is told, and keeps what it took."""

    def __init__(self):
        self.answers, self.taken, self.connections, self.drop = {}, [], 0, ""

    async def handle_EHLO(self, server, session, asked, hostname, responses):
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(self, server, session, asked, address, options):
        asked.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, asked, address, options):
        asked.rcpt_tos.append(address)
        if self.drop == "RCPT":
            server.transport.abort()
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server, session, asked):
        if self.drop == "DATA":
            server.transport.abort()
        answer = self.answers.get("DATA", "250 queued as 42")
        if answer.startswith("250"):
            self.taken.append((asked.mail_from, asked.rcpt_tos, asked.original_content))
        return answer

    async def handle_RSET(self, server, session, asked):
        if self.drop == "RSET":
            self.drop = ""
            server.transport.abort()
        return "250 OK"


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def smtp(port, **changes):
    chosen = replace(SmtpSettings("127.0.0.1", port, starttls=False, username="", password=""), **changes)
    return Smtp(settings(smtp=chosen))


def flags(error):
    return error.value.permanent, error.value.ambiguous, error.value.stop


@pytest.fixture
def house():
    return House()


@pytest.fixture
def controller(house):
    def authenticate(server, session, asked, mechanism, data):
        return AuthResult(success=data.password == b"right", handled=False)

    server = Controller(
        house, "127.0.0.1", closed_port(), authenticator=authenticate, auth_require_tls=False, decode_data=False
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def delivery(controller):
    opened = smtp(controller.port)
    yield opened
    opened.close()


def test_mails_arrive_whole_over_one_connection(delivery, house):
    assert delivery.deliver(envelope(1)) == "queued as 42"
    delivery.deliver(envelope(2))
    assert [(sender, to) for sender, to, _ in house.taken] == [
        ("jobs@mail.example.com", ["student1@example.com"]),
        ("jobs@mail.example.com", ["student2@example.com"]),
    ]
    assert [content for _, _, content in house.taken] == [envelope(1).message, envelope(2).message]
    assert house.connections == 1


@pytest.mark.parametrize(
    ("step", "answer", "meaning"),
    [
        ("RCPT", "452 4.2.2 mailbox full", NOT_SENT),
        ("RCPT", "550 5.1.1 <student1@example.com> unknown", PERMANENT),
        ("DATA", "451 4.7.1 try later", NOT_SENT),
        ("DATA", "554 5.7.1 refused", PERMANENT),
        ("DATA", "354 what", AMBIGUOUS),
        ("MAIL", "451 4.3.0 busy", NOT_SENT),
        ("MAIL", "550 5.7.1 sender refused", STOP),
    ],
)
def test_an_answer_means_what_it_proves(delivery, house, step, answer, meaning):
    house.answers[step] = answer
    with pytest.raises(DeliveryError) as refused:
        delivery.deliver(envelope(1))
    assert flags(refused) == meaning
    assert answer[:3] in str(refused.value)
    assert "student1" not in str(refused.value)
    house.answers.clear()
    delivery.deliver(envelope(2))
    assert [to for _, to, _ in house.taken] == [["student2@example.com"]]


@pytest.mark.parametrize(("step", "meaning"), [("RCPT", NOT_SENT), ("DATA", AMBIGUOUS)])
def test_a_lost_connection_is_ambiguous_once_the_body_has_gone(delivery, house, step, meaning):
    house.drop = step
    with pytest.raises(DeliveryError, match="connection failed") as lost:
        delivery.deliver(envelope(1))
    assert flags(lost) == meaning
    house.drop = ""
    delivery.deliver(envelope(2))
    assert house.connections == 2


def test_a_server_that_hung_up_between_mails_is_called_again(delivery, house):
    delivery.deliver(envelope(1))
    house.drop = "RSET"
    delivery.deliver(envelope(2))
    assert (len(house.taken), house.connections) == (2, 2)


def test_a_refused_connection_proves_it_unsent():
    with pytest.raises(DeliveryError, match="before the mail was sent") as refused:
        smtp(closed_port()).deliver(envelope())
    assert flags(refused) == NOT_SENT


def test_a_name_that_does_not_resolve_proves_it_unsent(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DeliveryError, match="not known") as refused:
        smtp(25, host="relay.example.com").deliver(envelope())
    assert flags(refused) == NOT_SENT


def test_nothing_goes_in_the_clear_when_starttls_is_asked(controller, house):
    with pytest.raises(DeliveryError, match="not as set") as refused:
        smtp(controller.port, starttls=True).deliver(envelope())
    assert flags(refused) == STOP
    assert house.taken == []


def test_login_is_used(controller, house):
    delivery = smtp(controller.port, username="school", password="right")
    delivery.deliver(envelope())
    delivery.close()
    assert len(house.taken) == 1


def test_a_wrong_password_stops_the_run(controller, house):
    with pytest.raises(DeliveryError) as refused:
        smtp(controller.port, username="school", password="wrong").deliver(envelope())
    assert flags(refused) == STOP
    assert "wrong" not in str(refused.value)
    assert house.taken == []
