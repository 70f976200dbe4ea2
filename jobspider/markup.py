"""Words out of HTML, as a person who reads the page would copy them."""

import re
from collections.abc import Iterator

from lxml.etree import _Element, iterwalk
from lxml.html import HtmlElement
from scrapy.http import HtmlResponse, Response

from jobspider.pages import UnreadablePage

UNREAD = {"script", "style", "noscript", "template", "button", "title"}
BLOCKS = {
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "thead", "tr", "ul",
}  # fmt: skip
CELLS = {"td", "th"}
POPUP = "toolTip"  # Saramin's class of texts that show on a click

_BLANKS = re.compile(r"\s+")


def document(response: Response) -> HtmlElement:
    """Return the root of an HTML page. Raises UnreadablePage for an answer that is none."""
    if not isinstance(response, HtmlResponse):
        raise UnreadablePage("not an HTML page")
    root: HtmlElement = response.selector.root
    return root


def words(elements: list[HtmlElement], between: str = "") -> str:
    """Return the first element's text on one line, without its buttons and pop-ups; "" when there is no element.

    `between` parts the texts of the elements within, for markup that leaves no blank there.
    """
    return _one_line(between.join(_pieces(elements[0]))) if elements else ""


def each(elements: list[HtmlElement], between: str = "") -> list[str]:
    """Return the words of each element that has some."""
    return [text for element in elements if (text := words([element], between))]


def lines(element: HtmlElement) -> str:
    """Return an element's text, a line for each block that a browser would set on its own; no line is empty."""
    printed = "".join(_pieces(element)).split("\n")
    return "\n".join(line for text in printed if (line := _one_line(text)))


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def _pieces(element: HtmlElement) -> Iterator[str]:
    """Yield the texts in their order, with a line feed where a block begins or ends."""
    walk = iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            yield _break(node)
            if node.tag in UNREAD or POPUP in node.get("class", "").split():
                walk.skip_subtree()
            else:
                yield _BLANKS.sub(" ", node.text or "")
            continue
        if event == "end":
            yield _break(node)
        if node is not element:
            yield _BLANKS.sub(" ", node.tail or "")


def _break(node: _Element) -> str:
    if node.tag in BLOCKS:
        return "\n"
    return " " if node.tag in CELLS else ""
