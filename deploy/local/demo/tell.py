"""`make demo`: the whole story on a company of 8,000."""


async def demo() -> None:
    """Tell the story."""
