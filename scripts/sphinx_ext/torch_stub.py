"""Sphinx extension: stands in for PyTorch, so that the API page is built without it.

Sphinx's own `autodoc_mock_imports` makes objects where annotations such as
`Float[Tensor, "T B"]` or `Tensor | None` need classes. Here every name of
`torch` and of what lies in it is a class that does nothing.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class StubMeta(type):
    """A class whose every attribute is another such class."""

    def __getattr__(cls, name):
        return make_stub(name)


class StubBase:
    """What calling such a class gives; as a decorator it leaves the function as it is."""

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, value=None, *args, **kwargs):
        """Return what was given, such as the decorated function."""
        return value


def make_stub(name):
    """Make the class that stands for one name, unless Python asks for a special one."""
    if name.startswith("__"):
        raise AttributeError(name)
    return StubMeta(name, (StubBase,), {"__module__": "torch"})


class Finder(MetaPathFinder, Loader):
    """Finds `torch` and all that is below it."""

    def find_spec(self, fullname, path=None, target=None):
        """Answer for `torch` and its submodules only."""
        if fullname.partition(".")[0] == "torch":
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec):
        """Make an empty module that invents what it is asked for."""
        module = ModuleType(spec.name)
        module.__getattr__ = make_stub
        return module

    def exec_module(self, module):
        """Nothing is left to do."""


def setup(app):
    """Take PyTorch's place for this build."""
    sys.meta_path.insert(0, Finder())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
