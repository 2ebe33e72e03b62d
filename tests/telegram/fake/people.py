"""The people's side: what they do in a chat, each act an update, and what they see there."""

from collections.abc import Callable, Sequence
from typing import Any, overload

from .keyboards import Button
from .text import TEXT_LIMIT, Entity, formatted, found_entities, utf16_slice
from .things import Content, Message, Room, User
from .transcript import draw
from .updates import Updates
from .waiting import PATIENCE, wait_until
from .world import CallbackAnswer, World


def _file(kind: str, number: int, **more: Any) -> dict[str, Any]:
    return {"file_id": f"{kind}-{number:032d}", "file_unique_id": f"{kind}{number:012d}", **more}


class Chat:
    """One chat as its people use it. `by` says who acts; without it the first person of the chat does."""

    def __init__(self, world: World, updates: Updates, room: Room) -> None:
        self._world = world
        self._updates = updates
        self._room = room
        self._seen = 0

    @property
    def id(self) -> int:
        return self._room.id

    @property
    def title(self) -> str:
        return self._room.title

    @property
    def log(self) -> list[Message]:
        """Every message in order, people's and the bot's, as each stands now."""
        with self._world.changed:
            return [*self._room.log.values()]

    @property
    def messages(self) -> list[Message]:
        """The bot's messages in order, as each stands now; deleted ones are marked so."""
        return [message for message in self.log if message.sender == self._world.bot]

    @property
    def actions(self) -> list[str]:
        """Chat actions the bot showed here, such as 'typing'."""
        with self._world.changed:
            return [*self._room.actions]

    def transcript(self) -> str:
        return draw(self.log, self._world.bot)

    @overload
    def wait_for(self, wanted: int, timeout: float = PATIENCE) -> list[Message]: ...
    @overload
    def wait_for(self, wanted: Callable[[Message], bool], timeout: float = PATIENCE) -> Message: ...
    def wait_for(
        self, wanted: int | Callable[[Message], bool], timeout: float = PATIENCE
    ) -> list[Message] | Message:
        """All the bot's messages once there are `wanted` in the whole chat, or the last that fulfils it.

        Looks at each message as it stands now, so it also waits for edits and deletions.
        """

        def enough() -> list[Message] | None:
            if isinstance(wanted, int):
                return self.messages if len(self.messages) >= wanted else None
            return [message for message in self.messages if wanted(message)] or None

        what = f"there are not {wanted} messages" if isinstance(wanted, int) else "no message fulfils it"
        found = wait_until(self._world.changed, enough, timeout, lambda: f"{what}:\n{self.transcript()}")
        return found if isinstance(wanted, int) else found[-1]

    def next(self, timeout: float = PATIENCE) -> Message:
        """The bot's next message that this method has not returned yet."""
        self.wait_for(self._seen + 1, timeout)
        self._seen += 1
        return self.messages[self._seen - 1]

    def says(
        self,
        text: str,
        entities: Sequence[Entity] | None = None,
        *,
        by: User | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Write a text; links, commands and mentions in it get their entities as in Telegram."""
        found = found_entities(text, entities or ())
        return self._says(Content(text=text, entities=tuple(found)), by, reply_to)

    def replies_to(self, message: Message, text: str, *, by: User | None = None) -> Message:
        return self.says(text, by=by, reply_to=message)

    def mentions(self, text: str, *, by: User | None = None) -> Message:
        """Write '@the_bot text'."""
        return self.says(f"@{self._world.bot.username} {text}", by=by)

    def edits(self, message: Message, text: str) -> Message:
        """Change a person's own message; the bot gets it as `edited_message`."""
        with self._world.changed:
            current = self._room.log[message.id]
            content = Content(text=text, entities=tuple(found_entities(text)))
            edited = self._world.edit(self._room, current, content)
            if self._bot_sees(edited):
                self._put("edited_message", self._room.message_json(edited))
            return edited

    def sends_photo(self, caption: str = "", *, by: User | None = None) -> Message:
        photo = [_file("photo", 1, width=90, height=67, file_size=1253)]
        return self._sends({"photo": photo}, caption, by)

    def sends_voice(self, *, by: User | None = None) -> Message:
        return self._sends({"voice": _file("voice", 2, duration=3, mime_type="audio/ogg")}, "", by)

    def sends_sticker(self, emoji: str = "👍", *, by: User | None = None) -> Message:
        looks = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
        sticker = _file("sticker", 3, type="regular", emoji=emoji, **looks)
        return self._sends({"sticker": sticker}, "", by)

    def sends_contact(self, *, by: User | None = None) -> Message:
        return self._sends({"contact": {"phone_number": "+8613800000000", "first_name": "王"}}, "", by)

    def sends_location(self, *, by: User | None = None) -> Message:
        return self._sends({"location": {"latitude": 26.89, "longitude": 112.57}}, "", by)

    def sends_document(self, name: str = "清单.pdf", caption: str = "", *, by: User | None = None) -> Message:
        document = _file("document", 4, file_name=name, mime_type="application/pdf", file_size=20_480)
        return self._sends({"document": document}, caption, by)

    def presses(
        self,
        message: Message,
        button: str = "",
        *,
        data: str | None = None,
        by: User | None = None,
        timeout: float = PATIENCE,
    ) -> CallbackAnswer:
        """Press a button and wait for the bot's answer to the press; see `taps` for what can be pressed."""
        return self.answer_to(self.taps(message, button, data=data, by=by), timeout)

    def taps(
        self,
        message: Message,
        button: str = "",
        *,
        data: str | None = None,
        by: User | None = None,
        expired: bool = False,
        inaccessible: bool = False,
    ) -> str:
        """Press a button without waiting; returns the id of the callback query.

        `button` is the label or the callback data of one that stands on `message` as given, so on an old
        snapshot also one that has gone since; `data` presses what never stood there. `expired`: the query
        is too old for an answer; `inaccessible`: the message is too old to come along.
        """
        if data is None:
            data = self._button(message, button).data
        if data is None:
            raise ValueError(f"the button {button!r} sends nothing to the bot")
        with self._world.changed:
            query = self._world.new_query()
            query.expired = expired
            current = self._room.log.get(message.id, message)
            press: dict[str, Any] = {
                "id": query.id,
                "from": self._person(by).as_json(),
                "chat_instance": str(-7_000_000_000_000_000_000 - abs(self.id)),
                "data": data,
            }
            if message.inline_id is not None:
                press["inline_message_id"] = message.inline_id
            elif inaccessible or current.deleted:
                press["message"] = {"chat": self._room.as_json(), "message_id": message.id, "date": 0}
            else:
                press["message"] = self._room.message_json(current)
            self._put("callback_query", press)
            return query.id

    def answer_to(self, query_id: str, timeout: float = PATIENCE) -> CallbackAnswer:
        """The bot's answer to a press, once it is there."""
        query = self._world.queries[query_id]

        def answer() -> CallbackAnswer | None:
            return query.answer if isinstance(query.answer, CallbackAnswer) else None

        return wait_until(
            self._world.changed, answer, timeout, lambda: f"no press was answered:\n{self.transcript()}"
        )

    def blocks(self) -> None:
        """Block the bot, or throw it out of the group: what it sends from now on gets 403."""
        self._membership("member", "kicked")

    def unblocks(self) -> None:
        self._membership("kicked", "member")

    def _membership(self, old: str, new: str) -> None:
        with self._world.changed:
            self._room.blocked = new == "kicked"
            left = {"until_date": 0}
            bot = self._world.bot.as_json()
            self._put(
                "my_chat_member",
                {
                    "chat": self._room.as_json(),
                    "from": self._person(None).as_json(),
                    "date": self._world.today(),
                    "old_chat_member": {"user": bot, "status": old} | (left if old == "kicked" else {}),
                    "new_chat_member": {"user": bot, "status": new} | (left if new == "kicked" else {}),
                },
            )

    def _button(self, message: Message, wanted: str) -> Button:
        for button in message.buttons:
            if wanted in (button.text, button.data):
                return button
        raise ValueError(f"no button {wanted!r} on message {message.id}; it has {message.labels}")

    def _person(self, by: User | None) -> User:
        return by or self._room.people[0]

    def _put(self, kind: str, content: dict[str, Any]) -> None:
        self._updates.put(kind, content, lane=self.id)

    def _sends(self, extra: dict[str, Any], caption: str, by: User | None) -> Message:
        if caption:
            extra = {**extra, "caption": caption}
            if entities := found_entities(caption):
                extra["caption_entities"] = entities
        return self._says(Content(), by, None, extra)

    def _says(
        self,
        content: Content,
        by: User | None,
        reply_to: Message | None,
        extra: dict[str, Any] | None = None,
        via_bot: User | None = None,
        inline_id: str | None = None,
    ) -> Message:
        if self._room.blocked and self._room.kind == "private":
            raise ValueError("who has blocked the bot cannot write to it: call unblocks() first")
        with self._world.changed:
            message = Message(
                id=self._world.next_message_id(self._room),
                sender=self._person(by),
                date=self._world.today(),
                content=content,
                reply_to=reply_to.id if reply_to else None,
                extra=extra or {},
                via_bot=via_bot,
                inline_id=inline_id,
            )
            self._world.post(self._room, message)
            if self._bot_sees(message):
                self._put("message", self._room.message_json(message))
            return message

    def chooses(self, result: dict[str, Any], *, by: User | None = None) -> Message:
        """Send a result of an inline query into this chat, as `FakeTelegram.inline` returned it."""
        content = result["input_message_content"]
        text, entities = formatted(
            content["message_text"],
            content.get("parse_mode"),
            content.get("entities"),
            limit=TEXT_LIMIT,
            what="message",
        )
        with self._world.changed:
            inline_id = f"inline-{len(self._world.inline_messages) + 1:020d}"
            chosen = Content(text=text, entities=tuple(entities), markup=result.get("reply_markup"))
            bot = self._world.bot
            message = self._says(chosen, by, None, via_bot=bot, inline_id=inline_id)
            self._world.inline_messages[inline_id] = (self.id, message.id)
            feedback = {"result_id": result["id"], "from": message.sender.as_json(), "query": ""}
            if result.get("reply_markup"):
                feedback["inline_message_id"] = inline_id
            self._put("chosen_inline_result", feedback)
            return message

    def _bot_sees(self, message: Message) -> bool:
        """In a group with privacy mode only commands, mentions, replies to the bot and its inline results."""
        if self._room.blocked:
            return False
        if not self._room.private_mode or message.via_bot is not None:
            return True
        earlier = self._room.log.get(message.reply_to or 0)
        if earlier is not None and earlier.sender == self._world.bot:
            return True
        name = f"@{self._world.bot.username}"
        words = message.words or message.extra.get("caption", "")
        for entity in (*message.entities, *message.extra.get("caption_entities", ())):
            part = utf16_slice(words, entity["offset"], entity["length"])
            if entity["type"] == "mention" and part == name:
                return True
            if entity["type"] == "bot_command" and ("@" not in part or part.endswith(name)):
                return True
        return False
