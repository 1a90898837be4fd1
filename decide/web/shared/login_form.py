"""The log-in form, the same at both doors."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length


class LoginForm(FlaskForm):  # type: ignore[misc]
    """User name and passphrase; the browser may fill both."""

    username = StringField(validators=[InputRequired(_("Escriba su usuario.")), Length(max=60)])
    passphrase = PasswordField(
        validators=[InputRequired(_("Escriba su contraseña.")), Length(max=1000)]
    )
    siguiente = HiddenField()
    guardado = HiddenField()
