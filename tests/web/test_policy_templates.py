"""The words of the policy pages: no figure is typed in them, and nobody is shouted at."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from rendering.test_templates import figures_in
from support.shared import LIBRARY

from bot.settings import data_folder

TEMPLATES = sorted((data_folder("templates") / "web").glob("policy_*.html"))


def _typed(path: Path) -> str:
    """Return all that people may read of a template: its text without tags, and words in its code."""
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    text = "".join(data.data for data in tree.find_all(nodes.TemplateData))
    words = [str(constant.value) for constant in tree.find_all(nodes.Const)]
    return "\n".join([re.sub(r"<[^>]*>", " ", text), *(word for word in words if not word.isascii())])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_figure_is_typed_in_a_page(path: Path) -> None:
    assert figures_in(_typed(path)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_shouts(path: Path) -> None:
    assert not re.search("[!！]", _typed(path))


def test_a_figure_typed_in_a_page_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "policy_x.html"
    page.write_text('<p class="a1">报{{ "八成" }}{% if 1 %}85%{% endif %}</p>', "utf-8")
    assert figures_in(_typed(page)) == ["8", "5", "%", "八成"]
    page.write_text("<p>{{ '报两百元' }}</p>", "utf-8")
    assert figures_in(_typed(page)) == ["两百元"]


def test_the_names_of_figures_hold_no_figures() -> None:
    terms = LIBRARY.terms
    for name in (*terms.figures.values(), *terms.measures.values(), *terms.topics.values()):
        assert not re.search("[0-9０-９%％!！]", name), name
