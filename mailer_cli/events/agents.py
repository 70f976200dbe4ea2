"""Who reads, by the user agent alone: a person, a program that reads ahead or scans, or nobody can tell.

A program that fetches a picture before the reader, or without anybody, is a machine, and so is a proxy behind which
the two cannot be told apart. Where the sources disagree on what a program is, the verdict is `unknown`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from mailer_cli.events.told import Reader, Verdict


@dataclass(frozen=True, slots=True)
class Rule:
    """What a pattern in the user agent (lower case) says of an opening and of a click, and who says so."""

    name: str
    pattern: str
    opening: Reader
    click: Reader
    source: str


# The first that fits holds.
RULES = (
    Rule(
        "no_agent", r"^\s*$", "unknown", "unknown",
        "a browser always names itself, some mail programs and scanners do not",
    ),
    Rule(
        "apple_mpp", r"^\s*mozilla/5\.0\s*$", "machine", "machine",
        "Apple's Mail Privacy Protection loads all pictures soon after delivery and names itself so and no more; "
        "help.socketlabs.com/docs/identifying-apple-mpp-opens-in-notification-api-events",
    ),
    Rule(
        "gmail_prefetch", r"edge/12\.246 mozilla/5\.0\s*$", "machine", "machine",
        "Gmail loads the pictures of a mail that comes in while its page is open; "
        "bird.com/blog/gmail-prefetching-images, 2022-01-25, from 9.8 billion openings",
    ),
    Rule(
        "gmail_proxy", r"googleimageproxy|via ggpht\.com", "machine", "machine",
        "Google's proxy hides who asked. Mostly it fetches when the reader opens the mail (wordtothewise.com, 2013-12; "
        "bird.com, as above), but nothing in a hit proves that: the house counts strictly. A click never comes by it",
    ),
    Rule(
        "yahoo_proxy", r"yahoomailproxy", "unknown", "machine",
        "Yahoo's proxy fetches what mails embed, and Yahoo does not say whether before the reader or for them; "
        "help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    ),
    Rule(
        "scanner",
        r"barracuda|proofpoint|mimecast|ironport|ciscosecureemail|fortimail|fortinet|fortiguard|sophos|symantec|"
        r"messagelabs|trend ?micro|\btmes\b|mcafee|fireeye|forcepoint|zscaler|bitdefender|kaspersky|ahnlab|"
        r"vade ?secure|virustotal|urlscan|headlesschrome|phantomjs|puppeteer|playwright",
        "machine", "machine",
        "mail gateways that name themselves open links and pictures before the reader does; "
        "check.live-direct-marketing.online/blog/bot-clicks-security-scanners-detect; a browser without a screen has "
        "no reader",
    ),
    Rule(
        "link_preview",
        r"kakaotalk-scrap|facebookexternal|facebot|slackbot|slack-imgproxy|telegrambot|discordbot|whatsapp/|"
        r"linkedinbot|twitterbot|skypeuripreview|snap url preview|line-poker",
        "machine", "machine",
        "messengers fetch a link that is handed on to show what it is; "
        "suped.com/learn/email-deliverability/how-can-i-identify-bot-user-agents-in-my-email-click-data",
    ),
    Rule(
        "crawler", r"(?<!cu)bot\b|crawler|spider|\byeti\b|slurp|scrapy", "machine", "machine",
        "robots name themselves; Yeti is Naver's, and Cubot is a telephone",
    ),
    Rule(
        "script",
        r"python-|python/|aiohttp|urllib|curl/|wget|libwww|java/|apache-httpclient|go-http-client|jetty|lua-resty|"
        r"node-fetch|axios/|guzzle|\bruby\b|\bperl\b",
        "machine", "machine",
        "libraries, not programs that people read with; suped.com, as above. okhttp, Dalvik and CFNetwork are not "
        "among them: Android's and Apple's mail programs load pictures by them, too",
    ),
    Rule(
        "office", r"ms-?office|microsoft (office|outlook)", "human", "unknown",
        "Outlook shows mails with Word, whose name stands in the request; a click leaves for a browser, so one under "
        "this name is Office or Safe Links looking ahead; check.live-direct-marketing.online, as above",
    ),
    Rule(
        "mail_program", r"thunderbird/|applewebkit/[\d.]+ \(khtml, like gecko\)$", "human", "human",
        "mail programs that show the mail when it is opened; Apple Mail without Privacy Protection ends so",
    ),
    Rule(
        "browser", r"^mozilla/5\.0 \(.+\) (applewebkit|gecko)/\S+", "human", "human",
        "a browser, or a program that shows mails in one; Naver's mail, as its readers' browsers load the pictures",
    ),
)  # fmt: skip
OTHER = "other_agent"
PATTERNS = tuple((re.compile(rule.pattern), rule.name) for rule in RULES)
VERDICTS = {
    (kind, rule.name): Verdict(reader, rule.name)
    for rule in RULES
    for kind, reader in (("open", rule.opening), ("click", rule.click))
}


@lru_cache(maxsize=4096)
def by_agent(agent: str, kind: str) -> Verdict:
    """Return who opened (`open`) or clicked (`click`), by their user agent."""
    folded = agent.lower()
    return by_rule(next((name for pattern, name in PATTERNS if pattern.search(folded)), OTHER), kind)


def by_rule(name: str, kind: str) -> Verdict:
    """Return the verdict of a rule by its name: the user agent itself is not kept."""
    return VERDICTS.get((kind, name)) or Verdict("unknown", OTHER)
