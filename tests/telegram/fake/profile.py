"""The methods about the bot itself: who it is, its commands by scope and language, its descriptions."""

import re
from typing import Any

from .errors import ApiError, bad_request
from .sending import Call

MOST_COMMANDS = 100
LONGEST_COMMAND = 32
LONGEST_COMMAND_DESCRIPTION = 256
LONGEST_DESCRIPTION = 512
LONGEST_SHORT_DESCRIPTION = 120


def get_me(call: Call) -> dict[str, Any]:
    return call.world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _language(call: Call) -> str:
    code: str = call.fields.get("language_code") or ""
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def _place(call: Call) -> tuple[str, str]:
    scope = call.fields.get("scope") or {"type": "default"}
    chat = scope.get("chat_id")
    if chat is not None:
        chat = call.world.room(chat).id
    parts = (scope["type"], chat, scope.get("user_id"))
    return ":".join(str(part) for part in parts if part is not None), _language(call)


def _command(given: dict[str, str]) -> dict[str, str]:
    command = given["command"].strip().removeprefix("/")
    description = given["description"].strip()
    if not command:
        raise bad_request("command must be non-empty")
    if len(command) > LONGEST_COMMAND:
        raise bad_request(f"command length must not exceed {LONGEST_COMMAND}")
    if not re.fullmatch("[a-z0-9_]+", command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > LONGEST_COMMAND_DESCRIPTION:
        raise bad_request(f"command description length must not exceed {LONGEST_COMMAND_DESCRIPTION}")
    return {"command": command, "description": description}


def set_my_commands(call: Call) -> bool:
    if len(call.fields["commands"]) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(given) for given in call.fields["commands"]]
    place = _place(call)
    if commands:
        call.world.commands[place] = commands
    else:
        call.world.commands.pop(place, None)
    return True


def get_my_commands(call: Call) -> list[dict[str, str]]:
    return call.world.commands.get(_place(call), [])


def delete_my_commands(call: Call) -> bool:
    call.world.commands.pop(_place(call), None)
    return True


def _describe(call: Call, name: str, longest: int) -> bool:
    text: str = call.fields.get(name) or ""
    if len(text) > longest:
        raise bad_request(f"{name.replace('_', ' ')} length must not exceed {longest}")
    call.world.descriptions[name, _language(call)] = text
    return True


def set_my_description(call: Call) -> bool:
    return _describe(call, "description", LONGEST_DESCRIPTION)


def set_my_short_description(call: Call) -> bool:
    return _describe(call, "short_description", LONGEST_SHORT_DESCRIPTION)


def get_my_description(call: Call) -> dict[str, str]:
    return {"description": call.world.descriptions.get(("description", _language(call)), "")}


def get_my_short_description(call: Call) -> dict[str, str]:
    return {"short_description": call.world.descriptions.get(("short_description", _language(call)), "")}


def log_out(call: Call) -> bool:
    call.world.logged_out = True
    return True


def close(call: Call) -> bool:
    return True


def refuse_if_logged_out(call: Call) -> None:
    if call.world.logged_out:
        raise ApiError(400, "Logged out")
