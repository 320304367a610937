"""One measurement in a fresh process: `python -m bench.child '{"case": "rounds.whole", "arguments": {…}}'`.

The last line of its output is the sample as JSON, or the reason why there is none.
"""

import importlib
import json
import sys

from bench.measuring import Sample, SkippedError


def main(order: str) -> None:
    """Measure what is ordered."""
    wanted = json.loads(order)
    module, _, function = wanted["case"].partition(".")
    try:
        sample: Sample = getattr(importlib.import_module(f"bench.cases.{module}"), function)(**wanted["arguments"])
    except SkippedError as reason:
        print(json.dumps({"skipped": str(reason)}))
        return
    print(json.dumps(sample.plain()))


if __name__ == "__main__":
    main(sys.argv[1])
