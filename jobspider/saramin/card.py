"""The words of one card of Saramin's search, in one walk over it: half of a list page's CPU goes into its cards."""

from lxml.etree import _Element as Element

from jobspider.items import RawPosting
from jobspider.markup import each, words
from jobspider.saramin import BOARD, address

Blocks = dict[str, Element]


def read_card(card: Element) -> RawPosting:
    """Return the words of a card; the title's attribute is clean, its text has marks around the search word."""
    number, blocks = card.get("value"), blocks_of(card)
    title, sectors = within(blocks, "job_tit", "a"), within(blocks, "job_sector", "a")
    industries = ", ".join(each([link for link in sectors if "ind_key=" in link.get("href", "")]))
    return RawPosting(
        board=BOARD,
        board_id=number,
        url=address(number),
        title=(title[0].get("title") if title else "") or words(title),
        company=words([blocks["corp_name"]] if "corp_name" in blocks else []),
        conditions=each([span for span in blocks.get("job_condition", ()) if span.tag == "span"], between=" "),
        deadline=words(of_class("date", within(blocks, "job_date", "span"))),
        posted=words(of_class("job_day", within(blocks, "job_sector", "span"))),
        skills=each([link for link in sectors if "cat_kewd=" in link.get("href", "")]),
        extra={"업종": industries} if industries else {},
    )


def blocks_of(card: Element) -> Blocks:
    """Return a card's blocks by each of their classes; the first of a class is the posting's own."""
    blocks: Blocks = {}
    for block in card.iter("div", "h2", "strong"):
        for name in block.get("class", "").split():
            blocks.setdefault(name, block)
    return blocks


def within(blocks: Blocks, name: str, tag: str) -> list[Element]:
    """Return the elements of a tag in a block, in their order."""
    return list(blocks[name].iter(tag)) if name in blocks else []


def of_class(name: str, elements: list[Element]) -> list[Element]:
    """Return the elements that have a class."""
    return [element for element in elements if name in element.get("class", "").split()]
