"""Security headers of every answer, and who may keep a copy."""

from flask import Flask, Response, request

from decide.settings import Settings

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "font-src 'none'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), browsing-topics=()",
}
# A view that others may show in a frame says so with this (`web.public.embeds`).
OPEN_TO_FRAMES = "frame-ancestors *"


def always(settings: Settings) -> dict[str, str]:
    """The headers of every answer, whoever gives it."""
    strict = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
    return ALWAYS | (strict if settings.https else {})


def install(app: Flask, settings: Settings) -> None:
    """Add the headers after every request, also after errors."""
    headers = always(settings)

    def dress(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if OPEN_TO_FRAMES in response.headers["Content-Security-Policy"]:
            del response.headers["X-Frame-Options"]  # it knows no “everybody”
        # Closed unless opened: a view that wants to be kept says so itself (`web.shared.pages`).
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        if request.endpoint == "static_file":
            response.headers.pop("Set-Cookie", None)
        return response

    app.after_request(dress)
