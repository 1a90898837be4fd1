"""Only our own pages may send forms to the citizens' door.

Public pages carry no token: it would need a cookie and make every page different. Browsers say
themselves where a request comes from, and a page elsewhere cannot make them lie about it.
"""

from urllib.parse import urlsplit

from flask import Request, Response, request
from flask_babel import gettext as _

from decide.web.shared.context import resources
from decide.web.shared.failures import page

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A mail program presses this one itself (RFC 8058); its address holds a secret of that mail.
FROM_ELSEWHERE = frozenset({"public.leave_list"})


def only_our_pages() -> Response | None:
    """Guard before every view of the public door: 403 for a form sent from elsewhere."""
    if request.method in SAFE or request.endpoint in FROM_ELSEWHERE:
        return None
    if is_ours(request, resources().settings.public_url):
        return None
    return page(
        403, _("Este envío no viene de nuestras páginas. Abra la página aquí y envíelo otra vez.")
    )


def is_ours(asked: Request, public_url: str) -> bool:
    """Fetch Metadata where the browser has it (all since 2023), else Origin, else Referer.

    A request with none of the three is refused: no browser sends a form that way.
    """
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    told = asked.headers.get("Origin") or asked.headers.get("Referer")
    if not told:
        return False
    parts = urlsplit(told)
    ours = urlsplit(public_url)
    if (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc):
        return True
    # One machine, reached by another name than the setting says.
    return parts.scheme in ("http", "https") and parts.netloc == asked.host
