"""A candidate's photograph and whole trajectory, from the portal to the citizens' page."""

import io
import re

import pytest
from PIL import Image

from tests.portal import OURS, Person

ALT = "Mujer de lentes, sonríe, camisa blanca."


def picture(size=(600, 800), colour="#8aa"):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def upload(person, head, body, status=200, name="retrato.jpg"):
    path = f"/partido/candidaturas/{head}/fotografia"
    form = person.open(path).form(path)["fields"]
    person.page = person.client.post(
        path, data=form | {"photo": (io.BytesIO(body), name)}, headers=OURS
    )
    assert person.page.status_code == status, person.text[:1500]
    return person


def published(person, head):
    path = f"/partido/candidaturas/{head}/trayectoria"
    person.open(f"{path}/vista-previa").send(f"{path}/publicar")


def test_a_photograph_is_cut_described_published_and_withdrawn(ana, portal_app, world):
    head = world["head"]
    upload(ana, head, picture())
    assert ana.html.count('src="data:image/webp;base64,') == 6
    ana.send(f"/partido/candidaturas/{head}/fotografia/recorte", status=303, photo_alt=ALT).follow()
    own = re.search(rf'src="(/partido/candidaturas/{head}/fotografia/[0-9a-f]+)\.jpg"', ana.html)[1]
    for ending, kind in {"jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}.items():
        answer = ana.client.get(f"{own}.{ending}")
        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert len(answer.data) <= 15_000
        answer.close()
    public = f"/fotos/{own.rsplit('/')[-1]}.jpg"
    citizen = Person(portal_app)
    citizen.open(public, 404)
    published(ana, head)
    page = citizen.open(f"/candidaturas/{head}").html
    assert f'src="{public}" alt="{ALT}"' in page
    answer = citizen.client.get(public)
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert "Set-Cookie" not in answer.headers
    answer.close()
    ana.open(f"/partido/candidaturas/{head}/trayectoria/retirar").send()
    citizen.open(public, 404)


def test_an_own_photograph_is_not_served_to_another_party(ana, enter, world):
    upload(ana, world["head"], picture())
    ana.send(
        f"/partido/candidaturas/{world['head']}/fotografia/recorte", status=303, photo_alt=ALT
    ).follow()
    own = re.search(r'src="(/partido/candidaturas/\d+/fotografia/[0-9a-f]+)\.jpg"', ana.html)[1]
    raiz = enter("raiz")
    raiz.open(f"{own}.jpg", 404)
    name = own.rsplit("/")[-1]
    raiz.open(f"/partido/candidaturas/{world['foreign']}/fotografia/{name}.jpg", 404)


def test_a_photograph_needs_a_description_and_keeps_the_chosen_cut(ana, world):
    upload(ana, world["head"], picture())
    path = f"/partido/candidaturas/{world['head']}/fotografia/recorte"
    ana.send(path, status=422, cut="cerca-arriba", photo_alt="  ")
    assert "Describa la fotografía" in ana.text
    assert re.search(r'value="cerca-arriba" checked', ana.html)
    ana.send(path, status=422, photo_alt="x" * 201)
    ana.send(path, status=303, photo_alt=ALT)


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"<svg onload=alert(1)/>", "no es una fotografía"),
        (picture((100, 100)), "muy pequeña"),
        (b"", "no es una fotografía"),
    ],
)
def test_what_is_no_photograph_is_refused_in_a_sentence(ana, world, body, part):
    upload(ana, world["head"], body, status=422, name="x.jpg")
    assert part in ana.text


def test_no_file_at_all_is_refused_in_a_sentence(ana, world):
    upload(ana, world["head"], b"", status=422, name="")
    assert "Elija un archivo" in ana.text


def test_a_photograph_can_be_taken_out_again(ana, world):
    head = world["head"]
    upload(ana, head, picture())
    ana.send(f"/partido/candidaturas/{head}/fotografia/recorte", status=303, photo_alt=ALT)
    path = f"/partido/candidaturas/{head}/fotografia"
    ana.open(path).send(f"{path}/quitar", status=303)
    assert "Quitar la fotografía" not in ana.open(path).text


def test_writing_the_trajectory_keeps_the_photograph(ana, world):
    head = world["head"]
    upload(ana, head, picture())
    ana.send(f"/partido/candidaturas/{head}/fotografia/recorte", status=303, photo_alt=ALT)
    ana.open(f"/partido/candidaturas/{head}/trayectoria").send(
        f"/partido/candidaturas/{head}/trayectoria", motive="Otro motivo.", photo="f" * 32
    ).follow()
    assert ALT in ana.html
    assert "f" * 32 not in ana.html


def test_a_token_of_nobody_is_not_found(ana, world):
    upload(ana, world["head"], picture())
    path = f"/partido/candidaturas/{world['head']}/fotografia/recorte"
    form = None
    for token in ("f" * 32, "../../x", ""):
        form = form or ana.form(path)["fields"]
        ana.page = ana.client.post(
            path, data=form | {"token": token, "photo_alt": ALT}, headers=OURS
        )
        assert ana.page.status_code == 404


def test_the_whole_trajectory_reaches_the_citizens_page(ana, portal_app, world):
    head = world["head"]
    told = {
        "schooling": "Licenciatura en Agronomía", "schooling_status": "titulada",
        "courses": "Riego por goteo", "website": "https://ejemplo.mx/yo",
        "networks": "https://red.ejemplo.mx/yo\nhttp://otra.mx/yo", "email": "yo@ejemplo.mx",
        "phone": "722 000 0000", "address": "Calle 1, Toluca",
    }  # fmt: skip
    ana.open(f"/partido/candidaturas/{head}/trayectoria").send(
        f"/partido/candidaturas/{head}/trayectoria", then="preview", **told
    ).follow()
    preview = re.search(r'<section class="sheet".*?</section>', ana.html, re.DOTALL)[0]
    published(ana, head)
    page = Person(portal_app).open(f"/candidaturas/{head}").html
    for shown in (preview, page):
        assert "Licenciatura en Agronomía (Terminada, con título)" in shown
        assert "Riego por goteo" in shown
        assert 'href="https://red.ejemplo.mx/yo" rel="nofollow noopener external"' in shown
        assert 'href="mailto:yo@ejemplo.mx"' in shown
        assert "Calle 1, Toluca" in shown


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("website", "javascript:alert(1)", "https://"),
        ("website", "https://x", "https://"),
        ("networks", "https://a.mx\n" * 6, "hasta 5 direcciones"),
        ("networks", "data:text/html,x", "https://"),
        ("email", "nadie", "correo completo"),
        ("email", 'a@b.mx"onclick=x', "correo completo"),
        ("schooling_status", "doctora", "opción de la lista"),
    ],
)
def test_contact_that_could_not_be_used_is_refused_at_its_field(ana, world, field, value, part):
    path = f"/partido/candidaturas/{world['head']}/trayectoria"
    ana.open(path).send(path, status=422, **{field: value})
    assert part in ana.text
    assert f'href="#{field}"' in ana.html
