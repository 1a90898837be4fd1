"""QR codes as images inside a page: no further request, and nothing of them in any log."""

import segno


def qr_of(address: str) -> str:
    """A data address for an <img>: black on white, error level M, quiet zone included."""
    return str(
        segno.make(address, error="m").svg_data_uri(border=4, scale=5, dark="#000", light="#fff")
    )
