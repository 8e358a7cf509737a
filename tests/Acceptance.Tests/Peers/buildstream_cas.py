"""Debian's buildstream as a CAS on loopback, in plain text. Usage: buildstream_cas.py DIR. Prints its port."""
import signal
import sys

from buildstream._artifactcache.casserver import create_server

server = create_server(sys.argv[1], enable_push=True, max_head_size=2, min_head_size=1)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
signal.pause()
