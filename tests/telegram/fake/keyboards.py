"""Reply markup: what the server refuses, and the buttons people see."""

from dataclasses import dataclass
from typing import Any

from .errors import bad_request

LARGEST_KEYBOARD = 100
LARGEST_DATA = 64
ACTIONS = (
    "callback_game",
    "copy_text",
    "login_url",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "web_app",
)


@dataclass(frozen=True)
class Button:
    """One button: its label and what it does (callback data, a link, or neither of the two)."""

    text: str
    data: str | None = None
    url: str | None = None


Keyboard = tuple[tuple[Button, ...], ...]


def _check_inline(button: dict[str, Any]) -> None:
    data, url = button.get("callback_data"), button.get("url")
    if not data and not url and not any(action in button for action in ACTIONS):
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if url and not url.startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if data and not url and len(data.encode()) > LARGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")


def check_markup(markup: dict[str, Any] | None, *, inline_only: bool = False) -> dict[str, Any] | None:
    """The markup a message gets, None where it has none; raises ApiError 400 as the server does."""
    if not markup:
        return None
    inline = [button for row in markup.get("inline_keyboard", ()) for button in row]
    shown = [button for row in markup.get("keyboard", ()) for button in row]
    if inline_only and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    for button in inline:
        _check_inline(button)
    for button in shown:
        if not button["text"].strip():
            raise bad_request("keyboard button text must be non-empty")
    if len(inline) + len(shown) > LARGEST_KEYBOARD:
        raise bad_request("reply markup is too long")
    if not inline and not shown and ("inline_keyboard" in markup or "keyboard" in markup):
        return None
    return markup


def keyboard_of(markup: dict[str, Any] | None) -> Keyboard:
    rows = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or ()
    return tuple(
        tuple(Button(button["text"], button.get("callback_data"), button.get("url")) for button in row)
        for row in rows
    )
