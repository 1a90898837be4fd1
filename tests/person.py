"""Somebody at a browser without scripts: opens pages, fills forms, presses buttons."""

import re
from html import unescape

from decide.accounts import actions as accounts
from decide.accounts import sessions
from decide.accounts.roles import Role
from decide.web.shared.context import KEY

OURS = {"Origin": "http://localhost"}


def account(session, username, role, *, at, actor_id=None):
    """An account; its log-in is opened by `Person`, without the log-in page."""
    return accounts.create_account(
        session, username=username, person=f"Persona {username}", role=Role(role),
        actor_id=actor_id, at=at, by=None,
    )  # fmt: skip


class Person:
    """One browser; `who` is an account's row, or None for a stranger."""

    def __init__(self, app, who=None):
        self.client = app.test_client()
        self.page = None
        self.token = ""
        if who is not None:
            house = app.extensions[KEY].resources
            with house.database.transaction() as session:
                now = house.clock.now(session)
                visitor = sessions.open_session(session, who, at=now)
            with self.client.session_transaction("/oficina") as kept:
                kept["_user_id"] = visitor.token

    def open(self, path, status=200):
        self.path = path
        self.page = self.client.get(path, headers=OURS)
        assert self.page.status_code == status, self.text[:2000]
        return self

    def send(self, path=None, status=302, **fields):
        """Fill the page's form (its hidden fields included) and send it."""
        form = self.form(path)
        self.page = self.client.post(form["action"], data=form["fields"] | fields, headers=OURS)
        assert self.page.status_code == status, self.text[:2000]
        return self

    def post(self, path, status=303, **fields):
        """Send fields to an address with this browser's token; `status` None takes any answer."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.html)
        self.token = token[1] if token else self.token
        self.page = self.client.post(path, data={"csrf_token": self.token} | fields, headers=OURS)
        self.page.get_data()
        self.page.close()
        assert status in (None, self.page.status_code), self.text[:2000]
        return self

    def follow(self):
        return self.open(self.page.headers["Location"])

    def actions(self):
        """Addresses of the forms on the page that is open, the one that logs out aside."""
        found = re.findall(r'<form\b[^>]*method="post"[^>]*action="([^"]+)"', self.html)
        return [unescape(each) for each in found if not each.endswith("/salir")]

    def form(self, path=None):
        forms = [
            ((re.findall(r'action="([^"]*)"', head) or [self.path])[0], body)
            for head, body in re.findall(r"<form\b([^>]*)>(.*?)</form>", self.html, re.DOTALL)
            if 'method="post"' in head
        ]
        action, body = next(
            (unescape(action), body)
            for action, body in forms
            if (path is None and not action.endswith("/salir")) or action == path
        )
        boxes = [
            box
            for box in re.findall(r"<input[^>]*>", body)
            if " checked" in box or not re.search(r'type="(radio|checkbox)"', box)
        ]
        fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', "".join(boxes)))
        fields |= dict(
            re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', body, re.DOTALL)
        )
        for name, options in re.findall(
            r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL
        ):
            fields[name] = (re.findall(r'value="([^"]*)" selected', options) or [""])[0]
        return {"action": action, "fields": {k: unescape(v) for k, v in fields.items()}}

    @property
    def html(self):
        return self.page.get_data().decode(errors="replace")

    @property
    def text(self):
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())
