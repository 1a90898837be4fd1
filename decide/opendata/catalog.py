"""The catalogue of all sets for other catalogues (DCAT), and one set for search engines."""

from collections.abc import Iterable
from typing import Any

from decide.opendata.definitions import DataSet
from decide.opendata.editions import Edition
from decide.opendata.formats import MEDIA_TYPES
from decide.opendata.package import LICENCE, OpenFile, Publisher

ABOUT = "Lo que este sitio muestra del proceso electoral, como archivos que se pueden reutilizar."
# The names under which the vocabularies of the standard know a language and a kind of file.
SPANISH = "http://publications.europa.eu/resource/authority/language/SPA"
MEDIA = "http://www.iana.org/assignments/media-types/"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def dcat(sets: Iterable[tuple[DataSet, Edition]], publisher: Publisher) -> dict[str, Any]:
    """A dcat:Catalog in JSON-LD."""
    here = f"{publisher.site}/datos"
    return {
        "@context": CONTEXT,
        "@id": here,
        "@type": "dcat:Catalog",
        "dct:title": {"@value": f"Datos abiertos de {publisher.name}", "@language": "es"},
        "dct:description": {"@value": ABOUT, "@language": "es"},
        "dct:language": {"@id": SPANISH},
        "dct:publisher": agent(publisher),
        "foaf:homepage": {"@id": here},
        "dct:license": {"@id": LICENCE["path"]},
        "dcat:dataset": [dataset(chosen, edition, publisher) for chosen, edition in sets],
    }


def agent(publisher: Publisher) -> dict[str, Any]:
    """Who publishes."""
    return {"@id": publisher.site, "@type": "foaf:Organization", "foaf:name": publisher.name}


def dataset(chosen: DataSet, edition: Edition, publisher: Publisher) -> dict[str, Any]:
    """One dcat:Dataset."""
    here = f"{publisher.site}/datos"
    return {
        "@id": f"{here}/{chosen.name}",
        "@type": "dcat:Dataset",
        "dct:title": {"@value": chosen.title, "@language": "es"},
        "dct:description": {"@value": chosen.about, "@language": "es"},
        "dct:identifier": chosen.name,
        "dct:modified": {"@value": edition.package["created"], "@type": "xsd:dateTime"},
        "dct:language": {"@id": SPANISH},
        "dct:publisher": {"@id": publisher.site},
        "dcat:version": edition.version,
        "dcat:keyword": [{"@value": each, "@language": "es"} for each in chosen.keywords],
        "dct:license": {"@id": LICENCE["path"]},
        "dcat:landingPage": {"@id": f"{here}/{chosen.name}"},
        "dcat:distribution": [
            distribution(each, f"{here}/{chosen.name}") for each in edition.files
        ],
    }


def distribution(file: OpenFile, here: str) -> dict[str, Any]:
    """One file."""
    return {
        "@id": f"{here}/{file.name}",
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dct:license": {"@id": LICENCE["path"]},
        "dcat:accessURL": {"@id": here},
        "dcat:downloadURL": {"@id": f"{here}/{file.name}"},
        "dcat:mediaType": {"@id": f"{MEDIA}{MEDIA_TYPES[file.form].partition(';')[0]}"},
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.digest, "@type": "xsd:hexBinary"},
        },
    }


def schema_org(chosen: DataSet, edition: Edition, publisher: Publisher) -> dict[str, Any]:
    """A schema.org Dataset, for the page of one set."""
    here = f"{publisher.site}/datos/{chosen.name}"
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": here,
        "url": here,
        "name": chosen.title,
        "description": chosen.about,
        "keywords": list(chosen.keywords),
        "inLanguage": "es",
        "isAccessibleForFree": True,
        "license": LICENCE["path"],
        "version": edition.version,
        "dateModified": edition.package["created"],
        "creator": {"@type": "GovernmentOrganization", "name": publisher.name},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": each.name,
                "contentUrl": f"{here}/{each.name}",
                "encodingFormat": MEDIA_TYPES[each.form].partition(";")[0],
                "contentSize": f"{each.size} B",
                "sha256": each.digest,
            }
            for each in edition.files
        ],
    }
