"""Running the shipped verifier here, so that we and a party use the very same program."""

import importlib.util
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from decide.delivery.evidence import VERIFIER
from decide.errors import NotFound


def refusal(package: Path, trusted: list[str]) -> str | None:
    """Why the verifier refuses a package with each of our public keys; None when one passes it.

    `trusted` are key lines as the site publishes them, never those that a package brings along.
    """
    verifier = _verifier()
    reasons = []
    for key in trusted:
        try:
            verifier.revisar(package, key)
        except verifier.Mal as mal:
            reasons.append(str(mal))
        else:
            return None
    return reasons[-1] if reasons else "no hay clave con que comprobarlo"


@lru_cache(maxsize=1)
def _verifier() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verificar", VERIFIER)
    if spec is None or spec.loader is None:
        raise NotFound("Falta el programa verificador en la instalación.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
