"""LEEME.txt: what the package is, by which rules it was made, what each column means."""

from collections.abc import Mapping, Sequence
from textwrap import fill

from decide.abuse.copies import LEAST as COPIES
from decide.abuse.rule import ADDED, ADDED_SHARE, LEAST, VERSION
from decide.delivery import evidence
from decide.delivery.contents import Holder, Member
from decide.delivery.database import Totals
from decide.delivery.spreadsheet import RULE
from decide.delivery.structure import VIEWS, dictionary
from decide.delivery.tables import SHEETS

WIDTH = 88

RULES = (
    (
        "Contiene todo lo que la ciudadanía respondió hasta la fecha de corte sobre los asuntos "
        "de quien recibe. No contiene nada sobre otros actores."
    ),
    (
        "Regla de las alianzas: lo que se respondió sobre una coalición o candidatura común se "
        "entrega completo a cada partido integrante. Las alianzas y sus integrantes están en la "
        "tabla «integrante»."
    ),
    (
        "Cuenta una sola respuesta por dispositivo y asunto: la última. Quien retiró su respuesta "
        "no cuenta."
    ),
    (
        "Las ideas vienen completas y tal como llegaron. No se editan ni se quitan. De las que "
        "su autora o autor retiró queda el renglón sin texto."
    ),
    (
        "No hay datos de quien opinó: el sistema no los guarda. Si un texto contiene datos "
        "personales, trátelos conforme a la ley."
    ),
    (
        "Los textos publicados vienen como se escribieron. Si llevan **asteriscos**, guiones o "
        "[corchetes](enlace), el sitio los mostró como negritas, listas y enlaces."
    ),
    (
        "Por municipio: cada idea dice el municipio que indicó quien la envió, si lo indicó. Los "
        "«Me gusta» y «No me gusta» no llevan lugar, para que no se pueda seguir a nadie. La "
        "vista «respuestas_por_municipio» cuenta lo que se dijo de las propuestas para cada "
        "ayuntamiento, venga de donde venga."
    ),
    "Los días van en hora del centro de México.",
)


MARKS = (
    (
        f"Regla de revisión, versión {VERSION}. Al sellar cada día, un programa busca campañas "
        "hechas con programas o pedidas desde un enlace. Lo que encuentra se marca. Nada se borra: "
        "aquí vienen los dos totales, con todo y sin lo marcado."
    ),
    (
        f"Se revisa cada asunto con {LEAST} respuestas o más en un día. Ventana: en unas horas, "
        "una respuesta llegó mucho más que en el resto del día. Se pregunta de todas, de los "
        "dispositivos nuevos y de las redes que enviaron mucho. Grupo: en todo el día, los nuevos "
        "o esas redes responden distinto que los demás. Noche: de 0 a 6 horas llegó demasiado de "
        "dispositivos nuevos. Ritmo: las pausas entre respuestas son las de un reloj. Que llegue "
        "mucha gente no basta para marcar."
    ),
    (
        "Lo raro se mide contra los demás asuntos de ese día. De todas las preguntas quedan las "
        "que yerran, cuando mucho, en una de cada cien (Benjamini y Hochberg). De esas, solo lo "
        f"que suma {ADDED} respuestas de más y {round(ADDED_SHARE * 100)} % del día. Ideas: "
        f"{COPIES} o más casi iguales en un día y asunto, de seis palabras o más (SimHash)."
    ),
    (
        "Una marca también alcanza a personas que opinaron en esas horas: señala respuestas, no "
        "dice de quién son. El personal puede añadir marcas con motivo, si una segunda persona lo "
        "aprueba. Todas están en la tabla «marca»."
    ),
)


def parts(
    told: Mapping[str, str], holders: list[Holder], members: list[Member]
) -> list[tuple[str, list[str]]]:
    """Titles and paragraphs that both the text and the PDF have."""
    return [
        (
            "Qué hay en este paquete",
            [
                "datos.sqlite: la base completa. Se abre con DB Browser for SQLite, R o Python.",
                "resumen.xlsx: totales, gráficas y filtros. Se abre con Excel.",
                *(f"{sheet.name}: {sheet.meaning} Se abre con Excel." for sheet in SHEETS),
                f"En los CSV, ningún texto puede funcionar como fórmula. {RULE}",
                "datapackage.json: la descripción de los CSV para programas.",
                (
                    "manifiesto.json y manifiesto.firma.txt: tamaño y huella SHA-256 de cada "
                    "archivo, firmados por la autoridad."
                ),
                *(f"{name}: {meaning}" for name, meaning in evidence.FILES),
            ],
        ),
        (
            "Cómo comprobar que está completo y sin cambios",
            [
                (
                    "Ejecute: python verificar.py PAQUETE.zip CLAVE. La clave es la línea "
                    "publicada en la página «Sellos» del sitio. El programa revisa la firma, cada "
                    "idea, cada conteo y que nada falte. También dice la cabeza del registro: "
                    "compárela con la publicada."
                ),
                (
                    "Si recibió el paquete cifrado con una frase, ábralo primero: age -d -o "
                    "PAQUETE.zip PAQUETE.zip.age. La frase viene en una carta aparte."
                ),
            ],
        ),
        ("De quién son los asuntos", [_held(holder, members) for holder in holders]),
        ("Marcas", list(MARKS)),
        ("Reglas", [f"{number}. {rule}" for number, rule in enumerate(RULES, start=1)]),
    ]


def text(
    facts: Sequence[tuple[str, str]], totals: Totals, holders: list[Holder], members: list[Member]
) -> str:
    """The whole README; depends on its arguments only."""
    told = dict(facts)
    blocks = [
        f"BASE DE DATOS DE OPINIONES CIUDADANAS\n{told['recibe']}",
        _paragraph(
            f"{told['autoridad']} entrega esta base por medio de {told['sitio']}. "
            f"Proceso: {told['proceso']}. Fecha de corte: {told['corte_en_palabras']}."
        ),
        _heading("Totales"),
        "\n".join(
            (
                f"Asuntos:       {totals.subjects:>12,}",
                f"Me gusta:      {totals.likes:>12,}",
                f"No me gusta:   {totals.dislikes:>12,}",
                f"Ideas:         {totals.ideas:>12,}",
                f"Ideas retiradas: {totals.withdrawn:>10,}",
                "",
                "Sin las respuestas marcadas (vea «Marcas»):",
                f"Me gusta:      {totals.likes - totals.marked_likes:>12,}",
                f"No me gusta:   {totals.dislikes - totals.marked_dislikes:>12,}",
                f"Ideas:         {totals.ideas - totals.marked_ideas:>12,}",
            )
        ),
    ]
    for title, paragraphs in parts(told, holders, members):
        blocks += [_heading(title), *(_paragraph(each) for each in paragraphs)]
    blocks += [
        _heading("Preguntas listas para usar (vistas de datos.sqlite)"),
        "\n".join(f"- {view.name}: {view.meaning}" for view in VIEWS),
        _heading("Diccionario de datos.sqlite"),
        _dictionary(),
    ]
    return "\n\n".join(blocks) + "\n"


def _paragraph(words: str) -> str:
    return fill(words, WIDTH)


def _heading(words: str) -> str:
    return f"{words}\n{'-' * len(words)}"


def _held(holder: Holder, members: list[Member]) -> str:
    line = f"{holder.acronym}, {holder.name} ({holder.figure}): {holder.reason}."
    inside = [member.acronym for member in members if member.alliance == holder.key]
    return line + (f" Integrantes: {', '.join(inside)}." if inside else "")


def _dictionary() -> str:
    lines = []
    for table, column, meaning in dictionary():
        lines.append(f"  {column}: {meaning}" if column else f"\n{table}: {meaning}")
    return "\n".join(lines).strip()
