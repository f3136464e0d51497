"""Names that lead to others unseen, for `rnncourse.grading.rules` to refuse."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLAIN = _words(
    """
    __future__ abc bisect cmath collections contextlib copy dataclasses datetime decimal enum
    fractions functools heapq itertools json math numbers random re statistics string textwrap time
    typing warnings
    """
)
"""Modules of the standard library that are left where names are forbidden."""
FUNCTIONS = _words("breakpoint compile eval exec getattr globals help locals vars")
"""Functions that reach a name by its text."""
DOORS = _words(
    """
    ao classes compat compiler cpp ctypeslib distributed distutils export f2py format fx hub
    intrinsic jit library load masked multiprocessing onnx ops overrides package qat quantizable
    quantization quantized serialization testing utils
    CompilationUnit Code CUDAPluggableAllocator ExecutionPlan Graph GraphExecutorState
    LiteScriptModule PyTorchFileReader ScriptClass ScriptClassFunction ScriptFunction ScriptMethod
    ScriptModule ScriptModuleSerializer ScriptObject XPUPluggableAllocator add_newdoc
    get_device_module import_ir_module import_ir_module_from_buffer parse_ir parse_schema
    CudnnModule CudnnRNNModule GenericModule MiopenModule MkldnnModule OptEinsumModule PropModule
    evaluate_forward_ref get_args global_enum make_dataclass redirect_stderr redirect_stdout
    """
)
"""Parts of packages that run texts, load files, or list what there is."""
INSIDE = _words(
    """
    ag_frame bltns builtins cr_frame ctypes f_back f_builtins f_globals f_locals gc get_field
    get_type_hints gi_frame importlib inspect operator pickle pkgutil runpy sys tb_frame
    ag_code cr_code f_code gi_code
    CodeType Formatter ForwardRef FunctionType LambdaType attrgetter methodcaller read_array
    get_buffer obj singledispatch singledispatchmethod _C _VF _convert_
    _evaluate _import _module _stream
    """
)
"""Modules, frames, functions and attributes that lead from any object to any name."""
PLAINLY = {"functools.update_wrapper": 2}
"""Functions that may be called, with so many arguments only: others name attributes by texts."""
WRAPS = "functools.wraps"
"""As a decorator with one argument only: what it returns takes more, and holds the function."""
DATACLASS = "dataclasses.dataclass"
"""Runs the names of fields as code: so only right above a class without bases, whose they are."""
