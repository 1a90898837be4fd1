"""Paper: PDF by typst. What people wrote goes in as data and never becomes part of the source."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst


def pdf(template: Path, data: Mapping[str, Any]) -> bytes:
    """A PDF/UA-1 from a template that reads `json(bytes(sys.inputs.data))`.

    Only typst's own fonts are used, so that the same data give the same pages on every machine.
    """
    made = typst.compile(
        template.read_bytes(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return bytes(made)


def pictures(template: Path, data: Mapping[str, Any], *, dots: float = 96) -> list[bytes]:
    """The same pages as PNG, to look at them."""
    made: Any = typst.compile(
        template.read_bytes(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="png",
        ppi=dots,
        ignore_system_fonts=True,
    )
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]


def drawing(template: Path, data: Mapping[str, Any]) -> bytes:
    """The only page of a template as SVG; letters are outlines, so no font is needed to see it."""
    made: Any = typst.compile(
        template.read_bytes(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="svg",
        ignore_system_fonts=True,
    )
    return bytes(made[0] if isinstance(made, list) else made)
