"""The table of Bot API methods. getUpdates and the webhook methods live with the server, which does the waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.demo import sending
from bot.demo.account import Account
from bot.demo.params import Params
from bot.demo.refusals import Json, bad_request

Method = Callable[[Account, Params], Any]


def get_me(account: Account, _: Params) -> Json:
    """Bot API: getMe."""
    return {
        **account.bot, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False,
        "can_connect_to_business": False, "has_main_web_app": False,
    }  # fmt: skip


def get_file(account: Account, params: Params) -> Json:
    """Bot API: getFile."""
    return account.shelf.described(params.text("file_id"))


def get_chat(account: Account, params: Params) -> Json:
    """Bot API: getChat (ChatFullInfo with the fields that libraries insist on)."""
    accepted = {"unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False, "premium_subscription": False,
                "gifts_from_channels": False}  # fmt: skip
    return {
        **account.chat(params.chat_id()), "accent_color_id": 0, "max_reaction_count": 11,
        "accepted_gift_types": accepted,
    }  # fmt: skip


def _scope(params: Params) -> str:
    scope = params.json("scope") or {}
    parts = [
        str(scope.get("type", "default")),
        *(str(scope[key]) for key in ("chat_id", "user_id") if key in scope),
    ]
    return "commands:" + ":".join([*parts, params.text("language_code")])


def set_my_commands(account: Account, params: Params) -> bool:
    """Bot API: setMyCommands."""
    commands = params.json("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad_request("can't parse commands: Expected an Array of BotCommand")
    for command in commands:
        name = str(command.get("command", "")).removeprefix("/")
        if not (
            1 <= len(name) <= 32
            and name.isascii()
            and name == name.lower()
            and name.replace("_", "a").isalnum()
        ):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    account.change(_scope(params), commands)
    return True


def get_my_commands(account: Account, params: Params) -> list[Json]:
    """Bot API: getMyCommands."""
    commands: list[Json] = account.settings.get(_scope(params)) or []
    return commands


def delete_my_commands(account: Account, params: Params) -> bool:
    """Bot API: deleteMyCommands."""
    account.change(_scope(params), [])
    return True


def commands_for(account: Account, language: str) -> list[Json]:
    """The command menu that a person with this language sees in a private chat (Bot API: BotCommandScope)."""
    short = language.split("-")[0]
    for scope in ("all_private_chats", "default"):
        for code in (short, ""):
            if found := account.settings.get(f"commands:{scope}:{code}"):
                commands: list[Json] = found
                return commands
    return []


def _setter(name: str, parameter: str, limit: int) -> Method:
    def change(account: Account, params: Params) -> bool:
        value = params.text(parameter)
        if len(value) > limit:
            raise bad_request(f"{parameter.replace('_', ' ')} is too long")
        account.change(name + (":" + params.text("language_code")).rstrip(":"), value)
        return True

    return change


def _getter(name: str, parameter: str) -> Method:
    def read(account: Account, params: Params) -> Json:
        key = name + (":" + params.text("language_code")).rstrip(":")
        return {parameter: account.settings.get(key) or account.settings.get(name) or ""}

    return read


def set_chat_menu_button(account: Account, params: Params) -> bool:
    """Bot API: setChatMenuButton."""
    account.change(f"menu_button:{params.integer('chat_id', 0)}", params.json("menu_button"))
    return True


def agree(_: Account, __: Params) -> bool:
    """logOut and close: nothing to do here."""
    return True


#: By lower-case name: Telegram ignores case.
METHODS: dict[str, Method] = {
    "getme": get_me, "getfile": get_file, "getchat": get_chat,
    "sendmessage": sending.send_message, "sendphoto": sending.send_photo, "senddocument": sending.send_document,
    "sendmediagroup": sending.send_media_group, "sendchataction": sending.send_chat_action,
    "editmessagetext": sending.edit_message_text, "editmessagecaption": sending.edit_message_caption,
    "editmessagereplymarkup": sending.edit_message_reply_markup, "deletemessage": sending.delete_message,
    "answercallbackquery": sending.answer_callback_query,
    "setmycommands": set_my_commands, "getmycommands": get_my_commands, "deletemycommands": delete_my_commands,
    "setmyname": _setter("name", "name", 64), "getmyname": _getter("name", "name"),
    "setmydescription": _setter("description", "description", 512),
    "getmydescription": _getter("description", "description"),
    "setmyshortdescription": _setter("short_description", "short_description", 120),
    "getmyshortdescription": _getter("short_description", "short_description"),
    "setchatmenubutton": set_chat_menu_button, "logout": agree, "close": agree,
}  # fmt: skip

#: Methods whose acceptance is recorded in `delivered`: a person can see what they did.
VISIBLE = frozenset(
    name for name in METHODS if name.startswith(("send", "edit", "delete")) and "my" not in name
) - {"sendchataction"}
