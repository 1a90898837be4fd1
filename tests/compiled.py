"""What every application of a test process would make anew: templates, addresses, style sheets.

Nearly every test makes an application of its own. Half of the time of the tests of pages went into
compiling the same three hundred addresses and the same templates again; they depend on nothing of
the test, nor do the shrunk style sheets, so the process keeps them.
"""

from functools import cache

from flask import Flask
from jinja2 import BytecodeCache
from werkzeug.routing import Rule

from decide.web.shared import assets


class Templates(BytecodeCache):
    """Compiled templates by name and by the digest of their source."""

    def __init__(self):
        self.kept = {}

    def load_bytecode(self, bucket):
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket):
        self.kept[bucket.key, bucket.checksum] = bucket.code


def keep():
    """Keep them from now on."""
    assets.shrink_css, assets._asset = cache(assets.shrink_css), cache(assets._asset)
    Flask.jinja_options = Flask.jinja_options | {"bytecode_cache": Templates()}
    compiled, compile_anew = {}, Rule._compile_builder

    def builder(self, append_unknown=True):
        made_of = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if made_of not in compiled:
            compiled[made_of] = compile_anew(self, append_unknown)
        return compiled[made_of]

    Rule._compile_builder = builder
