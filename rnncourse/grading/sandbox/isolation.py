"""Layers between a student's code and the machine, each used where the system has it.

`LIMITS`: a process of its own with bounds on memory, processor time, files.
`SECCOMP`: the same, with Landlock (it reads Python and the allowed packages, and
writes nowhere) and seccomp (no sockets, no processes, no programs, no signals to
others). `NAMESPACES`: the same, in user, process, network and IPC namespaces of
its own. As root, all of it runs as an unprivileged user.

Sources: the kernel's `Documentation/userspace-api/landlock.rst` and
`seccomp_filter.rst`; the man pages of `capset`, `unshare` and `prctl`.
"""

import ctypes
import errno
import importlib.util
import math
import os
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

NONE, LIMITS, SECCOMP, NAMESPACES = "none", "limits", "seccomp", "namespaces"
LEVELS = (NONE, LIMITS, SECCOMP, NAMESPACES)
"""From the weakest to the strongest."""

NOBODY = 65534
_NEW_USER, _NEW_PID, _NEW_NET, _NEW_IPC = 0x10000000, 0x20000000, 0x40000000, 0x08000000
_NO_NEW_PRIVS, _SECCOMP, _FILTER, _SUBREAPER, _DUMPABLE, _DROP_BOUND, _PARENT_DIES = (
    38,
    22,
    2,
    36,
    4,
    24,
    1,
)
_CREATE, _ADD, _RESTRICT = 444, 445, 446  # Landlock's system calls, the same on all architectures
_READ_FILE, _READ_FOLDER = 0b100, 0b1000
# What a program needs to compute, to read files and to start threads. Everything else fails.
_CALLS = """
    access arch_prctl brk clock_getres clock_gettime clock_nanosleep close close_range dup dup2 dup3
    epoll_create1 exit exit_group faccessat faccessat2 fadvise64 fstat fstatfs futex getcwd
    getdents64 getegid geteuid getgid getitimer getpgrp getpid getppid getrandom getresgid getresuid
    getrlimit getrusage gettid gettimeofday getuid lseek lstat madvise membarrier mincore mmap
    mprotect mremap munmap nanosleep newfstatat open openat pipe2 poll ppoll pread64 pselect6 read
    readlink readlinkat readv recvfrom recvmsg restart_syscall rseq rt_sigaction rt_sigprocmask
    rt_sigreturn sched_getaffinity sched_getparam sched_getscheduler sched_yield select sendto
    set_robust_list set_tid_address setitimer sigaltstack stat statfs statx sysinfo time times uname
    write writev
"""
_THREAD = 0x00010000  # CLONE_THREAD
_DESCRIPTOR = 0, 1, 2, 3, 4, 1030  # copies and flags; with F_SETOWN it could send signals
_TERMINAL = 0x5401  # TCGETS: is this a terminal?

libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class IsolationError(OSError):
    """A layer that this system refuses."""


def _call(number: int, *arguments: object) -> int:
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise IsolationError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _prctl(*arguments: int) -> None:
    ctypes.set_errno(0)
    padded = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:5]]
    if libc.prctl(*padded) < 0:
        raise IsolationError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


# --- Once, in the process that all children are forked from ---


def drop_root(needed: Iterable[Path]) -> str:
    """As root, become an unprivileged user; return "" or a note on what was done instead.

    Args:
        needed: Files that children have to read. If the unprivileged user cannot,
            the process stays root in name and gives up every capability.
    """
    if os.geteuid() != 0:
        return ""
    probe = os.fork()
    if probe == 0:
        try:
            _become_nobody()
            os._exit(0 if all(os.access(path, os.R_OK) for path in needed) else 1)
        finally:
            os._exit(1)
    if os.waitpid(probe, 0)[1] == 0:
        _become_nobody()
        return ""
    for capability in range(64):
        try:
            _prctl(_DROP_BOUND, capability)
        except IsolationError:
            break
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()) < 0:
        raise IsolationError(ctypes.get_errno(), "capset")
    return "No other user can read Python here, so answers ran as root without capabilities."


def _become_nobody() -> None:
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    _prctl(_DUMPABLE, 1)  # else the maps of a namespace cannot be written


def enter_namespaces() -> bool:
    """Enter new namespaces; the caller's next fork is the first process in there."""
    user, group = os.geteuid(), os.getegid()
    ctypes.set_errno(0)
    if libc.unshare(_NEW_USER | _NEW_PID | _NEW_NET | _NEW_IPC) != 0:
        return False
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with suppress(OSError):  # without maps, files belong to nobody in here: as good
            Path(f"/proc/self/{name}").write_text(text)
    return True


def adopt_orphans() -> None:
    """Become the parent of whatever descendants outlive theirs, so that they can be found."""
    _prctl(_SUBREAPER, 1)


def die_with_parent() -> None:
    """Be killed when the parent ends, however it ends."""
    _prctl(_PARENT_DIES, 9)


class Landlock:
    """Rules that let a process read some folders and do nothing else to files.

    Args:
        folders: Files and folders that stay readable.
        listed: Folders whose entries may be listed, at any depth, and not read.

    Raises:
        IsolationError: If the kernel has no Landlock.
    """

    def __init__(self, folders: Iterable[Path], listed: Iterable[Path] = ()) -> None:
        version = _call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
        files = (1 << (13 + (version >= 2) + (version >= 3) + (version >= 5))) - 1
        handled = [files, 0b11, 0b11][: 1 + (version >= 4) + (version >= 6)]
        attributes = (ctypes.c_uint64 * len(handled))(*handled)
        size = ctypes.c_size_t(ctypes.sizeof(attributes))
        self._rules = _call(_CREATE, attributes, size, ctypes.c_uint32(0))
        for folder in folders:
            self._allow(folder, _READ_FILE | (_READ_FOLDER if folder.is_dir() else 0))
        for folder in listed:
            self._allow(folder, _READ_FOLDER)

    def _allow(self, path: Path, rights: int) -> None:
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return
        try:
            rule = rights.to_bytes(8, "little") + opened.to_bytes(4, "little")
            _call(_ADD, self._rules, ctypes.c_int(1), rule, ctypes.c_uint32(0))
        finally:
            os.close(opened)

    def apply(self) -> None:
        """Bind this process, for good."""
        _prctl(_NO_NEW_PRIVS, 1)
        _call(_RESTRICT, self._rules, ctypes.c_uint32(0))


class Seccomp:
    """A filter that lets through the system calls a computation needs.

    Raises:
        IsolationError: If `pyseccomp` or its library is not installed.
    """

    def __init__(self) -> None:
        try:
            import pyseccomp as sc
        except (ImportError, RuntimeError, OSError) as error:
            raise IsolationError(errno.ENOSYS, f"pyseccomp: {error}") from None
        rules = sc.SyscallFilter(sc.ERRNO(errno.EPERM))
        for name in _CALLS.split():
            with suppress(ValueError, OSError):  # another architecture has no such call
                rules.add_rule(sc.ALLOW, name)
        rules.add_rule(sc.ALLOW, "clone", sc.Arg(0, sc.MASKED_EQ, _THREAD, _THREAD))
        rules.add_rule(sc.ERRNO(errno.ENOSYS), "clone3")  # then libc falls back on clone
        rules.add_rule(sc.ALLOW, "prlimit64", sc.Arg(0, sc.EQ, 0))
        for command in _DESCRIPTOR:
            rules.add_rule(sc.ALLOW, "fcntl", sc.Arg(1, sc.EQ, command))
        rules.add_rule(sc.ALLOW, "ioctl", sc.Arg(1, sc.EQ, _TERMINAL))
        with tempfile.TemporaryFile() as file:
            rules.export_bpf(file)
            file.seek(0)
            code = file.read()
        self._code = ctypes.create_string_buffer(code, len(code))
        self._program = (ctypes.c_uint64 * 2)(len(code) // 8, ctypes.addressof(self._code))

    def apply(self) -> None:
        """Bind this process, for good."""
        _prctl(_NO_NEW_PRIVS, 1)
        _prctl(_SECCOMP, _FILTER, ctypes.addressof(self._program))


# --- In every child ---


def set_limits(memory: int) -> None:
    """Bound address space and files of this process, and leave no core behind.

    Args:
        memory: Bytes of address space.
    """
    import resource

    wanted = {
        "RLIMIT_AS": memory,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))
    if libc is not None:
        _prctl(_DUMPABLE, 0)


def limit_time(seconds: float, is_last: bool = True) -> None:
    """Have this process ended after so many seconds of processor time from now, rounded up.

    Other programs on the machine do not shorten that. Nothing happens on Windows.

    Args:
        seconds: Of processor time.
        is_last: Whether the process may never have more.
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


# --- What Python and a package need to read ---


def standard_library() -> list[Path]:
    """Return the folders of the standard library."""
    base = {"installed_base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    return [Path(sysconfig.get_path(name, vars=base)) for name in ("stdlib", "platstdlib")]


def readable(packages: Iterable[str]) -> list[Path]:
    """List the files and folders that a program needs which imports these packages only.

    The folder of all packages is not among them, so no other package can be read.
    """
    found = [Path(p) for p in ("/dev/null", "/dev/urandom", "/proc/cpuinfo", "/etc/localtime")]
    shared = {"site-packages", "dist-packages"}
    for folder in standard_library():
        found += [path for path in folder.iterdir() if path.name not in shared]
    machine = sysconfig.get_config_var("MULTIARCH") or ""
    found += [Path(root, machine) for root in ("/lib", "/usr/lib") if machine]
    for package in packages:
        spec = importlib.util.find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            found += [Path(place), Path(f"{place}.libs")]
    return [path for path in found if path.exists()]
