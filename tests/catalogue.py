"""What a catalogue in JSON-LD lacks of DCAT-AP, and one set's description of schema.org.

Both are read by rdflib, as another program would read them, not by looking into our own JSON.
"""

import json
import warnings

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD

SPDX = Namespace("http://spdx.org/rdf/terms#")
SCHEMA = Namespace("https://schema.org/")
VERSION = URIRef(f"{DCAT}version")  # of DCAT 3, which rdflib does not name yet
# DCAT-AP 3: what must stand (class → properties), and what we promise beyond it.
MANDATORY = {
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher),
    DCAT.Dataset: (DCTERMS.title, DCTERMS.description),
    DCAT.Distribution: (DCAT.accessURL,),
    FOAF.Organization: (FOAF.name,),
    SPDX.Checksum: (SPDX.algorithm, SPDX.checksumValue),
}
PROMISED = {
    DCAT.Catalog: (DCAT.dataset, DCTERMS.license, DCTERMS.language, FOAF.homepage),
    DCAT.Dataset: (
        DCTERMS.identifier, DCTERMS.modified, DCTERMS.license, DCTERMS.publisher,
        DCTERMS.language, VERSION, DCAT.keyword, DCAT.distribution, DCAT.landingPage,
    ),
    DCAT.Distribution: (DCAT.downloadURL, DCAT.mediaType, DCAT.byteSize, DCTERMS.license,
                        SPDX.checksum),
}  # fmt: skip
# What a property must point at: an address, or a literal of this type (None: text).
ADDRESSES = frozenset(
    {
        DCTERMS.publisher, DCTERMS.license, DCTERMS.language, DCAT.dataset, DCAT.distribution,
        DCAT.landingPage, DCAT.accessURL, DCAT.downloadURL, DCAT.mediaType, FOAF.homepage,
        SPDX.algorithm,
    }
)  # fmt: skip
TYPED = {
    DCTERMS.modified: XSD.dateTime,
    DCAT.byteSize: XSD.nonNegativeInteger,
    SPDX.checksumValue: XSD.hexBinary,
}


def graph_of(text):
    """The statements of a JSON-LD document, whose context is its own: nothing is fetched."""
    return read(Graph(), text)


def read(graph, text):
    """Read a document into a graph. rdflib's own reader uses a class that it has given up."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return graph.parse(data=text, format="json-ld")


def lacks(graph):
    """What is missing or of the wrong kind: (subject, property)."""
    found = []
    for kinds in (MANDATORY, PROMISED):
        for kind, properties in kinds.items():
            subjects = list(graph.subjects(RDF.type, kind))
            if not subjects:
                found.append((str(kind), "none"))
            for each in subjects:
                found += [
                    (str(each), str(one)) for one in properties if graph.value(each, one) is None
                ]
    for subject, one, value in graph:
        if one in ADDRESSES and not isinstance(value, URIRef):
            found.append((str(subject), f"{one} is no address"))
        wanted = TYPED.get(one)
        if wanted and not (
            isinstance(value, Literal) and value.datatype == wanted and not value.ill_typed
        ):
            found.append((str(subject), f"{one} is not {wanted}"))
    return found


def statements_of(html):
    """The schema.org statements of a page. Its vocabulary is taken as known, not fetched."""
    graph = Graph()
    for part in html.split('<script type="application/ld+json"')[1:]:
        told = json.loads(part.split(">", 1)[1].split("</script>", 1)[0])
        assert told.pop("@context") == "https://schema.org"
        told["@context"] = {"@vocab": str(SCHEMA)}
        read(graph, json.dumps(told))
    return graph
