"""Telegram's updates become our events. Nothing is decided and nothing is sent here.

Promises: only private chats with people come through; every kind of content that a person can send is either an
event that carries it or `UnsupportedReceived` with its kind; forwarded text is material and never a command;
button data is decoded without trust. Source: Bot API, sections "Update", "Message" and "MessageOrigin".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from aiogram.enums import ChatMemberStatus, ChatType, ContentType
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    InaccessibleMessage,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    PhotoSize,
    Update,
)

from flows.events import (
    ChatBlocked,
    ChoicePicked,
    CommandGiven,
    Event,
    EvidenceReceived,
    FileKind,
    Origin,
    TextReceived,
    UnsupportedReceived,
)
from flows.moment import SHANGHAI
from handlers.callback import decode
from handlers.incoming import FileRef, Incoming

#: Content that a person sends and that we cannot read. Everything else that is no text and no file is a service
#: message (a pin, a changed background, ...), which wants no answer.
UNREADABLE = frozenset(
    {
        ContentType.CHECKLIST, ContentType.CONTACT, ContentType.DICE, ContentType.GAME, ContentType.GIFT,
        ContentType.GIVEAWAY, ContentType.INVOICE, ContentType.LOCATION, ContentType.PAID_MEDIA,
        ContentType.POLL, ContentType.RICH_MESSAGE, ContentType.STICKER, ContentType.STORY,
        ContentType.UNKNOWN, ContentType.VENUE, ContentType.VIDEO_NOTE, ContentType.WEB_APP_DATA,
    }
)  # fmt: skip

FreshKey = Callable[[], str]


def translate(update: Update, now: datetime, fresh_key: FreshKey) -> Incoming | None:
    """The event in one update, or None where no person in a private chat has said anything.

    `now` is aware and dates button taps, which Telegram does not date. `fresh_key` names a received file.
    """
    if update.message is not None:
        return _message(update.message, update.update_id, fresh_key)
    if update.edited_message is not None:
        return _edited(update.edited_message, update.update_id, fresh_key)
    if update.callback_query is not None:
        return _tap(update.callback_query, update.update_id, now)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member, update.update_id)
    return None


def is_private(chat: Chat) -> bool:
    """Case data is for private chats only."""
    return chat.type == ChatType.PRIVATE


def _from_person(message: Message) -> bool:
    return is_private(message.chat) and message.from_user is not None and not message.from_user.is_bot


def _message(message: Message, update_id: int, fresh_key: FreshKey) -> Incoming | None:
    if not _from_person(message):
        return None
    file = file_of(message, fresh_key)
    event = _evidence(message, file) if file else _said(message)
    return _incoming(message, update_id, event, file) if event else None


def _edited(message: Message, update_id: int, fresh_key: FreshKey) -> Incoming | None:
    """An edited text or caption is a correction; an edited file without words is a file again. Others (a live
    location that moves, a poll that gets votes) say nothing new."""
    if not _from_person(message):
        return None
    if message.text is None and message.caption is None:
        file = file_of(message, fresh_key)
        return _incoming(message, update_id, _evidence(message, file), file) if file else None
    command = _command(message, _edit_time(message))
    return _incoming(message, update_id, command or _text(message, _edit_time(message), edited=True), None)


def _incoming(message: Message, update_id: int, event: Event, file: FileRef | None) -> Incoming:
    language = message.from_user.language_code if message.from_user else None
    return Incoming(chat_id=message.chat.id, event=event, update_id=update_id, language=language, file=file)


def _said(message: Message) -> Event | None:
    at = _local(message.date)
    if message.text is not None:
        return _command(message, at) or _text(message, at)
    if message.content_type in UNREADABLE:
        return UnsupportedReceived(kind=ContentType(message.content_type).value, at=at)
    return None


def _text(message: Message, at: datetime, edited: bool = False) -> TextReceived:
    return TextReceived(
        text=message.text or message.caption or "",
        at=at,
        message_id=message.message_id,
        edited=edited,
        origin=origin_of(message),
    )


def _command(message: Message, at: datetime) -> CommandGiven | None:
    """A command at the very start of a text that the person wrote here themselves."""
    if message.forward_origin is not None or not (message.text or "").startswith("/"):
        return None
    starts = any(e.type == "bot_command" and e.offset == 0 for e in message.entities or ())
    if not starts:
        return None
    head, _, argument = (message.text or "").partition(" ")
    head, _, below = head.partition("\n")
    name = head[1:].partition("@")[0].lower()
    return CommandGiven(name=name, argument=(below + " " + argument if below else argument).strip(), at=at)


def _evidence(message: Message, file: FileRef) -> EvidenceReceived:
    return EvidenceReceived(
        file_key=file.key,
        file_unique_id=file.unique_id,
        kind=file.kind,
        at=_local(message.date),
        message_id=message.message_id,
        caption=message.caption or "",
        name=file.name,
        mime=file.mime,
        size=file.size,
        album=message.media_group_id,
        origin=origin_of(message),
    )


def file_of(message: Message, fresh_key: FreshKey) -> FileRef | None:
    """The file that a message carries, in the best size that there is. A GIF counts as a video: Telegram makes
    one of every short screen recording without sound. Of a live photo the still picture is kept."""
    if message.live_photo is not None and message.live_photo.photo:
        return _photo(message.live_photo.photo, fresh_key)
    if message.photo:
        return _photo(message.photo, fresh_key)
    kinds = (
        (message.animation or message.video or message.live_photo, FileKind.VIDEO),
        (message.document, FileKind.DOCUMENT),
        (message.audio, FileKind.AUDIO),
        (message.voice, FileKind.VOICE),
    )
    for media, kind in kinds:
        if media is not None:
            return FileRef(
                key=fresh_key(),
                file_id=media.file_id,
                unique_id=media.file_unique_id,
                kind=kind,
                name=getattr(media, "file_name", None) or "",
                mime=media.mime_type or "",
                size=media.file_size,
            )
    return None


def _photo(sizes: list[PhotoSize], fresh_key: FreshKey) -> FileRef:
    largest = max(sizes, key=lambda size: size.width * size.height)
    return FileRef(
        key=fresh_key(),
        file_id=largest.file_id,
        unique_id=largest.file_unique_id,
        kind=FileKind.PHOTO,
        name="",
        mime="image/jpeg",
        size=largest.file_size,
    )


def origin_of(message: Message) -> Origin | None:
    """Who wrote a forwarded message, as far as Telegram tells, and when."""
    match message.forward_origin:
        case None:
            return None
        case MessageOriginUser() as origin:
            name: str | None = origin.sender_user.full_name
        case MessageOriginHiddenUser() as origin:
            name = origin.sender_user_name
        case MessageOriginChat() as origin:
            name = origin.sender_chat.full_name
        case MessageOriginChannel() as origin:
            name = origin.chat.full_name
    return Origin(name=name or None, sent_at=_local(origin.date))


def _tap(query: CallbackQuery, update_id: int, now: datetime) -> Incoming | None:
    if query.from_user.is_bot or (query.message is not None and not is_private(query.message.chat)):
        return None
    tap = decode(query.data)
    picked = ChoicePicked(
        case_id=tap.case_id,
        revision=tap.revision,
        choice=tap.choice,
        at=now,
        message_id=query.message.message_id
        if isinstance(query.message, Message | InaccessibleMessage)
        else 0,
        callback_id=query.id,
    )
    # A private chat has the id of its person, so who tapped decides whose cases are looked at.
    return Incoming(
        chat_id=query.from_user.id,
        event=picked,
        update_id=update_id,
        language=query.from_user.language_code,
    )


def _membership(change: ChatMemberUpdated, update_id: int) -> Incoming | None:
    if not is_private(change.chat):
        return None
    blocked = change.new_chat_member.status == ChatMemberStatus.KICKED
    return Incoming(
        chat_id=change.chat.id,
        event=ChatBlocked(blocked=blocked, at=_local(change.date)),
        update_id=update_id,
        language=change.from_user.language_code,
    )


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


def _edit_time(message: Message) -> datetime:
    if message.edit_date is None:
        return _local(message.date)
    return datetime.fromtimestamp(message.edit_date, UTC).astimezone(SHANGHAI)
