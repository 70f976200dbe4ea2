"""Who reads: the user agents of programs as they are, and what the time of an opening says."""

from datetime import timedelta

import pytest

from mailer_cli.events.agents import RULES, by_agent, by_rule
from mailer_cli.events.links import HouseLinks, house_keys, key_of, keys_of, link_of
from mailer_cli.events.readers import Reading, judged
from mailer_cli.events.told import Verdict
from tests.mailer_cli.samples import SLOT

CHROME = (
    "Mozilla/5.0 (Linux; Android 14; SM-S928N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 {}Safari/537.36"
)
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 "
EDGE += "Safari/537.36 "
# user agent -> rule, who opened, who clicked
AGENTS = [
    ("", "no_agent", "unknown", "unknown"),
    ("Mozilla/5.0", "apple_mpp", "machine", "machine"),
    (EDGE + "Edge/12.246 Mozilla/5.0", "gmail_prefetch", "machine", "machine"),
    (EDGE + "Edge/12.246", "browser", "human", "human"),
    ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
     "gmail_proxy", "machine", "machine"),
    ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "yahoo_proxy", "unknown", "machine"),
    ("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0.17; ms-office; MSOffice 16)",
     "office", "human", "unknown"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
     "mail_program", "human", "human"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0", "mail_program", "human", "human"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", "browser", "human", "human"),
    (CHROME.format("Mobile "), "browser", "human", "human"),
    (CHROME.format("Mobile ").replace("SM-S928N", "CUBOT X19"), "browser", "human", "human"),
    (CHROME.format("Mobile ") + " NAVER(inapp; search; 2000; 12.8.0)", "browser", "human", "human"),
    (CHROME.format("Mobile ") + " KAKAOTALK 2410980", "browser", "human", "human"),
    ("facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984",
     "link_preview", "machine", "machine"),
    ("Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)", "crawler", "machine", "machine"),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler", "machine", "machine"),
    ("Barracuda Sentinel (EE)", "scanner", "machine", "machine"),
    (CHROME.format("").replace("Chrome", "HeadlessChrome"), "scanner", "machine", "machine"),
    ("python-requests/2.32.3", "script", "machine", "machine"),
    ("curl/8.5.0", "script", "machine", "machine"),
    ("okhttp/4.12.0", "other_agent", "unknown", "unknown"),
    ("뭔가 처음 보는 프로그램", "other_agent", "unknown", "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("agent", "rule", "opened", "clicked"), AGENTS, ids=[row[1] for row in AGENTS])
def test_who_a_user_agent_stands_for(agent, rule, opened, clicked):
    assert by_agent(agent, "open") == Verdict(opened, rule) == by_rule(rule, "open")
    assert by_agent(agent, "click") == Verdict(clicked, rule) == by_rule(rule, "click")


def test_every_rule_has_an_example_and_a_source():
    assert {rule.name for rule in RULES} <= {row[1] for row in AGENTS}
    assert all(len(rule.source) > 20 for rule in RULES)


HUMAN, UNKNOWN, MACHINE = Verdict("human", "browser"), Verdict("unknown", "no_agent"), Verdict("machine", "apple_mpp")
# seconds after delivery, verdict of the agent -> the rule that holds
TIMES = [
    (-3600, HUMAN, "before_delivery"),
    (-61, UNKNOWN, "before_delivery"),
    (-60, HUMAN, "too_soon"),
    (0, HUMAN, "too_soon"),
    (9.999, UNKNOWN, "too_soon"),
    (10, HUMAN, "browser"),
    (10, UNKNOWN, "no_agent"),
    (1, MACHINE, "apple_mpp"),
]


@pytest.mark.parametrize(("seconds", "verdict", "why"), TIMES)
def test_no_person_reads_so_soon(seconds, verdict, why):
    reading = Reading(1, SLOT + timedelta(seconds=seconds), verdict)
    assert [found.why for _, found in judged([reading], SLOT)] == [why]
    assert [found for _, found in judged([reading], None)] == [verdict]


# (seconds, link) of clicks -> the numbers of those that are a scanner's
BURSTS = [
    ([(0, "a"), (1, "b"), (2, "c")], {0, 1, 2}),
    ([(0, "a"), (1, "b"), (2.1, "c")], set()),
    ([(0, "a"), (0.5, "a"), (1, "a")], set()),
    ([(0, "a"), (30, "a"), (31, "b"), (32, "c"), (90, "b")], {1, 2, 3}),
    ([(0, "a"), (1.5, "b"), (2, "c"), (3.5, "d"), (9, "e")], {0, 1, 2, 3}),
]


@pytest.mark.parametrize(("clicks", "expected"), BURSTS)
def test_many_links_in_a_moment_are_a_scanner_s(clicks, expected):
    readings = [Reading(n, SLOT + timedelta(seconds=at), HUMAN, link) for n, (at, link) in enumerate(clicks)]
    for order in (readings, readings[::-1]):
        assert {reading.id for reading, verdict in judged(order, None) if verdict.why == "burst"} == expected


HOUSE = HouseLinks("https://forms.example.com/survey", "https://forms.example.com/out", "https://example.com/more")
POSTINGS = keys_of(
    [
        (1, "saramin", "50", "https://www.saramin.co.kr/zf_user/jobs/relay/view?rec_idx=50&view_type=list"),
        (2, "worknet", "K1", "https://www.jobkorea.co.kr/Recruit/GI_Read/77"),
    ]
)
LINKS = [
    ("https://www.saramin.co.kr/zf_user/jobs/relay/view?rec_idx=50&view_type=list", ("posting", 1)),
    ("https://www.saramin.co.kr/zf_user/jobs/relay/view?rec_idx=50&amp;view_type=list", ("posting", 1)),
    ("https://www.saramin.co.kr/zf_user/jobs/view?utm_source=x&rec_idx=50", ("posting", 1)),
    ("https://www.jobkorea.co.kr/Recruit/GI_Read/77", ("posting", 2)),
    ("https://www.jobkorea.co.kr/Recruit/GI_Read/78", ("other", None)),
    ("https://forms.example.com/survey", ("survey", None)),
    ("https://forms.example.com/out/", ("unsubscribe", None)),
    ("https://example.com/more", ("more", None)),
    ("", ("other", None)),
    ("http://[::1", ("other", None)),
]


@pytest.mark.parametrize(("url", "expected"), LINKS)
def test_what_a_link_is(url, expected):
    assert link_of(key_of(url), house_keys(HOUSE), POSTINGS) == expected


def test_a_link_s_key_tells_nothing_of_it():
    assert key_of("https://example.com/?mail=hong@example.com").isalnum()
