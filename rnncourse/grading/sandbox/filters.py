"""What a child may still do: Landlock bounds what it reads, and seccomp what it asks the kernel.

Sources: the kernel's `Documentation/userspace-api/landlock.rst` and `seccomp_filter.rst`.
"""

import ctypes
import errno
import importlib.util
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from rnncourse.grading.sandbox.isolation import IsolationError, call_system, prctl

_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446  # system calls, on any machine
_READ_FILE, _READ_FOLDER = 0b100, 0b1000
# What a program needs to compute, to read files and to start threads. Everything else fails: also
# what only tells of other processes, or of what ran before, as the state of the page cache does.
_SYSTEM_CALLS = """
    access arch_prctl brk clock_getres clock_gettime clock_nanosleep close close_range dup dup2 dup3
    epoll_create1 exit exit_group faccessat faccessat2 fstat fstatfs getcwd
    getdents64 getegid geteuid getgid getitimer getpgrp getpid getppid getrandom getresgid getresuid
    getrlimit getrusage gettid gettimeofday getuid lseek lstat membarrier mmap
    mprotect mremap munmap nanosleep newfstatat open openat pipe2 poll ppoll pread64 pselect6 read
    readlink readlinkat readv recvfrom recvmsg restart_syscall rseq rt_sigaction rt_sigprocmask
    rt_sigreturn sched_getaffinity sched_getparam sched_getscheduler sched_yield select sendto
    set_robust_list set_tid_address setitimer sigaltstack stat statfs statx time times uname
    write writev
"""
_THREAD = 0x00010000  # CLONE_THREAD
_FCNTL_COMMANDS = 0, 1, 2, 3, 4, 1030  # copies and flags; with F_SETOWN it could send signals
_TERMINAL = 0x5401  # TCGETS: is this a terminal?
_MADVISE_ADVICES = 0, 1, 2, 4, 8, 14, 15  # on memory of its own; none that reaches the page cache
_PRIVATE, _FUTEX_WAITS = 128, (0, 9)  # FUTEX_PRIVATE_FLAG; FUTEX_WAIT and FUTEX_WAIT_BITSET


class Landlock:
    """Rules that let a process read some folders and do nothing else to files.

    They are an open file, `rules`, which a process has closed when it is bound by them: its flags
    would be a note to all others that have it open, too.

    Args:
        folders: Files and folders that stay readable.
        listed: Folders whose entries may be listed, at any depth, and not read.

    Raises:
        IsolationError: If the kernel has no Landlock.
    """

    def __init__(self, folders: Iterable[Path], listed: Iterable[Path] = ()) -> None:
        version = call_system(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
        files = (1 << (13 + (version >= 2) + (version >= 3) + (version >= 5))) - 1
        handled = [files, 0b11, 0b11][: 1 + (version >= 4) + (version >= 6)]
        attributes = (ctypes.c_uint64 * len(handled))(*handled)
        size = ctypes.c_size_t(ctypes.sizeof(attributes))
        self.rules = call_system(_LANDLOCK_CREATE, attributes, size, ctypes.c_uint32(0))
        for folder in folders:
            self._allow(folder, _READ_FILE | (_READ_FOLDER if folder.is_dir() else 0))
        for folder in listed:
            self._allow(folder, _READ_FOLDER)

    def _allow(self, path: Path, rights: int) -> None:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return
        try:
            rule = rights.to_bytes(8, "little") + descriptor.to_bytes(4, "little")
            call_system(_LANDLOCK_ADD, self.rules, ctypes.c_int(1), rule, ctypes.c_uint32(0))
        finally:
            os.close(descriptor)

    def apply(self) -> None:
        """Bind this process, for good."""
        prctl(_NO_NEW_PRIVS, 1)
        call_system(_LANDLOCK_RESTRICT, self.rules, ctypes.c_uint32(0))
        os.close(self.rules)


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
        for name in _SYSTEM_CALLS.split():
            with suppress(ValueError, OSError):  # another architecture has no such call
                rules.add_rule(sc.ALLOW, name)
        rules.add_rule(sc.ALLOW, "clone", sc.Arg(0, sc.MASKED_EQ, _THREAD, _THREAD))
        rules.add_rule(sc.ERRNO(errno.ENOSYS), "clone3")  # then libc falls back on clone
        for advice in _MADVISE_ADVICES:
            rules.add_rule(sc.ALLOW, "madvise", sc.Arg(2, sc.EQ, advice))
        rules.add_rule(sc.ALLOW, "futex", sc.Arg(1, sc.MASKED_EQ, _PRIVATE, _PRIVATE))
        for operation in _FUTEX_WAITS:  # so waits whoever joins a thread; the kernel alone wakes it
            rules.add_rule(sc.ALLOW, "futex", sc.Arg(1, sc.MASKED_EQ, 0xFF, operation))
        rules.add_rule(sc.ALLOW, "prlimit64", sc.Arg(0, sc.EQ, 0))
        for command in _FCNTL_COMMANDS:
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
        prctl(_NO_NEW_PRIVS, 1)
        prctl(_SECCOMP, _FILTER, ctypes.addressof(self._program))


# --- What Python and a package need to read ---


def find_standard_library() -> list[Path]:
    """Return the folders of the standard library."""
    base = {"installed_base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    return [Path(sysconfig.get_path(name, vars=base)) for name in ("stdlib", "platstdlib")]


def list_readable(packages: Iterable[str]) -> list[Path]:
    """List the files and folders that a program needs which imports these packages only.

    The folder of all packages is not among them, so no other package can be read.
    """
    paths = [Path(p) for p in ("/dev/null", "/dev/urandom", "/proc/cpuinfo", "/etc/localtime")]
    shared = {"site-packages", "dist-packages"}
    for folder in find_standard_library():
        paths += [path for path in folder.iterdir() if path.name not in shared]
    machine = sysconfig.get_config_var("MULTIARCH") or ""
    paths += [Path(root, machine) for root in ("/lib", "/usr/lib") if machine]
    for package in packages:
        spec = importlib.util.find_spec(package)
        for location in (spec.submodule_search_locations or ()) if spec else ():
            paths += [Path(location), Path(f"{location}.libs")]
    return [path for path in paths if path.exists()]
