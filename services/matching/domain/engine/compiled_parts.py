"""How functions are compiled that exist for kernels alone: as far as the kernels need them, and no further.

Numba makes machine code of whatever it compiles, after all that LLVM can do for it. A part is compiled again within
each kernel that it is in; what was done for it alone would be for nothing, and is a fifth of the whole time.
"""

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class PartCompiler(Compiler):
    """Compiles to what LLVM reads, without machine code."""

    def __init__(self, typing_context: Any, target_context: Any, *others: Any) -> None:
        begin: Any = super().__init__
        begin(typing_context, target_context, *others)
        library: Any = _Part
        self.state.library = library(target_context.codegen(), "part")


class _Part(JITCodeLibrary):
    def _optimize_final_module(self) -> None:
        """Take in what the part consists of, and simplify that a little."""
        few = {"cost": "cheap", "opt": 0, "loop_vectorize": False, "slp_vectorize": False}
        codegen: Any = self._codegen
        passes, builder = codegen._module_pass_manager(**few)  # noqa: SLF001 - so do other libraries of Numba
        passes.run(self._final_module, builder)

    def _finalize_final_module(self) -> None:
        note_globals: Any = self._finalize_dynamic_globals
        note_globals()
        self._finalized = True

    def get_pointer_to_function(self, _name: str) -> int:
        """None: there is no machine code."""
        return 0

    @property
    def codegen(self) -> Any:
        """What Numba tells where the globals of a function are; those of a part are the kernel's."""
        return _Nowhere


class _Nowhere:
    @staticmethod
    def set_env(_name: str, _environment: Any) -> None:
        """Nothing to set."""
