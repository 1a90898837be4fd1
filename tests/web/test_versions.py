"""The versions of a text in the portal: when, what changed, and the hash of what was published."""

from decide.catalog.subjects import digest_of


def test_each_publication_of_a_proposal_shows_what_changed_and_its_hash(ana, enter, world):
    path = f"/partido/propuestas/{world['proposal']}"
    text = ana.open(path).form(path)["fields"]["text"].replace("un año", "dos años")
    ana.send(then="preview", text=text).follow()
    ana.send()
    ana.open(f"{path}/versiones")
    assert "Versión 2" in ana.text
    assert '<del><span class="visually-hidden">[quitado] </span>un</del>' in ana.html
    assert '<ins><span class="visually-hidden">[agregado] </span>dos</ins>' in ana.html
    assert digest_of("Agua todos los días", text.replace("\r\n", "\n")) in ana.html
    enter("raiz").open(f"{path}/versiones", 404)


def test_a_trajectory_has_its_versions_too(enter, world):
    person = enter("nopal")
    head = f"/partido/candidaturas/{world['other']}"
    assert "Todavía no se ha publicado" in person.open(f"{head}/trayectoria/versiones").text
    for motive in ("Agua para mi calle.", "Luz para mi calle."):
        person.open(f"{head}/trayectoria").send(then="preview", motive=motive).follow()
        person.send(f"{head}/trayectoria/publicar")
    person.open(f"{head}/trayectoria/versiones")
    assert "[quitado] Agua [agregado] Luz para mi calle." in person.text
    assert "Versiones" in person.open(head).text
