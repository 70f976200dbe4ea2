"""A row of 고용24's list, whoever provides the posting."""

import re
from html import unescape

from lxml.cssselect import CSSSelector as Css
from lxml.html import HtmlElement

from jobspider.items import RawPosting
from jobspider.markup import each, words
from jobspider.worknet.addresses import linked
from jobspider.worknet.closing import NO_END, printed_end

ROWS = Css("#contentArea > tbody > tr[id^='list']")
IDENTITY = Css("input[id^='chkboxWantedAuthNo']")
TITLE_LINK, COMPANY = Css("a[data-emp-detail]"), Css("a.cp_name")
KINDS, PROVIDER = Css(".label_box .tbl_label"), Css(".logo_wrap img[alt]")
PAY, CONDITIONS = Css("li.dollar"), Css("li.member .item")
HOURS, PLACE, DATES = Css("li.time .item"), Css("li.site"), Css("p.s1_r")

_UNTIL_FILLED = re.compile(r"\bvar\s+wantedYn\s*=\s*'Y'")


def read_row(row: HtmlElement) -> RawPosting | None:
    """Return the words of a row; None when it has no number.

    The box before the company holds `number|provider|company|title`, escaped twice at times; the title of the link is
    cut after some 30 letters.
    """
    identity = next((box.get("value", "") for box in IDENTITY(row)), "")
    number, provider, company, title = (*identity.split("|", 3), "", "", "", "")[:4]
    if not number.strip():
        return None
    link = TITLE_LINK(row)
    return RawPosting(
        board="worknet",
        board_id=number.strip(),
        url=linked(link[0].get("href", "") if link else "", number.strip(), provider),
        title=unescape(title).strip() or words(link),
        company=unescape(company).strip() or words(COMPANY(row)),
        conditions=each(CONDITIONS(row)),
        deadline=_end(row),
        posted=_date(row, "등록일"),
        region=words(PLACE(row)),
        pay=words(PAY(row)),
        extra=_own(row, provider),
    )


def _own(row: HtmlElement, provider: str) -> dict[str, str]:
    site = next((image.get("alt") for image in PROVIDER(row)), "")
    found = {
        "infoTypeCd": provider,
        "정보제공처": site.removeprefix("정보제공처").strip(),
        "기업형태": ", ".join(each(KINDS(row))),
        "근무": ", ".join(each(HOURS(row))),
    }
    return {name: text for name, text in found.items() if text}


def _end(row: HtmlElement) -> str:
    date = _date(row, "마감일").partition(":")[2].strip()
    script = "".join(row.xpath(".//script/text()"))
    return printed_end(date, bool(_UNTIL_FILLED.search(script)) or date.startswith(NO_END))


def _date(row: HtmlElement, label: str) -> str:
    return next((text for text in each(DATES(row)) if text.startswith(label)), "")
