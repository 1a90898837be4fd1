"""From where a visit comes, in eleven words: nothing that could tell one visitor from another."""

import re
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit


class Source(StrEnum):
    """The first that fits counts."""

    ROBOT = "robot"
    INSIDE = "inside"
    QR = "qr"
    EMBED = "embed"
    FEED = "feed"
    SHARE = "share"  # a card or button of ours, passed on from hand to hand
    CAMPAIGN = "campaign"
    SEARCH = "search"
    SOCIAL = "social"
    SITE = "site"
    DIRECT = "direct"


# Links that we hand out carry `utm_medium`, which the page cache passes over.
MEDIUM = "utm_medium"
EFFORT_MARK = "utm_campaign"
EFFORT_NUMBER = re.compile(r"e([1-9][0-9]{0,2})")
MEDIA = {
    "qr": Source.QR,
    "embed": Source.EMBED,
    "feed": Source.FEED,
    "share": Source.SHARE,
}
ENGINES = re.compile(r"(^|\.)(google|bing|duckduckgo|yahoo|ecosia|yandex|brave|startpage|qwant)\.")
SOCIAL = re.compile(
    r"(^|\.)(facebook|fb|instagram|threads|twitter|x|t|whatsapp|wa|telegram|tiktok|youtube|youtu"
    r"|linkedin|reddit|pinterest|mastodon|bsky)\.(com|co|me|be|org|net|social|app|in)$"
)
ROBOTS = re.compile(
    r"bot\b|bot[/_-]|crawl|spider|slurp|archiver|preview|facebookexternalhit|whatsapp/|monitor"
    r"|headless|lighthouse|curl|wget|python|java/|go-http|okhttp|axios|node-fetch|libwww|httpie"
    r"|scrapy|feedfetcher|validator|uptime|pingdom|scan",
    re.IGNORECASE,
)


@lru_cache(maxsize=5_000)
def is_robot(agent: str) -> bool:
    """Whether a browser says that it is none. Who says nothing is one too."""
    return len(agent) < 20 or ROBOTS.search(agent) is not None


@lru_cache(maxsize=20_000)
def source_of(query: str, referer: str, host: str) -> Source:
    """From where a person's visit to `host` comes."""
    told = campaign_of(query)
    if told is not None:
        return told
    if not referer:
        return Source.DIRECT
    from_host = host_of(referer)
    if from_host == host:
        return Source.INSIDE
    if ENGINES.search(from_host):
        return Source.SEARCH
    return Source.SOCIAL if SOCIAL.search(from_host) else Source.SITE


def campaign_of(query: str) -> Source | None:
    """What a marked link says; None for a link without a mark."""
    if "utm_" not in query:
        return None
    marks = {name: value for name, value in parse_qsl(query) if name.startswith("utm_")}
    return MEDIA.get(marks.get(MEDIUM, ""), Source.CAMPAIGN) if marks else None


@lru_cache(maxsize=5_000)
def effort_of(query: str) -> str:
    """The number of the effort that a link names; empty for none. Never more than 999 of them."""
    if EFFORT_MARK not in query:
        return ""
    found = EFFORT_NUMBER.fullmatch(dict(parse_qsl(query)).get(EFFORT_MARK, ""))
    return found[1] if found else ""


def host_of(address: str) -> str:
    """Host and port of an address; empty when it is none."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""
