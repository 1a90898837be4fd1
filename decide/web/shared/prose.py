"""What actors write, as HTML: light Markdown, or plain as before it came (decision 0070)."""

from markupsafe import Markup

from decide.kernel import markdown


def prose(text: str, markup: str) -> Markup:
    """HTML of a text. `markup` is "light", or empty for a text from before: it stays as it was."""
    if markup:
        return Markup(markdown.light(text))  # noqa: S704 # the sanitiser's own
    return Markup().join(Markup("<p>{}</p>").format(each) for each in text.split("\n\n"))
