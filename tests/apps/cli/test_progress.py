import pytest

from workbench.apps.cli.progress import LINE_SECONDS, Lines, line, progress
from workbench.intake.importing import Progress

STEP = Progress("clicks\x1b[2J.ndjson", 250_000_000, 1_000_000_000, 600_000)


def test_a_line_says_share_rates_and_what_is_left_and_cannot_move_the_cursor() -> None:
    assert line(STEP, 50.0) == (
        "600,000 records, 25% of 1,000.0 MB (12,000 records/s, 5.0 MB/s), about 2 min 30 s left: clicks.ndjson"
    )


@pytest.mark.parametrize("done", [0, 1_000_000_000])
def test_what_is_left_is_said_only_once_it_is_known(done: int) -> None:
    said = line(Progress("a", done, 1_000_000_000, 5), 10.0)
    assert ("left" in said) == (done > 0)
    assert line(Progress("a", 0, 0, 0), 10.0).startswith("0 records, 0% of 0.0 MB")


def test_lines_come_every_ten_seconds() -> None:
    said: list[str] = []
    moments = iter([0.0, 1.0, LINE_SECONDS, LINE_SECONDS + 1, 2 * LINE_SECONDS])
    lines = Lines(said.append, line, lambda: next(moments))
    for _ in range(4):
        lines(STEP)
    assert len(said) == 2


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(quiet=True) as tell:
        tell(STEP)
    assert capsys.readouterr() == ("", "")
