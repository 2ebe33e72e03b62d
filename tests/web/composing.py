"""Typing with an input method, as people write Chinese: the browser's own events, in each browser's order."""

from typing import Literal

from playwright.sync_api import CDPSession, Page

Order = Literal["chrome", "safari"]
"""Chrome tells of the Enter that ends a composition within it, Safari after its end."""

_COMPOSING = 229  # the key code of a key that the input method takes for itself


def compose(page: Page, selector: str, text: str, order: Order = "chrome", typed: str = "ceshi") -> None:
    """Type `text` by an input method into a field, taking it over by Enter, which must not send it.

    `typed` is what stands there, underlined, until then.
    """
    page.focus(selector)
    session = page.context.new_cdp_session(page)
    for length in range(1, len(typed) + 1):
        _key(session, typed[length - 1])
        session.send(
            "Input.imeSetComposition",
            {"text": typed[:length], "selectionStart": length, "selectionEnd": length},
        )
    if order == "chrome":
        _key(session, "Enter", up=False)
        session.send("Input.insertText", {"text": text})
    else:
        session.send("Input.insertText", {"text": text})
        _key(session, "Enter", up=False)
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": "Enter", "code": "Enter"})
    session.detach()


def _key(session: CDPSession, key: str, up: bool = True) -> None:
    code = key if len(key) > 1 else f"Key{key.upper()}"
    event = {"key": key, "code": code, "windowsVirtualKeyCode": _COMPOSING}
    session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
    if up:
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": key, "code": code})
