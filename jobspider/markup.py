"""Words out of HTML, as a person who reads the page would copy them."""

import re
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from lxml.etree import HTMLParser, fromstring, iterwalk
from lxml.etree import _Element as Element
from scrapy.http import HtmlResponse, Response

from jobspider.pages import UnreadablePage

UNREAD = {"script", "style", "noscript", "template", "button", "title"}
BLOCKS = {
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "thead", "tr", "ul",
}  # fmt: skip
CELLS = {"td", "th"}
MARKS = {"a", "b", "em", "i", "span", "strong"}  # these set no text apart
POPUP = "toolTip"  # Saramin's class of texts that show on a click

_ROOTS: WeakKeyDictionary[Response, Element] = WeakKeyDictionary()
# Scrapy's own selector takes lxml.html's parser, which calls Python for each element that is touched.
_PARSER = HTMLParser(recover=True, encoding="utf8", huge_tree=True)
_BLANKS = re.compile(r"\s+")


def document(response: Response) -> Element:
    """Return the root of an HTML page. Raises UnreadablePage for an answer that is none."""
    if not isinstance(response, HtmlResponse):
        raise UnreadablePage("not an HTML page")
    if response not in _ROOTS:
        _ROOTS[response] = fromstring(response.text.strip().replace("\0", "").encode() or b"<html/>", _PARSER)
    return _ROOTS[response]


def words(elements: list[Element], between: str = "") -> str:
    """Return the first element's text on one line, without its buttons and pop-ups; "" when there is no element.

    `between` parts the texts of the elements within, for markup that leaves no blank there.
    """
    return _text(elements[0], between) if elements else ""


def each(elements: list[Element], between: str = "") -> list[str]:
    """Return the words of each element that has some."""
    return [text for element in elements if (text := _text(element, between))]


def lines(element: Element) -> str:
    """Return an element's text, a line for each block that a browser would set on its own; no line is empty."""
    printed = "".join(_pieces(element)).split("\n")
    return "\n".join(line for text in printed if (line := _one_line(text)))


def _text(element: Element, between: str) -> str:
    if _is_unread(element):
        return ""
    if not len(element):  # most of them on a list
        return " ".join((element.text or "").split())
    return _one_line(between.join(_inline(element) if all(map(_is_mark, element)) else _pieces(element)))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _is_mark(element: Element) -> bool:
    return element.tag in MARKS and not len(element) and not _is_unread(element)


def _inline(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield child.text or ""
        yield child.tail or ""


def _is_unread(element: Element) -> bool:
    names = element.get("class")
    return element.tag in UNREAD or (names is not None and POPUP in names.split())


def _pieces(element: Element) -> Iterator[str]:
    """Yield the texts in their order, with a line feed where a block begins or ends."""
    walk = iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            yield _break(node)
            if _is_unread(node):
                walk.skip_subtree()
            else:
                yield _BLANKS.sub(" ", node.text or "")
            continue
        if event == "end":
            yield _break(node)
        if node is not element:
            yield _BLANKS.sub(" ", node.tail or "")


def _break(node: Element) -> str:
    if node.tag in BLOCKS:
        return "\n"
    return " " if node.tag in CELLS else ""
