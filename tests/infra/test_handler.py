"""The endpoint: what it answers and keeps, in the project's tree."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.logo.endpoint import Endpoint, Hit, HitLost
from infra.logo.pages import pages
from infra.logo.sqs import Queue
from infra.package import main
from infra.picture import DEFAULT_LOGO, read_logo
from jobdb.errors import DataError
from mailer_cli.tokens import LENGTH, Kind, token
from tests.infra.lambdaevents import AGENT, function_url, http_api, multipart

KEYS = (bytes(range(32)),)
DELIVERY = "11111111-1111-4111-8111-111111111111"
NOW = datetime(2026, 11, 24, 8, 0, 1, 123456, tzinfo=UTC)
FORM_LINK = "https://forms.example.com/unsubscribe?a=1&b=2"
PAGES = pages("가온코딩스쿨", FORM_LINK)
LOGO = read_logo(DEFAULT_LOGO)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Kept:
    """An endpoint and the hits that it kept."""

    def __init__(self, trouble: str = "") -> None:
        self.hits: list[Hit] = []
        self.trouble = trouble
        self.endpoint = Endpoint(KEYS, LOGO, PAGES, self.keep)

    def keep(self, hit: Hit) -> None:
        if self.trouble:
            raise HitLost(self.trouble)
        self.hits.append(hit)

    def answer(self, event: object) -> Any:
        return self.endpoint.answer(event, NOW)


def path(kind: Kind, keys: tuple[bytes, ...] = KEYS) -> str:
    named = token(kind, DELIVERY, keys)
    return f"/o/{named}.png" if kind == "open" else f"/u/{named}"


def without(event: dict[str, Any], *names: str) -> dict[str, Any]:
    """The event without a field, which a dotted name gives."""
    for name in names:
        *tables, last = name.split(".")
        table = event
        for part in tables:
            table = table[part]
        del table[last]
    return event


SHAPES: dict[str, Callable[[str, str], dict[str, Any]]] = {
    "HTTP API": http_api,
    "HTTP API behind a stage": lambda method, path: http_api(method, path, stage="prod"),
    "function URL": function_url,
    "without headers": lambda method, path: without(http_api(method, path), "headers"),
    "without an id": lambda method, path: without(http_api(method, path), "requestContext.requestId"),
    "path in the context alone": lambda method, path: without(http_api(method, path), "rawPath"),
    "agent in the context alone": lambda method, path: without(function_url(method, path), "headers.user-agent"),
    "method in lower case": lambda method, path: http_api(method.lower(), path),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_an_event_is_a_hit(shape):
    kept = Kept()
    outcome = kept.answer(SHAPES[shape]("GET", path("open")))
    assert (outcome.reply.status, outcome.reply.body, outcome.metric) == (200, LOGO, "LogoOpens")
    (hit,) = kept.hits
    assert hit.pop("id")
    assert hit == {"hit": "open", "delivery": DELIVERY, "at": "2026-11-24T08:00:01.123Z", "agent": AGENT}


BODIES = {
    "urlencoded": (b"List-Unsubscribe=One-Click", "one_click"),
    "urlencoded among others": (b"a=1&List-Unsubscribe=One-Click&b=2", "one_click"),
    "multipart": (multipart()[0], "one_click"),
    "multipart with a type of the part": (
        multipart()[0].replace(b'"\r\n\r\n', b'"\r\nContent-Type: text/plain\r\n\r\n'), "one_click",
    ),
    "in other letters": (b"list-unsubscribe=one-click", "one_click"),
    "the button": (b"", "page"),
    "another field": (multipart(b"Subscribe")[0], "page"),
    "another value": (b"List-Unsubscribe=Never", "page"),
    "rubbish": (bytes(range(256)), "page"),
    "beyond what is read": (b"x" * 2000 + b"&List-Unsubscribe=One-Click", "page"),
}  # fmt: skip


@pytest.mark.parametrize("words", BODIES)
@pytest.mark.parametrize("shape", [http_api, function_url])
def test_a_post_unsubscribes_and_says_how(shape, words):
    body, how = BODIES[words]
    kept = Kept()
    outcome = kept.answer(shape("POST", path("unsubscribe"), body, multipart()[1]))
    assert (outcome.reply.status, outcome.reply.body, outcome.metric) == (200, PAGES.done, "Unsubscribes")
    (hit,) = kept.hits
    assert hit.pop("id")
    assert hit == {"hit": "unsubscribe", "how": how, "delivery": DELIVERY, "at": "2026-11-24T08:00:01.123Z"}


def test_a_body_that_is_no_base64_still_unsubscribes():
    kept = Kept()
    kept.answer(http_api("POST", path("unsubscribe"), b"a") | {"isBase64Encoded": True})
    assert [hit["how"] for hit in kept.hits] == ["page"]


# method, kind of link, what is counted of a true token, hits of it
ANSWERS = [
    ("GET", "open", "LogoOpens", 1),
    ("HEAD", "open", None, 0),
    ("GET", "unsubscribe", None, 0),
    ("HEAD", "unsubscribe", None, 0),
    ("POST", "unsubscribe", "Unsubscribes", 1),
]


def forgeries(kind: Kind) -> list[str]:
    true = path(kind)
    other: Kind = "open" if kind == "unsubscribe" else "unsubscribe"
    return [
        path(kind, (bytes(32),)),
        true[:5] + ("A" if true[5] != "A" else "B") + true[6:],
        true[:2] + path(other)[2:],
        f"{true[:3]}",
        f"{true[:3]}<script>alert(1)",
    ]


@pytest.mark.parametrize(("method", "kind", "metric", "hits"), ANSWERS)
def test_a_forged_token_is_answered_as_a_true_one_and_is_no_hit(method, kind, metric, hits):
    true = Kept()
    answered = true.answer(http_api(method, path(kind)))
    assert (answered.metric, len(true.hits)) == (metric, hits)
    for forged in forgeries(kind):
        kept = Kept()
        outcome = kept.answer(http_api(method, forged))
        assert outcome.reply == answered.reply
        assert kept.hits == []
        assert outcome.metric == (None if method == "HEAD" else "ForgedTokens")


@pytest.mark.parametrize(
    ("method", "wanted", "status", "allowed"),
    [
        ("GET", "/", 404, None), ("GET", "", 404, None), ("GET", "/x/y", 404, None),
        ("POST", "/favicon.ico", 404, None), ("GET", "/u/../../etc/passwd", 404, None), ("GET", "/u/", 200, None),
        ("POST", "/o/x.png", 405, "GET, HEAD"),
        ("DELETE", "/u/x", 405, "GET, HEAD, POST"), ("", "/u/x", 405, "GET, HEAD, POST"),
    ],
)  # fmt: skip
def test_what_is_not_served_is_refused(method, wanted, status, allowed):
    reply = Kept().answer(http_api(method, wanted)).reply
    assert (reply.status, dict(reply.headers).get("allow")) == (status, allowed)


def test_nothing_is_cached_and_nothing_is_set():
    for event in (http_api("GET", path("open")), http_api("GET", path("unsubscribe")), http_api("GET", "/")):
        headers = dict(Kept().answer(event).reply.headers)
        assert "no-store" in headers["cache-control"]
        assert not {"etag", "last-modified", "set-cookie", "location"} & set(headers)


def test_an_opening_that_cannot_be_kept_still_shows_the_logo():
    outcome = Kept("ConnectTimeoutError").answer(http_api("GET", path("open")))
    assert (outcome.reply.status, outcome.reply.body) == (200, LOGO)
    assert (outcome.metric, outcome.trouble) == ("HitsLost", "ConnectTimeoutError")


def test_an_unsubscribing_that_cannot_be_kept_asks_to_come_again():
    outcome = Kept("ConnectTimeoutError").answer(http_api("POST", path("unsubscribe")))
    assert (outcome.reply.status, dict(outcome.reply.headers)["retry-after"]) == (503, "300")
    assert "접수하지 못했습니다" in outcome.reply.body.decode()
    assert (outcome.metric, outcome.trouble) == ("HitsLost", "ConnectTimeoutError")


def test_the_agent_is_cut_and_loses_what_does_not_print():
    kept = Kept()
    event = http_api("GET", path("open"))
    event["headers"]["user-agent"] = "a\r\n\x00b\ud800" + "c" * 1000
    kept.answer(event)
    assert kept.hits[0]["agent"] == "ab" + "c" * 294  # 300 characters with the four that do not print


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["rawPath", "headers", "body", "isBase64Encoded", "requestContext", "version"]


@given(JSON)
def test_no_event_is_an_exception(event):
    kept = Kept()
    assert kept.answer(event).reply.status in {404, 405}
    assert kept.hits == []


@given(
    st.sampled_from(FIELDS), JSON, st.sampled_from(["GET", "HEAD", "POST"]), st.sampled_from(["open", "unsubscribe"])
)
def test_no_field_of_an_event_is_an_exception(field, value, method, kind):
    outcome = Kept().answer(http_api(method, path(kind)) | {field: value})
    assert outcome.reply.status in {200, 404, 405}


@given(
    st.sampled_from(["GET", "HEAD", "POST"]),
    st.text() | st.text(LETTERS, min_size=LENGTH, max_size=LENGTH),
    st.binary(max_size=200),
)
def test_no_token_that_we_did_not_sign_is_a_hit(method, named, body):
    kept = Kept()
    outcome = kept.answer(function_url(method, f"/u/{named.replace('/', '_')}", body))
    assert outcome.reply == kept.answer(http_api(method, path("unsubscribe"))).reply
    assert len(kept.hits) == (method == "POST")  # the true one's


def test_the_pages_hold_no_one_s_words_but_the_school_s_and_those_escaped():
    made = pages('<script>"&', FORM_LINK)
    for page in (made.ask, made.done, made.later):
        assert b"<script" not in page
        assert FORM_LINK.replace("&", "&amp;") in page.decode()
    assert b"&lt;script&gt;&quot;&amp;" in made.ask


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "forms.example.com"])
def test_a_form_that_is_no_web_link_is_refused(link):
    with pytest.raises(ValueError, match="https://"):
        pages("학교", link)


@pytest.mark.parametrize("name", ["ask", "done", "later"])
def test_the_policy_lets_the_page_s_own_style_through(name):
    (style,) = re.findall(r"<style>(.*?)</style>", getattr(PAGES, name).decode(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in PAGES.policy


def test_the_page_has_one_button_that_posts_to_its_own_address():
    assert PAGES.ask.decode().count("<button>") == 1
    assert '<form method="post">' in PAGES.ask.decode()
    assert b"<button>" not in PAGES.done


@pytest.mark.parametrize(
    ("content", "words"), [(b"GIF89a", "no PNG"), (b"\x89PNG\r\n\x1a\n" + bytes(100_000), "at most"), (None, "No such")]
)
def test_a_logo_that_cannot_be_shown_is_refused(tmp_path, content, words):
    if content is not None:
        (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(DataError, match=words):
        read_logo(tmp_path / "logo.png")


def test_a_queue_that_is_not_there_loses_the_hit_without_telling_where(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    with pytest.raises(HitLost) as lost:
        Queue("http://127.0.0.1:1/123456789012/hits").keep({"hit": "open"})
    assert str(lost.value) == "EndpointConnectionError"


def test_the_program_refuses_a_logo_in_one_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("sys.argv", ["package", "--logo", str(tmp_path / "none.png")])
    assert main() == 3
    assert capsys.readouterr().err.startswith("error: ")
