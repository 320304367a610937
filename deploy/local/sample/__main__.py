"""`python -m deploy.local.sample URL FILE`: load the sample through the gateway at URL and write what came of it."""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from deploy.local.client import Gateway
from deploy.local.sample.load import LoadedSample, load_sample


async def load(url: str) -> LoadedSample:
    """Load the sample."""
    async with Gateway(url) as gateway:
        return await load_sample(gateway, lambda text: print(text, flush=True))


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(asdict(asyncio.run(load(sys.argv[1])))), encoding="utf-8")
