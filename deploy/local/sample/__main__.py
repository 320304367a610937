"""`python -m deploy.local.sample URL FILE`: load the sample through the gateway at URL and write what came of it.

It matches once its input ends: whoever started it may still be preparing the matching engine.
"""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from deploy.local.client import Gateway
from deploy.local.sample.load import LoadedSample, load_people, match_leaders


async def load(url: str) -> LoadedSample:
    """Load the sample."""
    async with Gateway(url) as gateway:
        organization_id = await load_people(gateway, _say)
        await asyncio.to_thread(sys.stdin.read)
        return await match_leaders(gateway, organization_id, _say)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(asdict(asyncio.run(load(sys.argv[1])))), encoding="utf-8")
