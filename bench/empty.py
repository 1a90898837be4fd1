"""The yardstick: Flask and one view that returns nothing."""

from flask import Flask


def application():
    """An application with one empty view."""
    app = Flask("bench.empty")
    app.add_url_rule("/", "empty", lambda: "")
    return app
