"""Routes whose path parameters end at a colon, so that `/people/{id}` does not take `/people/{id}:deactivate` in."""

from fastapi import APIRouter
from starlette.convertors import StringConvertor, register_url_convertor


class _UpToAColon(StringConvertor):
    regex = "[^/:]+"


# Starlette compiles a path when its route is declared, with the convertor that is registered by then.
register_url_convertor("str", _UpToAColon())


class ApiRouter(APIRouter):
    """The router of every service."""
