"""Names sort by time and never meet; of a secret only the digest is kept."""

import subprocess
import sys
import time

from workbench.ledger.models.ids import digest_of, is_id, new_id, new_secret


def test_names_sort_by_time_and_never_meet() -> None:
    early = [new_id() for _ in range(2_000)]
    time.sleep(0.003)
    late = [new_id() for _ in range(2_000)]
    assert max(early) < min(late)
    assert len({*early, *late}) == 4_000
    assert all(map(is_id, early))


def test_what_is_no_name() -> None:
    for text in ("", "0" * 25, "8" + "0" * 25, "I" * 26, "0" * 26 + "\n", "../../../../../../etc/pass"):
        assert not is_id(text)


def test_a_secret_is_long_and_its_digest_is_all_that_is_kept() -> None:
    one, other = new_secret(), new_secret()
    assert one != other
    assert len(one) >= 43
    assert len(digest_of(one)) == 64
    assert digest_of(one) not in (digest_of(other), one)
    assert digest_of("\ud800")


def test_the_words_of_the_ledger_and_its_messages_cost_no_database() -> None:
    program = (
        "import sys; import workbench.ledger.api, workbench.ledger.models.ids;"
        "sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'alembic', 'psycopg')))"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode
        == 0
    )
