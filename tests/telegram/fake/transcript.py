"""A chat drawn as text, as a person would see it on the screen."""

from collections.abc import Iterable

from .keyboards import Keyboard
from .things import Message, User

OTHERS = ("voice", "sticker", "contact", "location", "document")


def _row(buttons: Iterable[str]) -> str:
    return "    " + " ".join(f"[ {label} ]" for label in buttons)


def _keyboard(keyboard: Keyboard) -> list[str]:
    return [_row(button.text for button in row) for row in keyboard]


def _body(message: Message) -> list[str]:
    lines: list[str] = []
    picture = message.content.photo
    if picture is not None:
        lines.append(f"🖼 {picture.width} × {picture.height}")
    lines += [f"〔{kind}〕" for kind in OTHERS if kind in message.extra]
    if "photo" in message.extra:
        lines.append("〔photo〕")
    words = message.words or str(message.extra.get("caption", ""))
    return lines + (words.split("\n") if words else [])


def draw(messages: Iterable[Message], bot: User) -> str:
    """The messages in order, who said each, buttons as rows of boxes, edits and deletions marked."""
    blocks: list[str] = []
    for message in messages:
        name = message.sender.first_name
        marks = [f"#{message.id}"]
        if message.via_bot is not None:
            marks.append(f"via @{message.via_bot.username}")
        if message.reply_to is not None:
            marks.append(f"reply to #{message.reply_to}")
        if message.history:
            marks.append("edited" if len(message.history) == 1 else f"edited {len(message.history)} times")
        if message.deleted:
            marks.append("deleted")
        sign = "🤖" if message.sender == bot else "👤"
        lines = [f"{sign} {name}  {', '.join(marks)}"]
        if not message.deleted:
            lines += [f"  {line}".rstrip() for line in _body(message)]
            lines += _keyboard(message.keyboard)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"
