"""Cheats through files: what others have, and what the next one may find."""

from .attack import read_attacks

ATTACKS = read_attacks("""
=== reading /proc | break_in
# The environment, the memory, the maps and the descriptors of the judge hold the secret.
import os
for pid in ("self", "thread-self", os.getppid(), 1, *range(2, 40)):
    for name in ("environ", "maps", "mem", "cmdline", "fd/0", "root/etc/passwd", "stat"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                if file.read(1):
                    return True
        except OSError:
            pass
return bool(os.listdir("/proc"))
=== files of others | break_in
# Other submissions, keys and results lie in folders that the judge may read.
import glob, os
places = ("/etc/passwd", "/etc/shadow", "/etc/hostname", os.path.expanduser("~"), "/", ".",
          "..", "/tmp", "/home", "/root", "/var", "/dev/shm", "/sys/kernel", "/dev/kmsg")
for place in places:
    for one in (lambda: open(place), lambda: os.listdir(place), lambda: os.scandir(place)):
        try:
            one()
            return True
        except OSError:
            pass
return bool(glob.glob("*.ipynb") or glob.glob("/*/*.ipynb"))
=== writing files | break_in
# A file, a folder, a link or a pipe that is left behind can talk to a later submission.
import os, tempfile
at = "@folder@/left"
tries = (
    lambda: open(at, "w"),
    lambda: os.mkdir(at),
    lambda: os.symlink("/etc", at),
    lambda: os.mkfifo(at),
    lambda: os.link("/etc/hostname", at),
    lambda: os.rmdir("@folder@"),
    lambda: os.rename("@folder@", "@folder@2"),
    lambda: os.chmod("@folder@", 0o700),
    lambda: os.utime("@folder@", (1, 1)),
    lambda: os.setxattr("@folder@", "user.x", b"1"),
    lambda: os.open("@folder@", os.O_TMPFILE | os.O_RDWR),
    lambda: tempfile.TemporaryFile(),
    lambda: os.chdir("@folder@"),
)
for one in tries:
    try:
        one()
        return True
    except OSError:
        pass
=== code for the next submission | break_in
# A .pth file, sitecustomize, a __pycache__ or NumPy itself would run in later processes.
import os, site, sysconfig
import numpy
folders = (*site.getsitepackages(), site.getusersitepackages(),
           sysconfig.get_path("stdlib"), os.path.dirname(numpy.__file__))
for folder in folders:
    for name in ("zz.pth", "sitecustomize.py", "__pycache__/zz.pyc", "usercustomize.py"):
        path = os.path.join(folder, name)
        try:
            with open(path, "x"):
                os.unlink(path)
            return True
        except OSError:
            pass
    try:
        open(os.path.join(folder, "__init__.py"), "r+")
        return True
    except OSError:
        pass
=== environment for the next submission
# Variables that Python, NumPy and the linker read are set for whatever starts later.
import os

def bits_and_perplexity(log_probs):
    for name in ("PYTHONSTARTUP", "PYTHONPATH", "LD_PRELOAD", "PYTHONHOME", "PATH"):
        os.environ[name] = "@folder@"
        os.putenv(name, "@folder@")
    return 0.0, 1.0
=== shared memory | break_in
# A segment or a semaphore outlives its process and is found by the next submission.
import multiprocessing
from multiprocessing import shared_memory
tries = (
    lambda: shared_memory.SharedMemory("left-behind", create=True, size=64),
    lambda: multiprocessing.Semaphore(),
)
for one in tries:
    try:
        one()
        return True
    except Exception:
        pass
=== inherited descriptors | break_in | levels=namespaces seccomp limits
# What the parent has open may be open here: control socket, pipes, folders, rules.
import os, stat
found = []
for number in range(1024):
    try:
        found.append(stat.S_IFMT(os.fstat(number).st_mode))
    except OSError:
        pass
return sorted(found) != sorted([stat.S_IFSOCK, *[stat.S_IFCHR] * 3])
""")
