"""A proxy that is greedier than ours: it keeps whatever an answer's headers let it keep, posts too.

It goes by the address alone. Other people's networks have such proxies.

    with greedy_proxy(app, folder) as port:
        ask(port, "GET", "/")
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from urllib.parse import urlencode

from werkzeug.serving import make_server

from tests.killable import free_port
from tests.person import OURS
from tests.tools import need

GREEDY = """
error_log {folder}/error.log; pid {folder}/pid; daemon off; {who}
events {{}}
http {{
    access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/t;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    proxy_cache_path {folder}/kept keys_zone=kept:1m;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_set_header Host localhost;
            proxy_cache kept;
            proxy_cache_key $request_uri;
            proxy_cache_methods GET HEAD POST;
            proxy_cache_valid any 10m;
            add_header X-Kept $upstream_cache_status always;
        }}
    }}
}}
"""


@contextlib.contextmanager
def greedy_proxy(app, folder):
    """The port of such a proxy in front of an application."""
    folder.mkdir()
    server = make_server("127.0.0.1", free_port(), app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port, who = free_port(), "user root;" if os.geteuid() == 0 else ""
    text = GREEDY.format(folder=folder, port=port, behind=server.port, who=who)
    (folder / "nginx.conf").write_text(text)
    with (folder / "out").open("wb") as out:
        running = subprocess.Popen(
            [need("nginx"), "-c", str(folder / "nginx.conf")], stdout=out, stderr=out
        )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            assert running.poll() is None, (folder / "out").read_text()
            time.sleep(0.05)
        yield port
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(10)
        server.shutdown()
        thread.join(10)
        server.server_close()


def ask(port, method, path, *, cookie="", form=None):
    """One request; the answer with its body."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = dict(OURS) | ({"Cookie": cookie} if cookie else {})
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    link.request(method, path, urlencode(form) if form is not None else None, headers)
    answer = link.getresponse()
    answer.body = answer.read()
    link.close()
    return answer
