"""Why a build failed, in a sentence for the staff: what happened and what to do."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

from decide.errors import DecideError
from decide.kernel.jobs import JobTimeout
from decide.kernel.redis import RedisError

NO_SPACE = "No hay espacio en el disco del servidor. Libere espacio; se intentará de nuevo."
SQL_AWAY = "La base de datos dejó de responder. Se intentará de nuevo."
LOG_AWAY = "El registro de opiniones no responde. Se intentará de nuevo."
TOO_LONG = "La preparación tardó demasiado. Avise a informática."
SURPRISE = "Ocurrió un error interno ({kind}). Avise a informática."


def of(error: BaseException) -> str:
    """The sentence for an error. Never holds data of the delivery."""
    if isinstance(error, DecideError):
        return str(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NO_SPACE
    if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
        return NO_SPACE
    if isinstance(error, DBAPIError):
        return SQL_AWAY
    if isinstance(error, RedisError):
        return LOG_AWAY
    if isinstance(error, JobTimeout):
        return TOO_LONG
    return SURPRISE.format(kind=type(error).__name__)
