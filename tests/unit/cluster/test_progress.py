from __future__ import annotations

import io

from hivehelm.cluster.progress import Lines, Progress, line, silent


def test_lines_are_few() -> None:
    stream = io.StringIO()
    told = Lines(stream, every=10)
    for second in range(25):
        told(Progress(subject="etcd", phase="compiling", done=second, total=30, elapsed=float(second)))
    told(Progress(subject="etcd", phase="linking", elapsed=25.4))
    told(Progress(subject="etcd", phase="linking", elapsed=26.0, final=True))
    assert stream.getvalue().splitlines() == [
        "etcd: compiling 0/30",
        "etcd: compiling 10/30 (10 s)",
        "etcd: compiling 20/30 (20 s)",
        "etcd: linking (25 s)",
        "etcd: linking (26 s)",
    ]


def test_silence() -> None:
    step = Progress(subject="etcd", phase="built")
    silent(step)
    assert line(step) == "etcd: built"
