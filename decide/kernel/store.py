"""An S3-compatible store behind the service's folder of files, so that several hosts share them.

Its library (obstore) is an optional extra: requirements/storage.txt.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from decide.errors import Unavailable
from decide.settings import Settings, SettingsError

SCHEME = "s3"
PATIENCE = "10s"  # for a request; a large file is sent in many
CONNECT = "2s"


class Store:
    """One folder of one bucket. Names are relative paths with slashes."""

    def __init__(self, settings: Settings) -> None:
        """Open what FILES_URL names; SettingsError when it cannot be read. Asks nobody yet."""
        try:
            import obstore
            from obstore import exceptions
            from obstore import store as stores
        except ImportError as error:
            raise SettingsError(
                "FILES_URL needs the packages of requirements/storage.txt."
            ) from error
        url = urlsplit(settings.files_url)
        if url.scheme != SCHEME or not url.netloc:
            raise SettingsError("FILES_URL must look like s3://bucket/folder?endpoint=https://…")
        given = {name: values[0] for name, values in parse_qs(url.query).items()}
        endpoint = given.get("endpoint", "")
        self._api: Any = obstore
        self._errors: Any = exceptions
        self._store: Any = stores.S3Store(
            url.netloc,
            prefix=url.path.strip("/") or None,
            endpoint=endpoint or None,
            region=given.get("region", "us-east-1"),
            access_key_id=settings.files_key,
            secret_access_key=settings.files_secret,
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "timeout": PATIENCE,
                "connect_timeout": CONNECT,
            },
            retry_config={"max_retries": 2},
        )

    def put(self, name: str, path: Path) -> None:
        """Keep a file under a name: whole or not at all, in many parts when it is large."""
        with self._asked():
            self._api.put(self._store, name, path)

    def fetch(self, name: str, target: Path) -> bool:
        """Write what is kept under a name into `target`; False when nothing is."""
        try:
            with self._asked(), target.open("wb") as file:
                for piece in self._api.get(self._store, name).stream():
                    file.write(piece)
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        """Forget a name; nothing happens when it is not there."""
        with self._asked():
            self._api.delete(self._store, name)

    def names(self, folder: str) -> Iterator[tuple[str, datetime]]:
        """(name, when it was kept) of everything below `folder`; "" for everything."""
        with self._asked():
            for page in self._api.list(self._store, folder or None):
                for each in page:
                    yield str(each["path"]), each["last_modified"]

    @contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, self._errors.NotFoundError) as error:
            raise FileNotFoundError from error
        except self._errors.BaseError as error:
            raise Unavailable(
                "El almacén de archivos no responde. Inténtelo de nuevo en unos minutos."
            ) from error
