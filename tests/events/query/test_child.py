"""The process that answers questions, by itself."""

import subprocess
import sys


def test_a_child_whose_parent_is_gone_says_nothing_of_it() -> None:
    words = [sys.executable, "-m", "workbench.events.query.child"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stderr
        child.stdout.close()
        assert (child.stderr.read(), child.wait(60)) == (b"", 0)
