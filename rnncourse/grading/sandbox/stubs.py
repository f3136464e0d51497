"""What stands in a child for packages that are not there: empty packages, and a few constants.

Packages that only show and tell are empty: whatever is asked of them, nothing happens. So a plot
or a progress bar in an answer costs no points and no time. None of their values is a number.
Packages that compute or read data are not among them, for an answer would get nothing from them
without being told. Of the course there is what the question gives, and nothing else.
"""

import dis
import itertools
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import ClassVar, no_type_check

import numpy as np

from rnncourse.grading.rules import DISPLAY_PACKAGES

_UNPACKS = {dis.opmap[name] for name in ("UNPACK_SEQUENCE", "UNPACK_EX")}
_OPERATORS = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift"


class Stub:
    """Anything works on it, and nothing comes of it. It is no number and holds none."""

    _empty_name = "this"
    __array_ufunc__ = None  # so that NumPy leaves arithmetic to the methods below
    __hash__ = object.__hash__

    def __init__(self, *arguments: object, **options: object) -> None:
        pass

    def __call__(self, *arguments: object, **options: object) -> object:
        """Give back a function or a class, as a decorator would; else nothing."""
        is_decorator = arguments and isinstance(arguments[0], FunctionType | type)
        return arguments[0] if is_decorator else _make_stub(self._empty_name)

    def __getattr__(self, name: str) -> object:
        return _get_attribute(self._empty_name, name)

    def __getitem__(self, key: object) -> "Stub":
        return _make_stub(self._empty_name)

    @no_type_check  # a check would stand between
    def __iter__(self) -> Iterator["Stub"]:
        """Give as many as names wait for them, as in `figure, axes = plt.subplots()`; else none."""
        caller = sys._getframe(1)
        instruction = caller.f_code.co_code[caller.f_lasti : caller.f_lasti + 2]
        return iter(
            [
                _make_stub(self._empty_name)
                for _ in range(instruction[1] if instruction[0] in _UNPACKS else 0)
            ]
        )

    def __enter__(self) -> "Stub":
        return self

    def __mro_entries__(self, bases: tuple) -> tuple:
        stub = next(base for base in bases if isinstance(base, Stub))
        return (Stub,) if stub is self else ()

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        array = np.empty((), object)  # for `np.ravel(axes)`: no array of numbers
        array[()] = self
        return array

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return ""

    def __format__(self, form: str) -> str:
        return ""


def _add_constant_methods(value: object, *names: str) -> None:
    """Add methods to `Stub` that give a value, whatever they get."""
    for name in names:
        setattr(Stub, f"__{name}__", lambda self, *arguments: value)


_add_constant_methods(None, "setitem", "delitem", "exit")
_add_constant_methods(False, "contains", "lt", "le", "gt", "ge")
for _name in _OPERATORS.split():
    for _side in "", "r":
        setattr(Stub, f"__{_side}{_name}__", lambda self, *_: _make_stub(self._empty_name))
for _name in "neg", "pos", "abs", "invert":
    setattr(Stub, f"__{_name}__", lambda self: _make_stub(self._empty_name))
Stub.__instancecheck__ = lambda self, thing: (
    isinstance(thing, Stub) or self._empty_name.split(".")[0] == "jaxtyping"  # a hint holds
)
Stub.__name__ = "empty stand-in for a package that only shows"  # as errors tell it
Stub.__subclasscheck__ = lambda self, kind: issubclass(kind, Stub)


class ProgressBar(Stub):
    """A bar of progress: what it goes through, and nothing to see."""

    _empty_name = "tqdm.tqdm"

    def __init__(self, iterable: Iterable = (), *_: object, **options: object) -> None:
        self._iterable = options.get("iterable", iterable)

    def __iter__(self) -> Iterator:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(self._iterable)

    def __bool__(self) -> bool:
        return True


class _ProgressBarClass(Stub):
    """The class of bars, which has methods of its own, as `tqdm.write`."""

    def __call__(self, *arguments: object, **options: object) -> ProgressBar:
        return ProgressBar(*arguments, **options)


def _make_stub(dotted: str, kind: type[Stub] = Stub) -> Stub:
    stub = kind()
    stub.__dict__["_empty_name"] = dotted
    return stub


_PROGRESS_BARS = dict.fromkeys(
    ("tqdm", "tqdm_notebook", "tqdm_gui"), _make_stub("tqdm.tqdm", _ProgressBarClass)
)
_RANGES, _MAPS = ("trange", "tnrange", "tgrange"), ("thread_map", "process_map")
_PROGRESS_BARS |= dict.fromkeys(_RANGES, lambda *numbers, **options: ProgressBar(range(*numbers)))
_PROGRESS_BARS |= dict.fromkeys(_MAPS, lambda function, *lists, **options: [*map(function, *lists)])
_PROGRESS_BARS |= {"tenumerate": enumerate, "tzip": zip, "tmap": map, "tproduct": itertools.product}
_WORKING = {
    "tqdm": _PROGRESS_BARS,
    "rich": {"track": lambda sequence, *things, **options: sequence},
    "beartype": {"is_bearable": lambda *things, **options: True},
    "typeguard": {"check_type": lambda value, *things, **options: value},
}
"""What is not empty in these packages, wherever in them it stands."""


def _get_attribute(dotted: str, name: str) -> object:
    if name.startswith("__") and name.endswith("__"):  # Python and NumPy ask for what is not there
        raise AttributeError(name)
    working = _WORKING.get(dotted.split(".")[0], {})
    return working[name] if name in working else _make_stub(f"{dotted}.{name}")


class Package(ModuleType):
    """An empty package."""

    __version__ = "0"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []  # it has parts, as empty as itself
        self.__all__ = [*_WORKING.get(name.split(".")[0], ())]

    def __getattr__(self, name: str) -> object:
        return _get_attribute(self.__name__, name)


class Finder(MetaPathFinder, Loader):
    """Finds empty packages and all their parts."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Say whether a package is one of these."""
        if name.split(".")[0] in DISPLAY_PACKAGES:
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> Package:
        """Make it."""
        return Package(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing has to run."""


class HidingFinder(MetaPathFinder):
    """Finds that packages are not there, whatever else does."""

    hidden: ClassVar[set[str]] = set()

    @classmethod
    def find_spec(cls, name: str, path: object = None, target: object = None) -> None:
        """Raise ModuleNotFoundError for a hidden package."""
        if name.split(".")[0] in cls.hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def hide_packages(packages: Iterable[str]) -> None:
    """Let imports of these packages fail: answers may not use them, and can do without."""
    hidden = {*packages} - HidingFinder.hidden
    if hidden:
        HidingFinder.hidden |= hidden
        if HidingFinder not in sys.meta_path:
            sys.meta_path.insert(0, HidingFinder)
        for name in [name for name in sys.modules if name.split(".")[0] in hidden]:
            del sys.modules[name]


def install_stubs(
    constants: Mapping[str, object], hint_names: Iterable[str] = ()
) -> dict[str, object]:
    """Put empty packages, and the constants that a question gives, where imports find them.

    What was there is gone, so this is for a child, before any line of a student's runs. Names that
    stand in type hints only are empty, too.

    Returns:
        What a notebook has without importing it.
    """
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())
        for name in [name for name in sys.modules if name.split(".")[0] in DISPLAY_PACKAGES]:
            del sys.modules[name]  # something may have imported the real one
    for dotted, value in constants.items():
        home, _, name = dotted.rpartition(".")
        setattr(sys.modules.setdefault(home, ModuleType(home)), name, value)
    return {name: _make_stub(f"IPython.{name}") for name in ("display", "get_ipython", *hint_names)}
