"""The methods that write into chats: sending, editing, deleting messages."""

import math
import time
from dataclasses import dataclass, replace
from typing import Any

from aiogram.enums import ChatAction

from .errors import ApiError, bad_request, too_many_requests
from .keyboards import check_markup
from .photos import Photo, read_photo
from .text import CAPTION_LIMIT, TEXT_LIMIT, Entity, formatted
from .things import Content, Message, Room
from .world import World

ACTIONS = frozenset(action.value for action in ChatAction)


@dataclass
class Call:
    """A request that was read and checked: what a method works from."""

    world: World
    fields: dict[str, Any]
    files: dict[str, bytes]


def hold_back(world: World, room: Room) -> None:
    """Refuse with 429 what goes beyond `flood_limit` messages a second, until the time given has passed."""
    if world.flood_limit is None:
        return
    now = time.monotonic()
    if now < room.held_back_until:
        raise too_many_requests(max(1, math.ceil(room.held_back_until - now)))
    room.sent_at = [at for at in room.sent_at if at > now - 1]
    if len(room.sent_at) >= world.flood_limit:
        room.held_back_until = now + world.flood_retry_after
        raise too_many_requests(world.flood_retry_after)
    room.sent_at.append(now)


def _text(fields: dict[str, Any]) -> tuple[str, tuple[Entity, ...]]:
    text, entities = formatted(
        fields["text"],
        fields.get("parse_mode"),
        fields.get("entities"),
        limit=TEXT_LIMIT,
        what="message",
    )
    if not text:
        raise bad_request("message text is empty")
    return text, tuple(entities)


def _caption(fields: dict[str, Any]) -> tuple[str | None, tuple[Entity, ...]]:
    caption, entities = formatted(
        fields.get("caption") or "",
        fields.get("parse_mode"),
        fields.get("caption_entities"),
        limit=CAPTION_LIMIT,
        what="message caption",
    )
    return caption or None, tuple(entities)


def _photo(call: Call, given: str) -> Photo:
    if given.startswith("attach://"):
        photo = read_photo(call.files[given.removeprefix("attach://")])
        call.world.photos[photo.file_id] = photo
        return photo
    if given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    if given not in call.world.photos:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return call.world.photos[given]


def _replied(room: Room, fields: dict[str, Any]) -> int | None:
    reply = fields.get("reply_parameters")
    wanted = reply["message_id"] if reply else fields.get("reply_to_message_id")
    if wanted is None:
        return None
    if wanted in room.log and not room.log[wanted].deleted:
        return int(wanted)
    lenient = (reply or fields).get("allow_sending_without_reply")
    if lenient:
        return None
    raise bad_request("message to be replied not found")


def _send(call: Call, content: Content) -> dict[str, Any]:
    room = call.world.writable(call.fields["chat_id"])
    content = replace(content, markup=check_markup(call.fields.get("reply_markup")))
    reply_to = _replied(room, call.fields)
    hold_back(call.world, room)
    message = Message(
        id=call.world.next_message_id(room),
        sender=call.world.bot,
        date=call.world.today(),
        content=content,
        reply_to=reply_to,
    )
    return room.message_json(call.world.post(room, message))


def send_message(call: Call) -> dict[str, Any]:
    call.world.writable(call.fields["chat_id"])
    text, entities = _text(call.fields)
    return _send(call, Content(text=text, entities=entities))


def send_photo(call: Call) -> dict[str, Any]:
    call.world.writable(call.fields["chat_id"])
    if not call.fields["photo"]:
        raise bad_request("there is no photo in the request")
    caption, entities = _caption(call.fields)
    photo = _photo(call, call.fields["photo"])
    return _send(call, Content(photo=photo, caption=caption, entities=entities))


def send_chat_action(call: Call) -> bool:
    action = call.fields["action"]
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.world.writable(call.fields["chat_id"]).actions.append(action)
    call.world.changed.notify_all()
    return True


def _to_edit(call: Call) -> tuple[Room, Message]:
    inline_id = call.fields.get("inline_message_id")
    if inline_id is not None:
        if inline_id not in call.world.inline_messages:
            raise bad_request("MESSAGE_ID_INVALID")
        chat_id, message_id = call.world.inline_messages[inline_id]
        return call.world.rooms[chat_id], call.world.rooms[chat_id].log[message_id]
    if call.fields.get("chat_id") is None:
        raise bad_request("chat identifier is not specified")
    if call.fields.get("message_id") is None:
        raise bad_request("message identifier is not specified")
    room = call.world.writable(call.fields["chat_id"])
    message = room.log.get(call.fields["message_id"])
    if message is None or message.deleted:
        raise bad_request("message to edit not found")
    if message.sender != call.world.bot:
        raise bad_request("message can't be edited")
    return room, message


def _edited(call: Call, room: Room, message: Message, content: Content) -> dict[str, Any] | bool:
    if content == message.content:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as "
            "a current content and reply markup of the message"
        )
    edited = call.world.edit(room, message, content)
    return True if call.fields.get("inline_message_id") is not None else room.message_json(edited)


def _new_markup(call: Call) -> dict[str, Any] | None:
    return check_markup(call.fields.get("reply_markup"), inline_only=True)


def edit_message_text(call: Call) -> dict[str, Any] | bool:
    text, entities = _text(call.fields)
    markup = _new_markup(call)
    room, message = _to_edit(call)
    if message.text is None:
        raise bad_request("there is no text in the message to edit")
    return _edited(call, room, message, Content(text=text, entities=entities, markup=markup))


def edit_message_reply_markup(call: Call) -> dict[str, Any] | bool:
    markup = _new_markup(call)
    room, message = _to_edit(call)
    return _edited(call, room, message, replace(message.content, markup=markup))


def edit_message_media(call: Call) -> dict[str, Any] | bool:
    media = call.fields["media"]
    if media["type"] != "photo":
        raise bad_request(f"media of type {media['type']} is not supported by the fake")
    markup = _new_markup(call)
    room, message = _to_edit(call)
    caption, entities = _caption(media)
    content = Content(photo=_photo(call, media["media"]), caption=caption, entities=entities, markup=markup)
    return _edited(call, room, message, content)


def delete_message(call: Call) -> bool:
    room = call.world.room(call.fields["chat_id"])
    message = room.log.get(call.fields["message_id"])
    if message is None or message.deleted:
        raise bad_request("message to delete not found")
    if room.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    if room.kind != "private" and message.sender != call.world.bot:
        raise bad_request("message can't be deleted")
    call.world.post(room, replace(message, deleted=True))
    return True
