"""The topics by which platforms, proposals and ideas are read: key → words on the page."""

TOPICS: dict[str, str] = {
    "seguridad": "Seguridad y justicia",
    "agua": "Agua",
    "salud": "Salud",
    "educacion": "Educación",
    "movilidad": "Movilidad y transporte",
    "empleo": "Empleo y economía",
    "medio-ambiente": "Medio ambiente",
    "vivienda-servicios": "Vivienda y servicios",
    "igualdad": "Igualdad y no discriminación",
    "transparencia": "Gobierno abierto y transparencia",
    "campo": "Campo",
    "cultura-deporte": "Cultura y deporte",
}
