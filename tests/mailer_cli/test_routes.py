import pytest

from mailer_cli.routes import route_of, sender_of
from tests.mailer_cli.samples import settings

DOMAINS = ("chunjae.co.kr", "chunjae.com", "천재.kr")
ROUTES = [
    ("a@chunjae.co.kr", "chunjae"),
    ("a@CHUNJAE.co.kr.", "chunjae"),
    ("a@mail.team.chunjae.com", "chunjae"),
    ("a@xn--z69a67x.kr", "default"),
    ("a@천재.kr", "chunjae"),
    (f"a@{'천재'.encode('idna').decode()}.kr", "chunjae"),
    ("a@notchunjae.com", "default"),
    ("a@chunjae.com.example.org", "default"),
    ("chunjae.com@naver.com", "default"),
    ("a@kr", "default"),
]


@pytest.mark.parametrize(("address", "route"), ROUTES)
def test_the_recipients_domain_chooses_the_route(address, route):
    assert route_of(address, DOMAINS) == route


@pytest.mark.parametrize(
    ("way", "address", "sender"),
    [
        ("ses", "a@chunjae.com", "jobs@plain.example.com"),
        ("outbox", "a@chunjae.com", "jobs@plain.example.com"),
        ("smtp", "a@chunjae.com", "jobs@mail.example.com"),
        ("ses", "a@naver.com", "jobs@mail.example.com"),
    ],
)
def test_the_route_chooses_the_sender(way, address, sender):
    assert sender_of(address, settings(delivery=way)) == sender
