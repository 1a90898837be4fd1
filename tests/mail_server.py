"""A real SMTP server on this machine that keeps what it takes."""

import email
import socketserver
import threading
from email import policy

import pytest


class Conversation(socketserver.StreamRequestHandler):
    """Enough of SMTP to take a mail, or to refuse one as the test says."""

    def handle(self):
        self.say("220 test")
        # Not a loop over the file: it would read ahead what is for TLS.
        while line := self.rfile.readline():
            verb = line.strip().upper()
            self.server.heard.append(verb)
            if verb.startswith((b"EHLO", b"HELO")):
                self.say("250-test\r\n250 STARTTLS" if self.server.tls else "250 test")
            elif verb == b"STARTTLS":
                self.say("220 go on")
                self.encrypt()
            elif verb.startswith(b"RCPT"):
                self.say(self.server.answer)
            elif verb == b"DATA":
                self.say("354 go on")
                self.server.taken.append(self.body())
                self.say("250 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def encrypt(self):
        try:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        except OSError:  # whoever is there does not like our certificate
            return
        self.setup()

    def finish(self):
        super().finish()
        self.request.close()  # the server knows the one before TLS only

    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")

    def body(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return email.message_from_bytes(b"".join(lines), policy=policy.default)


@pytest.fixture
def server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as made:
        made.taken, made.answer = [], "250 fine"
        made.heard, made.tls = [], None
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()
