"""Comprueba un paquete de entrega de Decide. Uso: python verificar.py PAQUETE.zip [CLAVE]

CLAVE es la línea publicada en el sitio; sin ella se usa la del paquete. Pide «cryptography»."""

import base64
import json
import sqlite3
import sys
import tempfile
import zipfile
from contextlib import closing
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey as Clave

MANIFIESTO, FIRMA = "manifiesto.json", "manifiesto.firma.txt"
CANONICA = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
CAMPOS = ("actor", "asunto", "dia", "municipio", "tema", "texto", "tipo", "version")
HOJAS = """SELECT hoja, vigente, contenido, folio, sal, retirada, actor, asunto, dia, i.municipio,
    i.tema, texto, i.tipo, version FROM hoja LEFT JOIN idea i USING (idea)
    LEFT JOIN asunto USING (asunto) ORDER BY hoja"""
CONTEOS = """SELECT asunto, version, me_gusta, no_me_gusta FROM conteo JOIN asunto USING (asunto)
    WHERE actor = ? AND me_gusta + no_me_gusta > 0 ORDER BY asunto, version"""
SIN_HOJA = "SELECT count(*) FROM idea WHERE idea NOT IN (SELECT idea FROM hoja WHERE vigente)"
DIARIOS = """SELECT count(*) FROM conteo c WHERE (me_gusta, no_me_gusta) <> (SELECT total(me_gusta),
    total(no_me_gusta) FROM conteo_diario d WHERE d.asunto = c.asunto AND d.version = c.version)"""


class Mal(Exception):
    """Algo no cuadra; el texto dice qué."""


def exige(cierto, razon):
    if not cierto:
        raise Mal(razon)


def leer_clave(linea):
    nombre, numero, dato = linea.strip().split("+", 2)
    dato = base64.b64decode(dato, validate=True)
    corta = sha256(f"{nombre}\n".encode() + dato).digest()[:4]
    exige(len(dato) == 33 and dato[0] == 1 and corta.hex() == numero, "la clave no es válida")
    return nombre, corta, dato[1:]


def abrir_nota(nota, claves, que):
    """Los renglones de una nota firmada por alguna de las claves."""
    texto, hueco, firmas = nota.decode().rpartition("\n\n")
    buenas = 0
    for linea in firmas[:-1].split("\n"):
        _, nombre, dato = linea.split(" ")
        dato = base64.b64decode(dato, validate=True)
        bien = linea == f"— {nombre} {base64.b64encode(dato).decode()}" and firmas.endswith("\n")
        exige(bien and hueco, f"{que}: no es una nota firmada")
        for clave in claves:
            if (nombre, dato[:4]) == clave[:2]:
                Clave.from_public_bytes(clave[2]).verify(dato[4:], f"{texto}\n".encode())
                buenas += 1
    exige(buenas, f"{que}: no la firmó la clave de la autoridad")
    return texto.split("\n")


def revisar_archivos(paquete, claves):
    """Cada archivo es el que la autoridad firmó; ninguno sobra ni falta."""
    manifiesto = paquete.read(MANIFIESTO)
    firmado = abrir_nota(paquete.read(FIRMA), claves, "firma del paquete")
    dicho = ["decide-entrega", sha256(manifiesto).hexdigest()]
    exige(firmado == dicho, "el manifiesto no es el que se firmó")
    datos = json.loads(manifiesto)
    archivos = {cada["nombre"]: cada["sha256"] for cada in datos["archivos"]}
    todos = sorted([MANIFIESTO, FIRMA, *archivos])
    exige(sorted(paquete.namelist()) == todos, "sobra o falta un archivo")
    for nombre, huella in archivos.items():
        exige(sha256(paquete.read(nombre)).hexdigest() == huella, f"{nombre} no es el que se firmó")
    return datos


def revisar_hojas(base, tamano, raiz):
    """Cada idea es la que se selló y cada hoja está en el registro; da las hojas de cada actor."""
    piso, hojas, altura, ancho = {}, {}, 0, tamano
    for lugar, vigente, contenido, folio, sal, retirada, *valores in base.execute(HOJAS):
        exige(valores[0], "hay hojas sin idea")
        if vigente and not retirada:
            idea = CANONICA(dict(zip(CAMPOS, valores))).encode()  # noqa: B905 - Python 3.9
            abierta = sha256(b"decide/idea/1\n" + sal + idea).digest()
            exige(abierta == contenido, f"la idea de la hoja {lugar} no es la que se selló")
        exige(0 <= lugar < tamano, f"la hoja {lugar} no cabe en el registro firmado")
        piso[lugar] = hoja = sha256(b"\0" + contenido + folio).digest()
        hojas.setdefault(valores[0], []).append(hoja)
    exige(base.execute(SIN_HOJA).fetchone() == (0,), "hay ideas sin hoja en el registro")
    prueba = dict(base.execute("SELECT nivel, huellas FROM prueba"))
    while ancho > 1 and piso:  # todas suben a la vez, piso por piso, hasta la raíz (RFC 6962)
        arriba, faltan, toma = {}, prueba[altura], 0
        for aqui, nodo in piso.items():  # de izquierda a derecha
            vecino = piso.get(aqui ^ 1)
            if vecino is None and aqui ^ 1 < ancho:  # no es de esta entrega: viene en la prueba
                vecino, toma = faltan[toma : toma + 32], toma + 32
            par = vecino is not None and (vecino + nodo if aqui & 1 else nodo + vecino)
            if aqui >> 1 not in arriba:
                arriba[aqui >> 1] = sha256(b"\1" + par).digest() if par else nodo
        piso, altura, ancho = arriba, altura + 1, (ancho + 1) >> 1
    exige(piso in ({}, {0: raiz}), "las hojas no dan la raíz del registro firmado")
    return hojas


def revisar_conteos(base, hojas, publicados):
    """Los conteos y las ideas de cada actor son los que se comprometieron el día del sello."""
    for (actor,) in base.execute("SELECT actor FROM actor").fetchall():
        propias = hojas.get(actor, [])
        dicho = f"ideas {len(propias)} {sha256(b''.join(propias)).hexdigest()}\n"
        for fila in base.execute(CONTEOS, (actor,)):
            dicho += " ".join(map(str, fila)) + "\n"
        (sal,) = base.execute("SELECT sal FROM compromiso WHERE actor = ?", (actor,)).fetchone()
        hecho = sha256(b"decide/conteos/1\n" + sal + f"{actor}\n{dicho}".encode()).hexdigest()
        exige(publicados.get(actor) == hecho, f"los datos de {actor} no son los comprometidos")
    exige(base.execute(DIARIOS).fetchone() == (0,), "los conteos por día no suman los totales")


def revisar(ruta, clave=None):
    """Revisa un paquete: da su manifiesto, la cabeza del registro y la clave; o lanza Mal."""
    try:
        with zipfile.ZipFile(ruta) as paquete, tempfile.TemporaryDirectory() as carpeta:
            lineas = [clave] if clave else paquete.read("clave.txt").decode().splitlines()
            claves = [leer_clave(linea) for linea in lineas]
            datos = revisar_archivos(paquete, claves)
            cabeza = abrir_nota(paquete.read("cabeza.txt"), claves, "cabeza del registro")
            lista = paquete.read("compromisos.txt")
            sellada = base64.b64decode(dict(cada.split(" ", 1) for cada in cabeza[3:])["conteos"])
            exige(sellada == sha256(lista).digest(), "los compromisos no son los que se sellaron")
            publicados = dict(linea.rsplit(" ", 1) for linea in lista.decode().splitlines())
            with closing(sqlite3.connect(paquete.extract("datos.sqlite", carpeta))) as base:
                dato = dict(base.execute("SELECT clave, valor FROM dato"))
                ajeno = [c for c in ("clave_de_quien_recibe", "corte") if dato[c] != datos[c]]
                exige(not ajeno, f"los datos no son los que dice el manifiesto: {ajeno}")
                hojas = revisar_hojas(base, int(cabeza[1]), base64.b64decode(cabeza[2]))
                revisar_conteos(base, hojas, publicados)
    except Exception as error:  # lo que no se puede leer no es lo que se entregó
        if isinstance(error, Mal):
            raise
        raise Mal(f"el paquete está dañado o alterado ({type(error).__name__})") from error
    return datos, cabeza, lineas


if __name__ == "__main__":
    try:
        datos, cabeza, lineas = revisar(sys.argv[1], *sys.argv[2:3])
    except Mal as mal:
        sys.exit(f"NO COINCIDE: {mal}.")
    print("TODO EN ORDEN. Recibe:", datos["recibe"], datos["totales"])
    print(f"Cabeza {cabeza[2]} de {cabeza[1]} hojas. Clave {lineas[0]}. Compárelas con el sitio.")
