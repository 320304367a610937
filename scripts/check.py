"""Run the project's own checks: `python -m scripts.check`.

Each check is a module with a function `faults(root)` that yields one sentence for every place that breaks its rule.
"""

import sys
from pathlib import Path

from scripts import (
    check_boundary,
    check_domain,
    check_ignores,
    check_leaks,
    check_locks,
    check_openapi,
    check_routes,
    check_shapes,
    check_sizes,
    check_sql,
)
from scripts.sources import ROOT

CHECKS = (
    check_locks,
    check_leaks,
    check_sizes,
    check_shapes,
    check_ignores,
    check_domain,
    check_sql,
    check_routes,
    check_boundary,
    check_openapi,
)


def main(root: Path) -> int:
    """Print every fault; the exit status says whether there was one."""
    found = [fault for check in CHECKS for fault in check.faults(root)]
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(ROOT))
