"""A page of HTML as a tree; one that isn't well-formed fails the test."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

_VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})
_REFERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
# What a browser would put elsewhere than it is written.
_NOT_WITHIN = {
    "p": {"p", "button", "span"},
    "div": {"p", "span", "button"},
    "ul": {"p", "span", "button"},
    "ol": {"p", "span", "button"},
    "form": {"form", "p", "button"},
    "button": {"button", "a"},
    "a": {"a", "button"},
    "h2": {"p", "h1", "h2", "h3"},
    "h3": {"p", "h1", "h2", "h3"},
    "section": {"p", "span"},
    "table": {"p", "span"},
}
_ONLY_IN = {
    "li": {"ul", "ol"},
    "dt": {"div", "dl"},
    "dd": {"div", "dl"},
    "tr": {"thead", "tbody"},
    "td": {"tr"},
    "th": {"tr"},
    "summary": {"details"},
    "rect": {"svg"},
}


@dataclass(eq=False)
class Element:
    """An element with its attributes and what stands in it."""

    tag: str
    attrs: dict[str, str]
    parent: Self | None
    inside: list[Self | str] = field(default_factory=list)

    def every(self, tag: str = "", **attrs: str | None) -> list[Self]:
        """Return the elements below it of this tag that have these attributes (`class_`: one of them)."""
        return [each for each in self._below() if (not tag or each.tag == tag) and each._has(attrs)]

    def one(self, tag: str = "", **attrs: str | None) -> Self:
        [found] = self.every(tag, **attrs)
        return found

    @property
    def text(self) -> str:
        """All words in it, as they are written."""
        return "".join(each if isinstance(each, str) else each.text for each in self.inside)

    @property
    def words(self) -> str:
        """All words in it, with one blank where there are any."""
        return " ".join(self.text.split())

    @property
    def above(self) -> Iterator[Self]:
        at = self.parent
        while at is not None:
            yield at
            at = at.parent

    def _below(self) -> Iterator[Self]:
        for each in self.inside:
            if not isinstance(each, str):
                yield each
                yield from each._below()

    def _has(self, attrs: dict[str, str | None]) -> bool:
        return all(
            value in self.attrs.get("class", "").split()
            if name == "class_"
            else self.attrs.get(name.replace("_", "-")) == value
            for name, value in attrs.items()
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("", {}, None)
        self.doctype = ""

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), f"an attribute twice in <{tag}>"
        made = Element(tag, given, self.at)
        above = {each.tag for each in made.above}
        assert not above & _NOT_WITHIN.get(tag, set()), f"<{tag}> within {above & _NOT_WITHIN[tag]}"
        assert tag not in _ONLY_IN or self.at.tag in _ONLY_IN[tag], f"<{tag}> in <{self.at.tag}>"
        self.at.inside.append(made)
        if tag not in _VOID:
            self.at = made

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag, f"</{tag}> where <{self.at.tag}> is open"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.inside.append(data)


def page_of(html: str) -> Element:
    """Return a page as a tree; an AssertionError where it isn't well-formed or refers to what isn't there."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.at is reader.root, f"<{reader.at.tag}> is never closed"
    assert reader.doctype.lower() == "doctype html"
    root = reader.root
    ids = [each.attrs["id"] for each in root.every() if "id" in each.attrs]
    assert len(ids) == len(set(ids)), f"an id twice: {sorted(each for each in ids if ids.count(each) > 1)}"
    for each in root.every():
        for name in _REFERS:
            for id_ in each.attrs.get(name, "").split():
                assert id_ in ids, f"{name}={id_!r} in <{each.tag}> refers to nothing"
        assert not any(name.startswith("on") or name == "style" for name in each.attrs), each.attrs
    assert root.one("html").attrs["lang"] == "zh-CN"
    assert root.one("head").one("title").words
    assert len(root.every("h1")) == 1
    return root
