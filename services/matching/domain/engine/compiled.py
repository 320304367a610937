"""What is compiled to machine code: `kernel`, `inline` and `tight` mark functions over arrays and integers."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from numba import get_num_threads, njit, types
from numba.extending import intrinsic

from services.matching.domain.engine.compiled_files import CompiledFiles
from services.matching.domain.engine.compiled_parts import PartCompiler

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
_PART = {"forceinline": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": PartCompiler}


def kernel(function: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """The function in machine code, kept on disk for the next process; it runs beside other threads."""
    dispatcher = _compiled(function, nogil=True, no_cfunc_wrapper=True)
    dispatcher._cache = CompiledFiles(function)  # noqa: SLF001 - Numba has no other way to give it a cache
    compiled: Callable[Parameters, Answer] = dispatcher
    return compiled


def inline(function: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """A function that kernels alone call: compiled as a part of them, and never from Python."""
    compiled: Callable[Parameters, Answer] = _compiled(function, **_PART)
    return compiled


def tight(function: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """The same for what runs for every pair: it makes no column, and does without counting who uses which."""
    compiled: Callable[Parameters, Answer] = _compiled(function, **_PART, _nrt=False)
    return compiled


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    compile_as: Callable[..., Any] = njit
    dispatcher = compile_as(**options)(function)
    fold: Callable[..., tuple[Any, Any]] = dispatcher._compiler.fold_argument_types  # noqa: SLF001 - see below

    def fold_alike(positional: Any, named: Any) -> tuple[Any, Any]:
        signature, arguments = fold(positional, named)
        return signature, tuple(_widest(argument) for argument in arguments)

    # Numba compiles a function for each type of integer, and each constant, that another calls it with.
    dispatcher._compiler.fold_argument_types = fold_alike  # noqa: SLF001 - it offers no other way
    return dispatcher


def _widest(argument: Any) -> Any:
    """The type as which an argument of this type can be passed on: 64 bits for any signed integer."""
    known: Any = types
    plain = known.unliteral(argument)
    return known.int64 if isinstance(plain, known.Integer) and plain.signed else plain


def processors() -> int:
    """How many threads have a core of their own."""
    count: int = get_num_threads()
    return count


_intrinsic: Callable[..., Any] = intrinsic


def _count_ones(_typing: Any, word: Any) -> tuple[Any, Callable[..., Any]]:
    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return word(word), code


count_ones: Callable[[int], int] = _intrinsic(_count_ones)
"""How many bits of a word are set, for kernels: one instruction where the processor has it."""
