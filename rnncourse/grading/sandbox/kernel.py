"""Asking the kernel for what Python has no function for: Linux."""

import ctypes
import os
import sys

libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class IsolationError(OSError):
    """A layer that this system refuses."""


def system_call(number: int, *arguments: object) -> int:
    """Make a system call with arguments as `ctypes` takes them; return what it returns.

    Raises:
        IsolationError: If the kernel refuses.
    """
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise IsolationError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def prctl(*arguments: int) -> None:
    """Change something about this process: five numbers at most.

    Raises:
        IsolationError: If the kernel refuses.
    """
    ctypes.set_errno(0)
    padded = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:5]]
    if libc.prctl(*padded) < 0:
        raise IsolationError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
