# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on the loopback with one file, which answers well or badly: the first part of the path
says how, "/cut/model.safetensors"."""
import hashlib
import http.server
import random
import re
import threading
import time

DATA = random.Random(7).randbytes(3_000_000)
SUM = hashlib.sha256(DATA).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        self.server.asked.append((self.path, self.headers['Range']))
        getattr(self, self.path.split('/')[1])()

    def log_message(self, *_):
        pass

    def send(self, data, start=0, status=200, length=None):
        self.send_response(status)
        self.send_header('Content-Length', len(data) - start if length is None else length)
        if status == 206:
            self.send_header('Content-Range', f'bytes {start}-{len(data) - 1}/{len(data)}')
        self.end_headers()
        self.wfile.write(data[start:])

    def range(self):
        asked = re.fullmatch(r'bytes=(\d+)-', self.headers['Range'] or '')
        return int(asked[1]) if asked else 0

    def whole(self):
        start = self.range()
        self.send(DATA, start, 206 if start else 200)

    def cut(self):
        """The connection ends in the middle, the first time."""
        if self.range():
            return self.whole()
        self.send(DATA[:len(DATA) // 2], length=len(DATA))
        self.close_connection = True

    def norange(self):
        self.send(DATA)

    def wrongrange(self):
        self.send(DATA, self.range() // 2, 206)

    def wrong(self):
        self.send(DATA[:-1] + bytes([DATA[-1] ^ 1]))

    def longer(self):
        self.send(DATA + b'more')

    def endless(self):
        """Says nothing of a length and has too much."""
        self.send_response(200)
        self.send_header('Connection', 'close')
        self.end_headers()
        self.wfile.write(DATA + DATA)
        self.close_connection = True

    def moved(self):
        self.send_response(302)
        self.send_header('Location', '/whole/' + self.path.split('/')[-1])
        self.send_header('Content-Length', 0)
        self.end_headers()

    def elsewhere(self):
        self.send_response(302)
        self.send_header('Location', 'file:///etc/passwd')
        self.send_header('Content-Length', 0)
        self.end_headers()

    def slow(self):
        """A tenth of the file, and then a tenth every half a second."""
        start, piece = self.range(), len(DATA) // 10
        self.send(DATA[:start + piece], start, 206 if start else 200, len(DATA) - start)
        for at in range(start + piece, len(DATA), piece):
            time.sleep(0.5)
            self.wfile.write(DATA[at:at + piece])

    def licence(self):
        self.send(b'Do what you like.')

    def __getattr__(self, name):
        if name.startswith('_'):
            raise AttributeError(name)
        return lambda: self.send(b'not here', status=404)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Handler)
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """Who goes away early is no news."""

    def url(self, kind):
        return f'http://127.0.0.1:{self.server_port}/{kind}/model.safetensors'
