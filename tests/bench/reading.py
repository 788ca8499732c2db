"""What reading a message costs: classify and facts together, against plain jieba.cut in the same run; the start."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot import language
from flows.classify import understand
from flows.moment import SHANGHAI
from tests.bench.figure import Figure, median, timed

NAME = "reading"
ROOT = Path(__file__).parents[2]
LEXICON = ROOT / "data" / "knowledge" / "lexicon"
CORPUS = ROOT / "tests" / "sentences" / "corpus" / "dev.jsonl"
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=SHANGHAI)
START = """
import time
begin = time.process_time()
from pathlib import Path
from bot import language
loaded = time.process_time()
language.load(Path({lexicon!r}))
high = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.process_time() - begin, int(high.split()[1]) / 1024)
"""


def run() -> Iterator[Figure]:
    words = language.load(LEXICON)
    texts = [json.loads(line)["text"] for line in CORPUS.read_text("utf-8").splitlines()]
    cut = words.segmenter.cutter.cut
    for text in texts:
        understand(text, NOW, words)
    ours = median([timed(lambda text=text: understand(text, NOW, words), 3)[0] for text in texts])
    plain = median([timed(lambda text=text: list(cut(text)), 3)[0] for text in texts])
    yield Figure(
        "classify and facts, median message",
        ours,
        "ms",
        ours < 1,
        "< 1 ms",
        f"  ({ours / plain:.1f} x jieba.cut)",
    )
    code = START.format(lexicon=str(LEXICON))
    seconds, megabytes = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).split()
    yield Figure("start of the language engine, CPU", float(seconds), "s", float(seconds) < 0.3, "< 0.3 s")
    yield Figure("its process at the most", float(megabytes), "MB", float(megabytes) < 60, "< 60 MB")
