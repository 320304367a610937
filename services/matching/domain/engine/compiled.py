"""What is compiled to machine code: `kernel`, `inline` and `tight` mark functions over arrays and integers."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from numba import get_num_threads, njit
from numba.extending import intrinsic

from services.matching.domain.engine.compiled_files import CompiledFiles

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
_PART = {"forceinline": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel(function: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """The function in machine code, kept on disk for the next process; it runs beside other threads."""
    dispatcher = _compiled(function, nogil=True)
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


def _compiled(function: Callable[..., Any], **options: bool) -> Any:
    compile_as: Callable[..., Any] = njit
    return compile_as(**options)(function)


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
