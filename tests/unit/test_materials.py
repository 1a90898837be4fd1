"""What the production image is built from is pinned, listed, and under a licence we may ship."""

import re

from decide.kernel.materials import REQUIREMENTS, bill

# Whoever may be linked into a program under the AGPL, version 3.
FREE = ("MIT", "BSD", "Apache", "PSF", "LGPL-3.0")


def test_every_pinned_package_stands_in_the_bill_with_all_its_digests():
    text = REQUIREMENTS.read_text(encoding="utf-8")
    made = bill()
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert len(made["components"]) == len(re.findall(r"^[A-Za-z].*==", text, re.MULTILINE))
    digests = [each["value"] for one in made["components"] for each in one["properties"]]
    assert digests == re.findall(r"sha256:([0-9a-f]{64})", text)
    assert all(each["properties"] for each in made["components"])


def test_every_licence_is_known_and_may_be_shipped():
    told = {each["name"]: each["licenses"][0]["license"]["name"] for each in bill()["components"]}
    assert {name: text for name, text in told.items() if not text.startswith(FREE)} == {}


def test_the_same_requirements_give_the_same_bill_and_a_package_without_a_digest_shows(tmp_path):
    assert bill() == bill()
    loose = tmp_path / "run.txt"
    loose.write_text("flask==3.1.3\n")
    (only,) = bill(loose)["components"]
    assert (only["purl"], only["properties"]) == ("pkg:pypi/flask@3.1.3", [])
