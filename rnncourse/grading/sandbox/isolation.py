"""Layers between a student's code and the machine, each used where the system has it.

`LIMITS`: a process of its own with bounds on memory, processor time, files, threads.
`SECCOMP`: the same, with Landlock (it reads Python and the allowed packages, and
writes nowhere) and seccomp (no sockets, no processes, no programs, no signals to
others), see `filters`. `NAMESPACES`: the same, in process, network and IPC namespaces
of its own. As root, all of it runs as a user that nobody else is.

Sources: the man pages of `capset`, `capabilities`, `unshare`, `getrlimit` and `prctl`.
"""

import ctypes
import math
import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

NONE, LIMITS, SECCOMP, NAMESPACES = "none", "limits", "seccomp", "namespaces"
LEVELS = (NONE, LIMITS, SECCOMP, NAMESPACES)
"""From the weakest to the strongest."""

MAX_THREADS = 64
"""Threads that an answer may have at a time."""
WATCH_INTERVAL = 0.05
"""Seconds between two looks at the threads of a child, where the system does not bound them."""
EXTRA_THREADS = 1024
"""Threads that may come to a user's others, where children run as a user who has others."""
READ_MEMORY = 500 << 20
"""Bytes that a process may add to what it has, the notebook among it, to read that."""

NOBODY = 65534
_FIRST_OWN_USER = 0x70000000  # with a process's number added: a user that no machine has
_NEW_USER, _NEW_PID, _NEW_NET, _NEW_IPC = 0x10000000, 0x20000000, 0x40000000, 0x08000000
_SUBREAPER, _DUMPABLE, _KEEP_CAPS, _DROP_BOUND, _PARENT_DIES = 36, 4, 8, 24, 1
_READ_CAPABILITY = 1 << 2  # CAP_DAC_READ_SEARCH
_COUNTS_APART_SINCE = 5, 14  # since this Linux, each user namespace counts its processes


# --- Asking the kernel for what Python has no function for ---

libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class IsolationError(OSError):
    """A layer that this system refuses."""


def call_system(number: int, *arguments: object) -> int:
    """Make a system call with arguments as `ctypes` takes them; return what it returns.

    Raises:
        IsolationError: If the kernel refuses.
    """
    return _check_result(libc.syscall(ctypes.c_long(number), *arguments))


def _check_result(result: int) -> int:
    if result < 0:
        raise IsolationError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def prctl(*arguments: int) -> None:
    """Change something about this process: five numbers at most.

    Raises:
        IsolationError: If the kernel refuses.
    """
    _check_result(libc.prctl(*(ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:5])))


# --- Once, in the process that all children are forked from ---


def is_world_readable(paths: Iterable[Path]) -> bool:
    """As root, say whether a user without rights can read these files."""
    child = os.fork()
    if child == 0:
        try:
            _switch_user(os.getpid())
            os._exit(0 if all(os.access(path, os.R_OK) for path in paths) else 1)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def drop_root(process_id: int, can_change: bool = True, may_read: bool = False) -> bool:
    """As root, become a user without rights.

    Args:
        process_id: The user is one that only a process with this number becomes.
        can_change: Whether another user could do the work; else this process stays root, and
            gives up every right.
        may_read: Keep one right, to read all files: where only root can read Python.

    Returns:
        Whether no other process has this user. A container may know no user but root: then this
        process stays root, too.

    Raises:
        IsolationError: If the kernel refuses.
    """
    for capability in range(64):
        try:
            prctl(_DROP_BOUND, capability)
        except IsolationError:
            break
    prctl(_KEEP_CAPS, may_read)
    has_own_user = False
    try:
        has_own_user = can_change and _switch_user(process_id)
    except OSError:
        can_change = False
    may_read &= can_change
    _set_capabilities(_READ_CAPABILITY if may_read else 0)
    prctl(_DUMPABLE, 1)  # else the files of this process in /proc are root's
    return has_own_user


def _switch_user(process_id: int) -> bool:
    os.setgroups([])
    for user in (_FIRST_OWN_USER + process_id, NOBODY):
        try:
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        except OSError:  # a container may know few users
            continue
        return user != NOBODY
    raise IsolationError("No other user can be had.")


def may_read_all() -> bool:
    """Say whether this process has the right to read all files, as root has outside containers."""
    header, capabilities = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    return libc.capget(header, capabilities) == 0 and bool(capabilities[1] & _READ_CAPABILITY)


def _set_capabilities(allowed: int) -> None:
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _check_result(libc.capset(header, (ctypes.c_uint32 * 6)(allowed, allowed)))


def enter_namespaces() -> bool:
    """Enter new namespaces; the caller's next fork is the first process in there.

    Root needs no namespace of users for that, and gets none.
    """
    user, group = os.geteuid(), os.getegid()
    user_namespace = _NEW_USER if user else 0
    if libc.unshare(user_namespace | _NEW_PID | _NEW_NET | _NEW_IPC) != 0:
        return False
    maps = {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}
    for name, text in maps.items() if user_namespace else ():
        with suppress(OSError):  # without maps, files belong to nobody in here: as good
            Path(f"/proc/self/{name}").write_text(text)
    return True


def compute_max_processes(is_apart: bool) -> int:
    """Return how many processes and threads the user of an answer may have, those of others too.

    Where the system counts the children of this process apart from all others, there are none.
    """
    if is_apart:
        return MAX_THREADS + 8  # the processes that wait for the child, and what they may fork
    count, user = EXTRA_THREADS, os.getuid()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            count += count_threads(int(folder.name)) if folder.stat().st_uid == user else 0
    return count


def counts_namespaces_separately() -> bool:
    """Say whether this Linux counts the processes of each user namespace apart."""
    return tuple(int(part) for part in os.uname().release.split(".")[:2]) >= _COUNTS_APART_SINCE


def count_threads(process: int) -> int:
    """Count the threads of a process; 0 if it has gone, or nobody says."""
    try:
        return os.stat(f"/proc/{process}/task").st_nlink - 2
    except OSError:
        return 0


def close_all_but(allowed: Iterable[int]) -> None:
    """Close whatever this process has open, but for these descriptors."""
    try:
        descriptors = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        descriptors = list(range(3, 1024))
    for descriptor in {*descriptors} - {*allowed}:
        with suppress(OSError):
            os.close(descriptor)


def become_subreaper() -> None:
    """Become the parent of whatever descendants outlive theirs, so that they can be found."""
    prctl(_SUBREAPER, 1)


def die_with_parent() -> None:
    """Be killed when the parent ends, however it ends."""
    prctl(_PARENT_DIES, 9)


# --- In every child ---


def set_limits(memory: int, processes: int) -> None:
    """Bound address space, files and threads of this process, and leave no core behind."""
    import resource

    limits = {
        "RLIMIT_AS": memory,
        "RLIMIT_NPROC": processes,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in limits.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))
    if libc is not None:
        prctl(_DUMPABLE, 0)


def limit_time(seconds: float, is_last: bool = True) -> None:
    """Have this process ended after so many seconds of processor time from now, rounded up.

    Other programs on the machine do not shorten that. Nothing happens on Windows. The last limit
    is one after which the process may never have more.
    """
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(time.process_time() + seconds)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    if is_last and soft != hard:
        hard = soft + 1  # at the first the process gets a signal that has a name, then it is killed
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def measure_address_space() -> int:
    """Return the bytes of address space that this process has.

    Raises:
        OSError: If the system does not say.
    """
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
