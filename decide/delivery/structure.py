"""What a delivered database holds: one description, from which the SQLite schema, the dictionary
inside it and the dictionary in the README are made, so that they cannot contradict one another.

Names are Spanish, because the party opens this file, not us.
"""

from decide.delivery.marks import MARKED_IDEAS, MARKS, REVIEWED
from decide.delivery.shape import Column, Shape, View

SEEN = "FOREIGN KEY (asunto, version) REFERENCES version (asunto, version)"

SHAPES: tuple[Shape, ...] = (
    Shape(
        "dato",
        "Datos generales de esta entrega: proceso, autoridad, fecha de corte, totales.",
        (
            Column("clave", "TEXT PRIMARY KEY", "Nombre del dato."),
            Column("valor", "TEXT NOT NULL", "Su valor."),
        ),
    ),
    Shape(
        "actor",
        "Actores políticos cuyos asuntos vienen en esta entrega.",
        (
            Column("actor", "TEXT PRIMARY KEY", "Clave del actor."),
            Column("siglas", "TEXT NOT NULL", "Siglas."),
            Column("nombre", "TEXT NOT NULL", "Nombre."),
            Column(
                "figura",
                "TEXT NOT NULL",
                "partido, coalición, candidatura común o candidatura independiente.",
            ),
            Column(
                "motivo",
                "TEXT NOT NULL",
                "Por qué viene aquí: «propio», o «integrante» si es una alianza de quien recibe.",
            ),
        ),
    ),
    Shape(
        "integrante",
        "Integrantes de las alianzas: cada integrante recibe copia completa de lo de la alianza.",
        (
            Column("alianza", "TEXT NOT NULL REFERENCES actor (actor)", "Clave de la alianza."),
            Column("siglas", "TEXT NOT NULL", "Siglas del partido integrante."),
            Column("nombre", "TEXT NOT NULL", "Nombre del partido integrante."),
        ),
        ("PRIMARY KEY (alianza, siglas)",),
    ),
    Shape(
        "municipio",
        "Los municipios del estado.",
        (
            Column("municipio", "INTEGER PRIMARY KEY", "Número del municipio ante INE e IEEM."),
            Column("clave_inegi", "TEXT NOT NULL", "Clave del municipio ante INEGI."),
            Column("nombre", "TEXT NOT NULL", "Nombre."),
        ),
    ),
    Shape(
        "tema",
        "Los temas con que se clasifican plataformas, propuestas e ideas.",
        (
            Column("tema", "TEXT PRIMARY KEY", "Clave del tema."),
            Column("nombre", "TEXT NOT NULL", "Nombre del tema."),
        ),
    ),
    Shape(
        "asunto",
        "Lo que la ciudadanía pudo responder: plataforma, tema, bloque o propuesta.",
        (
            Column("asunto", "INTEGER PRIMARY KEY", "Número del asunto en el sitio."),
            Column("actor", "TEXT NOT NULL REFERENCES actor (actor)", "A quién pertenece."),
            Column(
                "tipo",
                "TEXT NOT NULL",
                "plataforma, tema de plataforma, bloque de competitividad o propuesta.",
            ),
            Column("titulo", "TEXT NOT NULL", "Título de su versión más reciente."),
            Column("eleccion", "TEXT", "Elección a la que pertenece, si es de una sola."),
            Column("persona", "TEXT", "Persona que encabeza la candidatura, si es una propuesta."),
            Column("tema", "TEXT REFERENCES tema (tema)", "Tema, si lo tiene."),
            Column(
                "municipio",
                "INTEGER REFERENCES municipio (municipio)",
                "Municipio de la elección, si la propuesta es para un ayuntamiento.",
            ),
        ),
    ),
    Shape(
        "version",
        "Los textos tal como se publicaron. Cada opinión dice qué versión se leyó.",
        (
            Column("asunto", "INTEGER NOT NULL REFERENCES asunto (asunto)", "Asunto."),
            Column("version", "INTEGER NOT NULL", "Número de versión, desde 1."),
            Column("titulo", "TEXT NOT NULL", "Título."),
            Column("texto", "TEXT NOT NULL", "Texto completo, con las marcas de su formato."),
            Column("sha256", "TEXT NOT NULL", "Huella SHA-256 del texto publicado."),
            Column("publicada", "TEXT NOT NULL", "Fecha y hora de publicación."),
        ),
        ("PRIMARY KEY (asunto, version)",),
    ),
    Shape(
        "conteo",
        "Total de Me gusta y No me gusta por asunto y versión.",
        (
            Column("asunto", "INTEGER NOT NULL", "Asunto."),
            Column("version", "INTEGER NOT NULL", "Versión que se leyó."),
            Column("me_gusta", "INTEGER NOT NULL", "Cuántos «Me gusta»."),
            Column("no_me_gusta", "INTEGER NOT NULL", "Cuántos «No me gusta»."),
        ),
        ("PRIMARY KEY (asunto, version)", SEEN),
    ),
    Shape(
        "conteo_diario",
        "Lo mismo por día en que se dio la última respuesta. Solo días con respuestas.",
        (
            Column("asunto", "INTEGER NOT NULL", "Asunto."),
            Column("version", "INTEGER NOT NULL", "Versión que se leyó."),
            Column("dia", "TEXT NOT NULL", "Día, en hora del centro de México."),
            Column("me_gusta", "INTEGER NOT NULL", "Cuántos «Me gusta»."),
            Column("no_me_gusta", "INTEGER NOT NULL", "Cuántos «No me gusta»."),
        ),
        ("PRIMARY KEY (asunto, version, dia)", SEEN),
    ),
    *MARKS,
    Shape(
        "idea",
        "Ideas, propuestas y comentarios, completos y sin editar.",
        (
            Column("idea", "INTEGER PRIMARY KEY", "Número dentro de esta entrega."),
            Column("asunto", "INTEGER NOT NULL", "Asunto al que responde."),
            Column("version", "INTEGER NOT NULL", "Versión que se leyó."),
            Column("tipo", "TEXT NOT NULL", "idea, propuesta o comentario."),
            Column("tema", "TEXT REFERENCES tema (tema)", "Tema que eligió quien la envió."),
            Column(
                "municipio",
                "INTEGER REFERENCES municipio (municipio)",
                "Municipio que indicó quien la envió.",
            ),
            Column("dia", "TEXT NOT NULL", "Día en que se recibió."),
            Column(
                "retirada",
                "INTEGER NOT NULL",
                "1 si su autora o autor la retiró; entonces el texto va vacío.",
            ),
            Column("texto", "TEXT NOT NULL", "El texto, tal como llegó."),
            Column(
                "repetida_de",
                "INTEGER REFERENCES idea (idea)",
                "Primera idea con el mismo texto, si esta lo repite. La encuentra un programa.",
            ),
            Column(
                "datos_personales",
                "TEXT",
                "Qué datos personales parece traer el texto. Lo señala un programa.",
            ),
            Column(
                "sal", "BLOB", "Dato al azar que abre el sello de esta idea. Vacío si se retiró."
            ),
        ),
        (SEEN,),
    ),
    MARKED_IDEAS,
    Shape(
        "grupo",
        "Grupos de ideas parecidas. Los hace un programa con palabras de hasta 20 mil ideas.",
        (
            Column("grupo", "INTEGER PRIMARY KEY", "Número del grupo, del mayor al menor."),
            Column("etiqueta", "TEXT NOT NULL", "Palabras que más se repiten en el grupo."),
            Column("ideas", "INTEGER NOT NULL", "Cuántas ideas reúne."),
        ),
    ),
    Shape(
        "idea_en_grupo",
        "A qué grupo quedó cada idea. Las que no se parecen a otras no están.",
        (
            Column("idea", "INTEGER PRIMARY KEY REFERENCES idea (idea)", "Idea."),
            Column("grupo", "INTEGER NOT NULL REFERENCES grupo (grupo)", "Grupo."),
            Column("peso", "INTEGER NOT NULL", "Cuántas palabras de la etiqueta usa."),
        ),
    ),
    Shape(
        "hoja",
        "Las hojas del registro sellado que corresponden a las ideas de esta entrega.",
        (
            Column("hoja", "INTEGER PRIMARY KEY", "Lugar en el registro de todo el proceso."),
            Column("idea", "INTEGER NOT NULL REFERENCES idea (idea)", "Idea que selló."),
            Column("vigente", "INTEGER NOT NULL", "0 si la idea se volvió a sellar después."),
            Column("contenido", "BLOB NOT NULL", "Huella del contenido de la idea, con su sal."),
            Column("folio", "BLOB NOT NULL", "Huella del folio que conserva quien la envió."),
        ),
    ),
    Shape(
        "prueba",
        "Lo que falta del árbol para llegar de todas las hojas de esta entrega a la raíz firmada.",
        (
            Column("nivel", "INTEGER PRIMARY KEY", "Nivel del árbol; 0 son las hojas."),
            Column(
                "huellas",
                "BLOB NOT NULL",
                "Los nodos que faltan en el nivel, de izquierda a derecha; cada uno de 32 bytes.",
            ),
        ),
    ),
    Shape(
        "compromiso",
        "Lo que se publicó sobre los conteos de cada actor, y la sal que lo abre.",
        (
            Column("actor", "TEXT PRIMARY KEY REFERENCES actor (actor)", "Actor."),
            Column("sal", "BLOB NOT NULL", "Dato al azar que abre el compromiso."),
            Column("compromiso", "BLOB NOT NULL", "Huella publicada el día del sello."),
        ),
    ),
)

DICTIONARY = Shape(
    "diccionario",
    "Qué significa cada columna de esta base.",
    (
        Column("tabla", "TEXT NOT NULL", "Tabla o vista."),
        Column("columna", "TEXT NOT NULL", "Columna; vacía si la fila describe la tabla."),
        Column("significado", "TEXT NOT NULL", "Qué significa."),
    ),
    ("PRIMARY KEY (tabla, columna)",),
)


VIEWS: tuple[View, ...] = (
    View(
        "resumen_por_asunto",
        "Un renglón por asunto con sus totales.",
        """\
SELECT a.asunto, a.actor, a.tipo, a.titulo, a.eleccion, a.persona, a.tema,
       coalesce(sum(c.me_gusta), 0) AS me_gusta,
       coalesce(sum(c.no_me_gusta), 0) AS no_me_gusta,
       (SELECT count(*) FROM idea i WHERE i.asunto = a.asunto AND NOT i.retirada) AS ideas
FROM asunto a LEFT JOIN conteo c ON c.asunto = a.asunto
GROUP BY a.asunto ORDER BY a.asunto""",
    ),
    REVIEWED,
    View(
        "resumen_por_actor",
        "Un renglón por actor con sus totales.",
        """\
SELECT r.actor, count(*) AS asuntos, sum(r.me_gusta) AS me_gusta,
       sum(r.no_me_gusta) AS no_me_gusta, sum(r.ideas) AS ideas
FROM resumen_por_asunto r GROUP BY r.actor ORDER BY r.actor""",
    ),
    View(
        "ideas_completas",
        "Cada idea no retirada, con el título del asunto, la elección y el municipio en palabras.",
        """\
SELECT i.idea, i.dia, i.tipo, t.nombre AS tema, m.nombre AS municipio, a.actor,
       a.tipo AS tipo_de_asunto, a.eleccion, a.persona, v.titulo AS asunto, i.version,
       i.repetida_de, i.datos_personales, i.texto
FROM idea i
JOIN asunto a ON a.asunto = i.asunto
JOIN version v ON v.asunto = i.asunto AND v.version = i.version
LEFT JOIN municipio m ON m.municipio = i.municipio
LEFT JOIN tema t ON t.tema = i.tema
WHERE NOT i.retirada ORDER BY i.idea""",
    ),
    View(
        "ideas_por_tema",
        "Cuántas ideas hay de cada tema.",
        """\
SELECT coalesce(t.nombre, '(sin tema)') AS tema, count(*) AS ideas
FROM idea i LEFT JOIN tema t ON t.tema = i.tema
WHERE NOT i.retirada GROUP BY 1 ORDER BY 2 DESC, 1""",
    ),
    View(
        "ideas_por_municipio",
        "Cuántas ideas hay de cada municipio, según lo indicó quien las envió.",
        """\
SELECT coalesce(m.nombre, '(sin municipio)') AS municipio, count(*) AS ideas
FROM idea i LEFT JOIN municipio m ON m.municipio = i.municipio
WHERE NOT i.retirada GROUP BY 1 ORDER BY 2 DESC, 1""",
    ),
    View(
        "respuestas_por_municipio",
        "Respuestas a las propuestas para cada ayuntamiento. Un Me gusta no dice de dónde viene.",
        """\
SELECT m.nombre AS municipio, count(*) AS asuntos, sum(r.me_gusta) AS me_gusta,
       sum(r.no_me_gusta) AS no_me_gusta, sum(r.ideas) AS ideas
FROM resumen_por_asunto r JOIN asunto a ON a.asunto = r.asunto
JOIN municipio m ON m.municipio = a.municipio
GROUP BY m.municipio ORDER BY m.nombre""",
    ),
    View(
        "ideas_por_grupo",
        "Cada grupo de ideas parecidas con las ideas que lo forman.",
        """\
SELECT g.grupo, g.etiqueta, i.idea, a.titulo AS asunto, i.texto
FROM grupo g JOIN idea_en_grupo e ON e.grupo = g.grupo
JOIN idea i ON i.idea = e.idea JOIN asunto a ON a.asunto = i.asunto
ORDER BY g.grupo, e.peso DESC, i.idea""",
    ),
    View(
        "respuestas_por_dia",
        "Me gusta, No me gusta e ideas de cada día.",
        """\
SELECT dia, sum(me_gusta) AS me_gusta, sum(no_me_gusta) AS no_me_gusta, sum(ideas) AS ideas
FROM (SELECT dia, me_gusta, no_me_gusta, 0 AS ideas FROM conteo_diario
      UNION ALL SELECT dia, 0, 0, 1 FROM idea WHERE NOT retirada)
GROUP BY dia ORDER BY dia""",
    ),
)


def dictionary() -> list[tuple[str, str, str]]:
    """Rows (table or view, column or "", meaning), in the order in which a reader meets them."""
    rows: list[tuple[str, str, str]] = []
    for shape in (*SHAPES, DICTIONARY):
        rows.append((shape.name, "", shape.meaning))
        rows += [(shape.name, column.name, column.meaning) for column in shape.columns]
    rows += [(view.name, "", view.meaning) for view in VIEWS]
    return rows
