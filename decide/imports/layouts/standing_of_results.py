"""Columns that every list of results may have: its legal standing, and the paper it comes from."""

from decide.imports.cells import plain
from decide.imports.layout import Column, Fields
from decide.results.models import ResultStatus

WORDS = {
    "preliminar": ResultStatus.PRELIMINARY,
    "preliminares": ResultStatus.PRELIMINARY,
    "prep": ResultStatus.PRELIMINARY,
    "computo": ResultStatus.COUNT,
    "computos": ResultStatus.COUNT,
    "definitivo": ResultStatus.FINAL,
    "definitivos": ResultStatus.FINAL,
    "anulada": ResultStatus.ANNULLED,
    "anulado": ResultStatus.ANNULLED,
    "eleccion_anulada": ResultStatus.ANNULLED,
    "extraordinaria": ResultStatus.EXTRAORDINARY,
    "extraordinario": ResultStatus.EXTRAORDINARY,
    "eleccion_extraordinaria": ResultStatus.EXTRAORDINARY,
}
COLUMNS = (
    Column("status", "estado", ("estatus", "valor_legal"), required=False),
    Column("source", "fuente", ("documento",), required=False),
)


def status_of(row: Fields) -> ResultStatus:
    """What the row says, final when it says nothing; a fault for a word that is not known."""
    told = row.text("status")
    if not told:
        return ResultStatus.FINAL
    status = WORDS.get(plain(told))
    if status is None:
        row.fault(
            "status",
            "El estado del resultado no se entiende.",
            "Escriba preliminar, cómputo, definitivo, anulada o extraordinaria.",
        )
        return ResultStatus.FINAL
    return status
