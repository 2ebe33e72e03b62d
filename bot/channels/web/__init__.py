"""The chat as a page, in a frame of another site, and the policy library beside it.

Server-rendered: everything works without script. Whose talk it is says a cookie; the talk itself stands in
the database. Only `bot.service`, `bot.rendering` and `bot.app` may enter.
"""

from bot.channels.web.channel import Web
from bot.channels.web.site import Site

__all__ = ["Site", "Web"]
