"""The commitment that the product ships as its example, and as the form for other institutions.

Source: Plan de Acción Local de Gobierno Abierto, Estado de México 2019–2021, “Decide IEEM”. The
key actions and dates are the plan's; the areas are an example that each authority corrects.
"""

from pathlib import Path

EXAMPLE = Path(__file__).parent / "content" / "compromiso.csv"
