"""A small, sound knowledge folder to break in one place at a time; everything in it is invented."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

SOUND: dict[str, Any] = {
    "statutes/law.yaml": [
        {
            "id": "law-1", "law": "中华人民共和国试验法", "article": "第一条", "summary": "应当交付", "source": "虚构",
            "checked_on": "2026-11-01", "certainty": "V", "in_force_from": "2020-01-01",
        },
        {
            "id": "law-2", "law": "中华人民共和国试验法", "article": "第二条", "summary": "可以退款", "source": "虚构",
            "checked_on": "2026-11-01", "certainty": "G",
        },
    ],
    "statutes/never.yaml": [{"id": "old", "words": ["旧试验法"], "why": "已废止", "instead": "改引试验法"}],
    "deadlines/all.yaml": [
        {
            "id": id, "label": id, "kind": kind, "amount": 3, "unit": "days", "starts": "sent",
            "citations": ["law-1"], "checked_on": "2026-11-01",
        }
        for id, kind in (("reply", "statutory"), ("payment-dispute", "window"), ("limitation", "limitation"),
                         ("promise", "promise"))
    ],
    "calendar/2026.yaml": {
        "year": 2026, "notice": "虚构", "source": "虚构", "checked_on": "2026-11-01", "off": ["2026-10-01"],
        "worked": ["2026-10-10"],
    },
    "channels/merchant.yaml": {
        "id": "merchant", "name": "商家", "short": "商家", "use_when": "先问", "steps": ["发出去"], "attach": "账单",
        "letter": "first", "deadlines": ["reply"], "checked_on": "2026-11-01",
    },
    "problems/late.yaml": {
        "id": "late", "name": "没到", "short": "没到", "explain": "付了没到", "priority": 1, "happened": "没有收到{{ goods }}",
        "request": "退款", "outcome": "多半能退", "avoid": [], "ladder": [{"channel": "merchant"}],
        "needs": {"merchant": ["amount"]}, "cites": {"merchant": ["law-1"]},
        "evidence": [{"id": "bill", "name": "账单", "proves": "付了", "how": "截图", "goods": ["card"]}],
    },
    "excuses/wait.yaml": {
        "id": "wait", "name": "等等", "words": ["等等"], "kind": "delay", "answer": "给出日期", "counter": "请在{{ deadline }}前退款",
        "cites": ["law-1"],
    },
    "clauses/none.yaml": {
        "id": "none", "name": "不退", "words": ["不退"], "weight": 3, "means": "不退", "advice": "别买", "check": "terms",
    },
    "goods/card.yaml": {"id": "card", "name": "点卡", "words": ["点卡"]},
}  # fmt: skip
LETTER = "---\nid: first\nname: 第一封\nchannel: merchant\nfacts: [goods]\n---\n{{ goods }}：{{ happened }}。{{ request }}。\n"


class Shelf:
    """A knowledge folder on disk whose files can be rewritten."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for file, content in SOUND.items():
            self.write(file, yaml.safe_dump(content, allow_unicode=True))
        self.write("letters/first.j2", LETTER)

    def write(self, file: str, text: str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, file: str, **values: Any) -> None:
        """Change keys of the (first) entry of a file; None removes the key."""
        content = yaml.safe_load(yaml.safe_dump(SOUND[file]))
        entry = content[0] if isinstance(content, list) else content
        entry.update(values)
        for key in [key for key, value in values.items() if value is None]:
            del entry[key]
        self.write(file, yaml.safe_dump(content, allow_unicode=True))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)
