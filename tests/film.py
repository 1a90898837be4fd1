"""A film of what a browser shows: `FILM=folder` keeps one of every browser test.

Chromium gives its pictures as they are painted; Pillow makes an animated WebP of them, which every
browser plays. Playwright's own recorder would need a program that no package of ours brings.
"""

import io
from base64 import b64decode
from itertools import pairwise

from PIL import Image, ImageOps

SHORTEST, LONGEST = 0.25, 3.0  # seconds that a picture stands
WIDEST = 960


class Film:
    """The pictures of one page, each with the second it was painted."""

    def __init__(self, page):
        self.pictures = []
        self.line = page.context.new_cdp_session(page)
        self.line.on("Page.screencastFrame", self.take)
        asked = {"format": "jpeg", "quality": 60, "maxWidth": WIDEST, "maxHeight": WIDEST}
        self.line.send("Page.startScreencast", asked)

    def take(self, told):
        """Keep a picture, unless the one before it stood for a moment only."""
        at, data = told["metadata"]["timestamp"], b64decode(told["data"])
        if self.pictures and at - self.pictures[-1][0] < SHORTEST:
            at = self.pictures.pop()[0]
        self.pictures.append((at, data))
        self.line.send("Page.screencastFrameAck", {"sessionId": told["sessionId"]})

    def write(self, file):
        """The whole film; whoever waits long is spared the wait."""
        self.line.send("Page.stopScreencast")
        if not self.pictures:
            return
        times = [at for at, _ in self.pictures]
        stood = [after - at for at, after in pairwise([*times, times[-1] + LONGEST])]
        shots = [Image.open(io.BytesIO(data)).convert("RGB") for _, data in self.pictures]
        size = shots[-1].size  # the window has another one before it is set; a film has one
        shots = [each if each.size == size else ImageOps.pad(each, size) for each in shots]
        file.parent.mkdir(parents=True, exist_ok=True)
        shots[0].save(
            file, save_all=True, append_images=shots[1:], quality=50, method=2,
            duration=[int(1000 * min(max(each, SHORTEST), LONGEST)) for each in stood],
        )  # fmt: skip
