"""Answers that pages of other sites may read: open data and the API, which carry no cookie."""

from flask import Response


def open_to_all(answer: Response) -> Response:
    """Let any origin read an answer."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After, X-Total-Count"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
