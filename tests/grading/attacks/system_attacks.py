"""Cheats through the machine: processes, signals, sockets and the kernel."""

from .attack import break_in, read_attacks

CALL = """
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
if platform.machine() != "x86_64":
    return False
"""
PAGE = """
import mmap, numpy
file = os.open(numpy.__file__, os.O_RDONLY)
libc.mmap.restype = ctypes.c_void_p
page = ctypes.c_void_p(libc.mmap(None, 4096, 1, mmap.MAP_SHARED, file, 0))
"""


ATTACKS = read_attacks(
    r"""
=== signals | break_in
# The parent, the group and everybody are sent signals, by number and by descriptor.
import os, signal
tries = (
    lambda: os.kill(os.getppid(), 0),
    lambda: os.kill(-1, 0),
    lambda: os.killpg(os.getpgrp(), 0),
    lambda: os.killpg(os.getpgid(os.getppid()), 0),
    lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0),
    lambda: signal.pthread_kill(1, 0),
)
for one in tries:
    try:
        one()
        return True
    except OSError:
        pass
=== other programs | break_in
# subprocess, os.system, posix_spawn, multiprocessing and pty are asked for a program.
import multiprocessing, os, pty, subprocess
tries = (
    lambda: subprocess.run(["/bin/true"]).returncode == 0,
    lambda: os.system("true") == 0,
    lambda: os.popen("echo 1").read() == "1",
    lambda: os.posix_spawn("/bin/true", ["true"], {}) > 0,
    lambda: multiprocessing.get_context("spawn").Process(target=len).start() is None,
    lambda: pty.spawn(["/bin/true"]) == 0,
)
for one in tries:
    try:
        if one():
            return True
    except Exception:
        pass
=== another program in its own place
# execv puts a fresh interpreter in the place of this one, with the channel still open.
import os
import sys

def bits_and_perplexity(log_probs):
    for number in range(3, 64):
        try:
            os.set_inheritable(number, True)
        except OSError:
            pass
    claim = "import os; [os.write(n, b'passed') for n in range(3, 9)]"
    try:
        os.execv(sys.executable, [sys.executable, "-c", claim])
    except OSError:
        return 0.0, 1.0
=== daemons
# Forty processes fork twice, leave the session and sleep until long after the marks.
import os
import time

def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)

def bits_and_perplexity(log_probs):
    for _ in range(40):
        try:
            daemon()
        except OSError:
            break
    return 0.0, 1.0
=== chain of forks
# Each process forks the next and ends, so that whoever kills it finds it gone.
import os

def bits_and_perplexity(log_probs):
    try:
        if os.fork() == 0:
            for _ in range(3000):
                if os.fork():
                    os._exit(0)
            os._exit(0)
    except OSError:
        pass
    return 0.0, 1.0
=== fork bomb | seconds=0.4
# Every process forks two more, five levels deep, and all of them wait.
import os
import time

def bits_and_perplexity(log_probs):
    try:
        for _ in range(6):
            os.fork()
    except OSError:
        return 0.0, 1.0
    time.sleep(600)
=== sockets | break_in
# A socket of any family would reach the network, the loopback or the judge's machine.
import socket
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, 38, 40):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            socket.socket(family, kind)
            return True
        except OSError:
            pass
return bool(socket.socketpair())
=== looser limits | break_in
# The bounds on memory and processor time are raised, and other processes are slowed down.
import os, resource
tries = (
    lambda: resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6)),
    lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1)),
    lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
    lambda: os.sched_setaffinity(os.getppid(), {0}),
    lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19),
    lambda: os.nice(-5),
    lambda: os.setuid(0),
    lambda: os.setgroups([0]),
)
for one in tries:
    try:
        one()
        return True
    except (OSError, ValueError):
        pass
=== memory of other processes | with_calls
# ptrace and process_vm_readv read and write the judge while it compares.
buffer = ctypes.create_string_buffer(64)
vector = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), 64)
for pid in (os.getppid(), 1):
    if libc.ptrace(16, pid, None, None) == 0:
        return True
    if libc.process_vm_readv(pid, vector, 1, vector, 1, 0) > 0:
        return True
return libc.ptrace(0, 0, None, None) == 0
=== rare system calls | with_calls
# Calls that few filters think of: io_uring, memfd, userfaultfd, bpf, perf, keys, unshare.
rare = {425: (1, 0), 319: (b"x", 0), 323: (0,), 321: (0, 0, 0), 298: (0, 0, 0, 0, 0),
        250: (0, -3, 0), 272: (0,), 308: (0, 0), 165: (0, 0, 0, 0, 0), 161: (b"/",),
        157: (4, 1, 0, 0, 0), 435: (0, 0), 29: (0, 4096, 0o1600), 240: (b"x", 66, 0o600, 0),
        64: (0, 1, 0o1600), 434: (os.getppid(), 0), 446: (3, 0), 438: (3, 0, 0)}
for number, arguments in rare.items():
    if libc.syscall(ctypes.c_long(number), *arguments) >= 0:
        return True
=== calls that tell what ran before | with_page
# Pages of a library are dropped and looked for; load and free memory are read.
buffer = ctypes.create_string_buffer(512)
size = ctypes.c_size_t(4096)
calls = [(221, file, 0, 0, 4), (27, page, size, buffer), (99, buffer)]
calls += [(28, page, size, advice) for advice in (3, 9, 12, 18, 20, 21, 22, 25, 100)]
for call in calls:
    if libc.syscall(*map(ctypes.c_long, call[:1]), *call[1:]) >= 0:
        return True
=== wake-ups through a file | with_page
# Whoever maps the same library can wait at an address of it, and be woken by another.
for order in (1, 3, 4, 5, 10):  # wake, and give to another address
    if libc.syscall(ctypes.c_long(202), page, order, 1, 0, page, 0xFFFFFFFF) >= 0:
        return True
=== calls of another architecture | with_calls
# A filter that knows one table of system calls may overlook the kernel's other tables.
# Why: Its process is ended, or the call is refused.
libc.mmap.restype = ctypes.c_void_p
page = libc.mmap(None, 4096, 7, 0x22, -1, 0)
code = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # getpid of 32 bits
ctypes.memmove(page, code, len(code))
return ctypes.CFUNCTYPE(ctypes.c_int)(page)() > 0
""",
    with_calls=lambda name, how, attempt, **more: break_in(name, how, CALL + attempt, **more),
    with_page=lambda name, how, attempt, **more: break_in(name, how, CALL + PAGE + attempt, **more),
)
