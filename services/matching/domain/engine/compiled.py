"""What is compiled to machine code: `kernel` marks a function over arrays and integers."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


def kernel(function: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """The function in machine code, kept on disk for the next process; it runs beside other threads.

    A change in a kernel that another file's kernel calls is not seen by the other's copy on disk: remove __pycache__.
    """
    compiled: Callable[Parameters, Answer] = njit(cache=True, nogil=True)(function)
    return compiled
