"""The channels that the settings ask for."""

from collections.abc import Callable, Sequence

from bot.app import App
from bot.channels.web import Site, Web
from bot.rendering import Cards
from bot.service.protocol import Channel
from bot.settings import Settings, data_folder


def configured(settings: Settings, app: Callable[[], App]) -> Sequence[Channel]:
    """Return the page, and a channel for each network that is set.

    `app` gives the rules and words in force now.
    """
    site = Site(settings.public_url, settings.embed_origins, settings.session_days)
    # One for all, for its fonts take some megabytes.
    cards = Cards(data_folder("templates"))
    found: list[Channel] = [Web(app, site, cards)]
    if settings.telegram_token is not None:
        # Loaded here, for its library takes long to load and most commands need none of it.
        from bot.channels.telegram import Telegram, Webhook

        url, secret = settings.telegram_webhook_url, settings.telegram_webhook_secret
        webhook = Webhook(url, secret) if url is not None and secret is not None else None
        token, api_url = settings.telegram_token, settings.telegram_api_url
        found.append(Telegram(app, token, api_url, webhook, site=settings.public_url, cards=cards))
    return found
