"""parse_mode=HTML: what becomes which entity, and in which words a mistake is refused."""

from __future__ import annotations

import pytest

from bot.demo.markup import read_html, utf16_length
from bot.demo.refusals import Refused
from bot.demo.wording import checked_entities, formatted, split_long


def entity(kind: str, offset: int, length: int, **more: str) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>钱</b>", "钱", [entity("bold", 0, 1)]),
        ("<strong>a</strong><em>b</em>", "ab", [entity("bold", 0, 1), entity("italic", 1, 1)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("😀<u>x</u>", "😀x", [entity("underline", 2, 1)]),
        ("<del>x</del>", "x", [entity("strikethrough", 0, 1)]),
        ("<code>a &lt; b</code>", "a < b", [entity("code", 0, 5)]),
        ("<pre>x\ny</pre>", "x\ny", [entity("pre", 0, 3)]),
        (
            '<pre><code class="language-python">x</code></pre>',
            "x",
            [entity("pre", 0, 1, language="python")],
        ),
        (
            '<a href="https://example.org/?a=1&amp;b=2">x</a>',
            "x",
            [entity("text_link", 0, 1, url="https://example.org/?a=1&b=2")],
        ),
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [entity("spoiler", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ("<B>x</B>", "x", [entity("bold", 0, 1)]),
        ("a &amp; b &quot;c&quot; &#20013; &#x4e2d; &nbsp; & >", 'a & b "c" 中 中 &nbsp; & >', []),
        ("<b></b>x", "x", []),
    ],
)
def test_html_is_read_as_telegram_reads_it(html: str, text: str, entities: list[object]) -> None:
    assert read_html(html) == (text, entities)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("钱<x>y</x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 3',
        ),
    ],
)
def test_broken_html_is_refused_with_its_place(html: str, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_html(html)
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"


def test_length_is_counted_in_utf16_units() -> None:
    assert [utf16_length(text) for text in ("abc", "钱", "😀", "")] == [3, 1, 2, 0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (entity("bold", 100, 1), "entity begins after the end of the text at UTF-16 offset 100"),
        (
            entity("bold", 0, 100),
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 100",
        ),
        (entity("shiny", 0, 1), "can't parse MessageEntity: Unsupported type specified"),
        (entity("bold", 1, 2), "entity begins in a middle of a UTF-16 symbol at byte offset 0"),
        (entity("bold", 0, 1), "entity ends in a middle of a UTF-16 symbol at byte offset 0"),
    ],
)
def test_wrong_entities_are_refused(given: dict[str, object], words: str) -> None:
    with pytest.raises(Refused) as refusal:
        checked_entities("😀abc", [given])
    assert refusal.value.description == f"Bad Request: {words}"


def test_blanks_around_the_text_go_and_entities_move_with_it() -> None:
    assert formatted("\n <b>x</b> y \n", "HTML", None) == ("x y", [entity("bold", 0, 1)])


def test_links_and_commands_are_marked_outside_of_code() -> None:
    text, entities = formatted("见 /help 和 https://example.org/a，以及 <code>/no</code>", "HTML", None)
    marked = [(e["type"], text[e["offset"] : e["offset"] + e["length"]]) for e in entities]
    assert marked == [("code", "/no"), ("bot_command", "/help"), ("url", "https://example.org/a")]


def test_unescaped_markdown_is_refused() -> None:
    assert formatted("1\\.5", "MarkdownV2", None) == ("1.5", [])
    with pytest.raises(Refused, match="Character '\\.' is reserved and must be escaped"):
        formatted("1.5", "MarkdownV2", None)


def test_a_long_text_of_a_person_is_cut_without_loss_and_never_inside_a_character() -> None:
    text = "a" + "😀" * 4000
    parts = split_long(text)
    assert "".join(parts) == text
    assert [utf16_length(part) <= 4096 for part in parts] == [True, True]
