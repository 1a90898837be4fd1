"""What every application of a test process would compile anew: templates and builders of addresses.

Nearly every test makes an application of its own. Half of the time of the tests of pages went into
compiling the same three hundred addresses and the same templates again; both depend on nothing of
the test, so the process keeps them.
"""

from flask import Flask
from jinja2 import BytecodeCache
from werkzeug.routing import Rule


class Templates(BytecodeCache):
    """Compiled templates by name and by the digest of their source."""

    def __init__(self):
        self.kept = {}

    def load_bytecode(self, bucket):
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket):
        self.kept[bucket.key, bucket.checksum] = bucket.code


def keep():
    """Keep both from now on."""
    Flask.jinja_options = Flask.jinja_options | {"bytecode_cache": Templates()}
    compiled, compile_anew = {}, Rule._compile_builder

    def builder(self, append_unknown=True):
        made_of = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if made_of not in compiled:
            compiled[made_of] = compile_anew(self, append_unknown)
        return compiled[made_of]

    Rule._compile_builder = builder
