"""A program that ends with whoever began it: ``python -I -S tether.py SECONDS PROGRAM ...``, never called by people.

Its standard input is a pipe that only its beginner holds, so it is closed by the beginner's wish as by its death, of
whatever kind. Then the program is asked to end, and killed with all that is left of its group after so many seconds.
The signal that the operating system sends at a parent's death would not do: it comes when the *thread* that began a
process ends.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from select import select

_LINE = 0


def main() -> None:
    """Run the program until it ends, which gives the exit status, or is to end."""
    seen = _signs()
    program = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL)
    while program.poll() is None:
        ready = select([_LINE, seen], [], [])[0]
        if _LINE in ready or signal.SIGTERM in os.read(seen, 64):
            _end(program, float(sys.argv[1]))
    sys.exit(program.returncode & 0xFF)


def _signs() -> int:
    """A pipe that tells of signals by their numbers; programs that are begun do not inherit how they are handled."""
    seen, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return seen


def _end(program: "subprocess.Popen[bytes]", seconds: float) -> None:
    program.terminate()
    with suppress(subprocess.TimeoutExpired):
        program.wait(seconds)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
