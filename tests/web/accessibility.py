"""What axe-core finds in a page as it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Frame, Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

_RUN = """tags => axe.run(document, {
    runOnly: {type: 'tag', values: tags},
    resultTypes: ['violations', 'incomplete'],
})"""


def axe(page: Page | Frame) -> list[str]:
    """Assert that axe finds nothing; return what it could not decide. A frame within is asked by itself."""
    with _scripts_run(page):
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate(_RUN, list(TAGS))
    violations = _listed(found["violations"])
    assert not violations, "\n".join([f"axe finds in {page.url}:", *violations])
    return _listed(found["incomplete"])


@contextmanager
def _scripts_run(page: Page | Frame) -> Iterator[None]:
    """Let axe's timers run in a page without script, whose own scripts were passed over for good."""
    if not page.evaluate("matchMedia('(scripting: none)').matches"):
        yield
        return
    whole = page if isinstance(page, Page) else page.page
    session = whole.context.new_cdp_session(page)
    # Off is what a new session takes for the state: it must be told so before it may change it.
    for off in (True, False):
        session.send("Emulation.setScriptExecutionDisabled", {"value": off})
    yield
    session.send("Emulation.setScriptExecutionDisabled", {"value": True})


def _listed(findings: list[dict[str, Any]]) -> list[str]:
    return [
        f"{finding['id']} at {' '.join(map(str, node['target']))}: {_why(node)}"
        for finding in findings
        for node in finding["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
