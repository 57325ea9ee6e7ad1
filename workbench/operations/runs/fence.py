"""What a kernel may reach, held by the operating system: no network, nothing to write but its own folder.

A kernel shuts itself in before it imports anything. It makes namespaces of its own (as any user may, unless the machine
forbids it), takes every network device away, makes the whole file system read-only but for its folder, hides what it
is told to, and gives up the rights that this took, for good: what it begins later cannot get them back. Local sockets
in the file system stay within reach of whoever may use them, and processes of the same user can be signalled.
"""

import ctypes
import os
import resource
import signal
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

NETWORK, FILES = "network", "files"

_NEWNS, _NEWUSER, _NEWNET = 0x00020000, 0x10000000, 0x40000000
_BIND, _REC, _PRIVATE = 0x1000, 0x4000, 0x40000
_PARENT_DEATH_SIGNAL, _CHILD_SUBREAPER, _NO_NEW_PRIVILEGES = 1, 36, 38
_MOUNT_SETATTR, _HERE, _RECURSIVE, _READ_ONLY = 442, -100, 0x8000, 1
_CAPABILITY_VERSION = 0x20080522
"""Numbers of the kernel's interface: unshare(2), mount(2), prctl(2), mount_setattr(2), capset(2)."""

LARGEST_FILE = 2 * 1024**3
"""Bytes of one file that a kernel may write in its own folder."""


class _Attributes(ctypes.Structure):
    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns", ctypes.c_uint64),
    )


def limit() -> None:
    """Be the first to go when the machine's memory ends, and write no endless file; every machine grants that."""
    Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def follow(parent: int) -> None:
    """Be killed when this parent ends, by the operating system: no loop in Python is asked. It has one thread."""
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def adopt() -> None:
    """Become the parent of whatever loses its own among those that this process began."""
    ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def works(within: Path | None = None) -> bool:
    """Whether this machine lets processes shut themselves in: tried by one that is gone afterwards, in this folder.

    Where it lets them half way, a kernel could not read its own files any more, and is better not shut in at all.
    """
    with TemporaryDirectory(prefix="wb-", dir=within) as folder:
        child = os.fork()
        if not child:
            _try(Path(folder))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _try(folder: Path) -> None:
    held = False
    try:
        held = bool(shut_in(folder)) and os.access(folder, os.R_OK | os.W_OK)
    finally:
        os._exit(0 if held else 1)


def shut_in(folder: Path, hidden: Iterable[Path] = ()) -> tuple[str, ...]:
    """Shut this process in, with only ``folder`` to write to and ``hidden`` not to be seen; gives what holds now.

    To be called while the process has one thread. Where the machine forbids namespaces nothing is changed, and nothing
    is given.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_NEWUSER | _NEWNET | _NEWNS):
        return ()
    _stay(user, group)
    held = (NETWORK, FILES) if _read_only(libc, folder, hidden) else (NETWORK,)
    _give_up(libc)
    return held


def _stay(user: int, group: int) -> None:
    """Be nobody but oneself in there; a number other than 0, so that no program begun there is given rights."""
    Path("/proc/self/setgroups").write_text("deny", "ascii")
    Path("/proc/self/uid_map").write_text(f"{user or 1000} {user} 1", "ascii")
    Path("/proc/self/gid_map").write_text(f"{group or 1000} {group} 1", "ascii")


def _read_only(libc: ctypes.CDLL, folder: Path, hidden: Iterable[Path]) -> bool:
    """Whether all of it could be done. The working folder is entered anew: it is another one now, by the same name."""
    own, nothing = os.fsencode(folder), folder / ".nothing"
    nothing.mkdir()
    steps = [libc.mount(None, b"/", None, _REC | _PRIVATE, None), libc.mount(own, own, None, _BIND, None)]
    for path in hidden:
        if path.exists():
            instead = os.fsencode(nothing if path.is_dir() else Path(os.devnull))
            steps.append(libc.mount(instead, os.fsencode(path), None, _BIND, None))
    steps.append(_attributes(libc, b"/", _RECURSIVE, _Attributes(set=_READ_ONLY)))
    steps.append(_attributes(libc, own, 0, _Attributes(clear=_READ_ONLY)))
    os.chdir(Path.cwd())
    return not any(steps)


def _attributes(libc: ctypes.CDLL, path: bytes, flags: int, wanted: _Attributes) -> int:
    return int(libc.syscall(_MOUNT_SETATTR, _HERE, path, flags, ctypes.byref(wanted), ctypes.sizeof(wanted)))


def _give_up(libc: ctypes.CDLL) -> None:
    """Keep no right that the namespaces gave, nor get it back from any program."""
    head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    if libc.capset(ctypes.byref(head), ctypes.byref((ctypes.c_uint32 * 6)())):
        raise OSError(ctypes.get_errno(), "capabilities cannot be given up")
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
