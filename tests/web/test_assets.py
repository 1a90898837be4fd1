"""Static files keep their promises to browsers, caches and the bundle list."""

import gzip
import tomllib
from pathlib import Path

import pytest
from flask import Flask

from decide.web.shared.assets import AssetError, Assets, shrink_css

STATIC = Path(__file__).parents[2] / "static"


@pytest.fixture
def folder(tmp_path):
    css = tmp_path / "css"
    css.mkdir()
    (css / "bundles.toml").write_text('[site]\nfiles = ["one.css", "two.css"]\n')
    (css / "one.css").write_text(
        "/* note */\n@layer a {\n  p { margin: 0; }\n}\n" + "p{color:red}" * 40
    )
    (css / "two.css").write_text("b > i { content: '/* kept */'; width: calc(1px + 2px); }\n")
    (tmp_path / "mark.svg").write_text("<svg/>")
    (tmp_path / "notes.md").write_text("not for the public")
    return tmp_path


def client_of(folder):
    assets = Assets(folder)
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/static/<path:name>", "static", assets.serve)
    return assets, app.test_client()


def test_a_bundle_is_its_files_in_the_order_of_the_list(folder):
    assets, client = client_of(folder)
    text = client.get(assets.url("css/site.css")).text
    assert text.startswith("@layer a{p{margin:0}}")
    assert text.endswith("b > i{content:'/* kept */';width:calc(1px + 2px)}")


def test_a_changed_file_has_another_address(folder):
    before = Assets(folder).url("css/site.css")
    (folder / "css" / "two.css").write_text("b { color: blue }")
    assert Assets(folder).url("css/site.css") != before


def test_a_stamped_file_may_be_kept_for_a_year_and_says_so(folder):
    assets, client = client_of(folder)
    answer = client.get(assets.url("mark.svg"))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "Set-Cookie" not in answer.headers


def test_who_understands_gzip_gets_it_and_the_others_the_same_text(folder):
    assets, client = client_of(folder)
    url = assets.url("css/site.css")
    packed = client.get(url, headers={"Accept-Encoding": "gzip"})
    plain = client.get(url, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_who_has_the_file_gets_no_second_copy(folder):
    assets, client = client_of(folder)
    url = assets.url("css/site.css")
    etag = client.get(url).headers["ETag"]
    again = client.get(url, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_from_before_a_deployment_still_finds_its_stylesheet(folder):
    assets, client = client_of(folder)
    answer = client.get("/static/css/site.0123456789ab.css")
    assert (answer.status_code, answer.location) == (302, assets.url("css/site.css"))
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    ["css/none.css", "css/bundles.toml", "css/one.css", "notes.md", "../pyproject.toml", "css/"],
)
def test_what_is_not_an_asset_is_not_served(folder, name):
    _, client = client_of(folder)
    assert client.get(f"/static/{name}").status_code == 404


def test_a_template_that_asks_for_an_unknown_file_fails_by_its_name(folder):
    with pytest.raises(AssetError, match=r"css/sitio\.css"):
        Assets(folder).url("css/sitio.css")


def test_a_bundle_that_names_a_missing_file_stops_the_start(folder):
    (folder / "css" / "two.css").unlink()
    with pytest.raises(AssetError, match=r"two\.css"):
        Assets(folder)


def test_a_stylesheet_cannot_point_to_a_file_without_a_hash(folder):
    (folder / "css" / "two.css").write_text("b { background: url(../mark.svg) }")
    with pytest.raises(AssetError, match="content hash"):
        Assets(folder)


def test_shrinking_keeps_the_spaces_that_mean_something():
    assert shrink_css("a :hover { top: calc( 1px + 2px ) }") == "a :hover{top:calc( 1px + 2px )}"
    assert shrink_css('a::after { content: " ; " ; }') == 'a::after{content:" ; "}'


def test_every_stylesheet_is_in_one_bundle_or_in_two_that_no_page_loads_together():
    css = STATIC / "css"
    listed = tomllib.loads((css / "bundles.toml").read_text())
    named = [file for bundle in listed.values() for file in bundle["files"]]
    # The windows for other sites stand alone; pictures are in explanations and in bulletins.
    for file in ("tokens.css", "components/picture.css"):
        assert named.count(file) == 2
        named.remove(file)
    assert sorted(named) == sorted(path.relative_to(css).as_posix() for path in css.rglob("*.css"))
    for path in (STATIC.parent / "templates").rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert not ("css/guide.css" in html and "css/newsroom.css" in html), path.name


def test_a_component_with_a_class_of_its_own_has_a_stylesheet_of_its_name():
    sheets = {path.stem for path in (STATIC / "css" / "components").glob("*.css")}
    for path in (STATIC.parent / "templates" / "components").glob("*.html"):
        own = f'class="{path.stem.replace("_", "-")}'
        assert own not in path.read_text(encoding="utf-8") or path.stem in sheets, path.name


def test_the_budget_of_bytes_is_kept():
    assets = Assets(STATIC)
    site, office = (assets._by_name[f"css/{name}.css"] for name in ("site", "office"))
    assert len(assets._by_name["js/page.js"].packed) <= 1_500
    # No page loads them all: a citizen's takes some of the first, the portals and the check of a
    # package have their own.
    own = {"js/activation.js", "js/autosave.js", "js/passkey.js", "js/progress.js", "js/check.js"}
    scripts = [
        assets._by_name[name] for name in assets.names() if name.endswith(".js") and name not in own
    ]
    assert len(site.body) <= 40_000
    assert len(site.packed) <= 10_000
    assert len(site.packed) + len(office.packed) <= 14_000
    assert sum(len(script.packed) for script in scripts) <= 8_000
