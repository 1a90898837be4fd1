"""The list of everything the production image is built from."""

import json

import click


@click.command("sbom")
def sbom_command() -> None:
    """Print the bill of materials (CycloneDX 1.6, JSON): name, version, digests, licence."""
    from decide.kernel.materials import bill

    click.echo(json.dumps(bill(), indent=1, ensure_ascii=False))
