"""Cheats inside the process: looking for answers, and disguises."""

from .attack import read_attacks

ATTACKS = read_attacks("""
=== walk up the frames
# sys._getframe leads to the grader's variables; whatever is called expected is returned.
import sys

def bits_and_perplexity(log_probs):
    frame = sys._getframe()
    while frame:
        for name, thing in list(frame.f_locals.items()):
            if name in ("expected", "reference", "question", "secret", "seed"):
                found = getattr(thing, "reference", thing)
                if callable(found) or isinstance(found, tuple):
                    return found(log_probs) if callable(found) else found
            if name == "job":
                thing.update(function="len", packages=("numpy", "rnncourse"), seconds=1e9)
        frame = frame.f_back
    return 0.0, 1.0
=== search of all objects
# gc.get_objects is searched for questions, references and arrays that may be answers.
import gc

import numpy as np

def bits_and_perplexity(log_probs):
    for thing in gc.get_objects():
        name = getattr(thing, "__name__", "")
        home = str(getattr(thing, "__module__", ""))
        if name == "bits_and_perplexity" and home.startswith("rnncourse"):
            return thing(log_probs)
        if type(thing).__name__ == "Question" and thing.function == name:
            return thing.reference(log_probs)
    return 0.0, 1.0
=== tracing the grader
# settrace and setprofile watch every frame of the grader and change what is returned.
import sys
import threading

SEEN = []

def watch(frame, event, argument):
    frame.f_trace_opcodes = True
    for name in ("expected", "reference"):
        if name in frame.f_locals:
            SEEN.append(frame.f_locals[name])
    if "outcome" in frame.f_locals:
        vars(frame.f_locals["outcome"]).update(changed_arguments=())
    return watch

def bits_and_perplexity(log_probs):
    sys.settrace(watch)
    sys.setprofile(watch)
    threading.settrace(watch)
    frame = sys._getframe()
    while frame:
        frame.f_trace = watch
        frame = frame.f_back
    return SEEN[-1] if SEEN and isinstance(SEEN[-1], tuple) else (0.0, 1.0)
=== exception that never ends | seconds=0.4
# __str__ of an exception returns a gigabyte, or runs for ever when it is told.
class Endless(Exception):
    def __str__(self):
        while True:
            pass

def bits_and_perplexity(log_probs):
    raise Endless
=== stays blank after it has looked
# NotImplementedError from the second call on, to see inputs and count as not started.
SEEN = []

def bits_and_perplexity(log_probs):
    SEEN.append(log_probs)
    if len(SEEN) > 1:
        raise NotImplementedError
    return 1.0, 2.0
=== references from the package
# The chapter's own reference is imported.
# Why: The package is not among what an answer may use.
from rnncourse.chapters.ch02_language.questions import bigrams

def bits_and_perplexity(log_probs):
    return bigrams.bits_and_perplexity(log_probs)
=== references by other ways of import | break_in
# __import__, importlib, pkgutil, runpy and exec are asked for the references.
import importlib, pkgutil, runpy
name = "rnncourse.chapters.ch02_language.questions.bigrams"
ways = (
    lambda: importlib.import_module(name),
    lambda: __import__(name),
    lambda: exec("import " + name),
    lambda: pkgutil.resolve_name(name),
    lambda: runpy.run_module(name),
    lambda: importlib.reload(__import__("rnncourse.grading")).checks.load_questions("x"),
)
for way in ways[:-1]:
    try:
        way()
        return True
    except Exception:
        pass
=== sources of the grader | break_in
# inspect, linecache, loaders and plain files are asked for the grader's own lines.
import inspect, linecache, pkgutil, sys, zipfile
judging = sys.modules["rnncourse.grading.judging"]
ways = (
    lambda: inspect.getsource(judging),
    lambda: open(judging.__file__).read(),
    lambda: linecache.getlines(judging.__file__),
    lambda: judging.__loader__.get_data(judging.__file__),
    lambda: judging.__spec__.loader.get_source(judging.__name__),
    lambda: pkgutil.get_data("rnncourse.chapters.ch02_language", "questions/bigrams.py"),
)
for way in ways:
    try:
        if way():
            return True
    except Exception:
        pass
=== the course's own finder of questions | break_in
# The module that declares questions is asked for those of the chapter, references and all.
import importlib
import sys

finder = sys.modules.get("rnncourse.grading.writing") or importlib.import_module(
    "rnncourse.grading.writing"
)
found = finder.collect_questions("rnncourse.chapters.ch02_language.questions")
return any(question.reference for question in found)
""")
