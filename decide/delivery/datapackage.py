"""datapackage.json: what the CSV files are, as the Frictionless Data Package standard says it."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from decide.delivery.spreadsheet import RULE
from decide.delivery.tables import SHEETS, Sheet
from decide.kernel.files import digest

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def text(folder: Path, facts: Sequence[tuple[str, str]], *, at: datetime, slug: str) -> str:
    """The descriptor of the sheets in `folder`."""
    told = dict(facts)
    content = {
        "$schema": PROFILE,
        "name": slug,
        "title": f"Opiniones ciudadanas: {told['recibe']}",
        "description": f"{told['proceso']}. Fecha de corte: {told['corte_en_palabras']}. {RULE}",
        "created": at.isoformat(),
        "version": "1",
        "contributors": [{"title": told["autoridad"], "roles": ["publisher"]}],
        "resources": [_resource(folder / sheet.name, sheet) for sheet in SHEETS],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _resource(path: Path, sheet: Sheet) -> dict[str, object]:
    return {
        "name": path.stem,
        "path": path.name,
        "description": sheet.meaning,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest(path)}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"'},
        "schema": {
            "fields": [
                {"name": column.name, "type": column.kind, "description": column.meaning}
                for column in sheet.columns
            ],
            "missingValues": [""],
            "primaryKey": list(sheet.key),
        },
    }
