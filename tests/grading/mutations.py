"""Damaged notebooks: bytes, JSON and code changed at random, always the same for a seed."""

import json
import random
from collections.abc import Callable, Iterator

ODD = (None, True, -1, 1e308, "", "x" * 1000, [], {}, [[]], {"cells": []}, "\ud800", "\0", 10**30)
TOKENS = (
    *("(", ")", "[", "]", "{", "}", ":", ",", ".", "=", "==", "*", "**", "@", "%", "!", "?", ";"),
    *("def ", "class ", "lambda: ", "return ", "yield ", "await ", "import ", "from ", "global "),
    *("if ", "else:", "while True: ", "try:", "raise ", "pass", "None", "del ", "nonlocal x\n"),
    *("\n", "\t", "    ", "\\", "'", '"', '"""', "f'{", "#", "0x", "1e999", "\x00", "\x0c", "é"),
    *("\u202e", "𝐱", "\ufeff", "np", "x", "self", "__import__", "%%time\n", "!ls\n", "-" * 200),
)


def change_bytes(data: bytes, rng: random.Random) -> bytes:
    """Flip, delete, insert, double or cut off bytes, one to ten times."""
    buffer = bytearray(data)
    text_only = rng.random() < 0.7
    for _ in range(rng.choice([1, 1, 2, 3, 10])):
        at = rng.randrange(len(buffer) + 1)
        length = rng.choice([1, 1, 1, 2, 8, 100])
        kind = rng.choice(["flip", "delete", "insert", "double", "cut", "any"])
        if kind == "flip" and at < len(buffer):
            buffer[at] ^= 1 << rng.randrange(7 if text_only else 8)
        elif kind == "delete":
            del buffer[at : at + length]
        elif kind == "insert":
            buffer[at:at] = bytes(rng.randrange(128 if text_only else 256) for _ in range(length))
        elif kind == "double":
            buffer[at:at] = buffer[at : at + length]
        elif kind == "cut" and rng.random() < 0.2:
            del buffer[at:]
        elif at < len(buffer):
            buffer[at] = rng.randrange(128 if text_only else 256)
    return bytes(buffer)


def list_places(node: object) -> Iterator[tuple[dict | list, str | int]]:
    """Yield every place in nested JSON: what holds it, and its key."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(items):
        yield node, key
        if isinstance(value, dict | list):
            yield from list_places(value)


def change_structure(data: bytes, rng: random.Random) -> bytes:
    """Replace, delete, double, exchange or wrap values of the JSON."""
    nb = json.loads(data)
    for _ in range(rng.randint(1, 6)):
        known = list(list_places(nb))
        if not known:
            break
        (holder, key), (other, its_key) = rng.choice(known), rng.choice(known)
        value = json.loads(json.dumps(holder[key]))
        kind = rng.choice(["replace", "delete", "double", "exchange", "wrap", "rename"])
        if kind == "replace":
            holder[key] = rng.choice(ODD)
        elif kind == "delete":
            del holder[key]
        elif kind == "double" and isinstance(holder, list):
            holder[key:key] = [value] * rng.choice([1, 2, 50])
        elif kind == "exchange":
            holder[key] = json.loads(json.dumps(other[its_key]))
        elif kind == "wrap":
            holder[key] = rng.choice([[value], {"source": value}, [value, value], str(value)])
        elif isinstance(holder, dict):
            holder[rng.choice(["source", "cells", "cell_type", key + "s"])] = value
    return json.dumps(nb).encode()


def change_code(data: bytes, rng: random.Random) -> bytes:
    """Change the code of some cells: characters, tokens and lines."""
    nb = json.loads(data)
    cells = [cell for cell in nb["cells"] if cell["cell_type"] == "code"]
    for cell in rng.sample(cells, rng.randint(1, min(2, len(cells)))):
        text = "".join(cell["source"])
        for _ in range(rng.choice([1, 1, 2, 5])):
            at = rng.randrange(len(text) + 1)
            kind = rng.choice(["insert", "delete", "line", "exchange"])
            lines = text.split("\n")
            if kind == "insert":
                text = text[:at] + rng.choice(TOKENS) + text[at:]
            elif kind == "delete":
                text = text[:at] + text[at + rng.choice([1, 1, 3, 20]) :]
            elif kind == "line":
                line = lines.pop(rng.randrange(len(lines)))
                if rng.random() < 0.7:
                    lines.insert(rng.randrange(len(lines) + 1), line)
                text = "\n".join(lines)
            else:
                words = text.split(" ")
                i, j = rng.randrange(len(words)), rng.randrange(len(words))
                words[i], words[j] = words[j], words[i]
                text = " ".join(words)
        cell["source"] = text
    return json.dumps(nb).encode()


KINDS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    change_bytes,
    change_structure,
    change_code,
)


def mutate_notebook(data: bytes, seed: int) -> bytes:
    """Return the notebook damaged in the way of a seed."""
    rng = random.Random(seed)
    return KINDS[seed % len(KINDS)](data, rng)
