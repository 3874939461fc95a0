#!/usr/bin/env bash
# systemd-socket-proxyd of systemd 252.39 (Debian 12).
#
# It is the documented way to give a program that knows nothing of socket activation a socket of systemd's. A client sends
# a line, closes its sending side and waits for the answer. Expected: the proxy passes the half-close on and keeps the other
# direction open. Seen: the server receives the line, the client's connection ends at once, and the answer is thrown away.
# No option changes that (--connections-max and --exit-idle-time are all there are).
#
# Who meets it: line protocols that answer at the end of input, behind a socket unit. The server must take the socket
# itself (LISTEN_FDS) instead.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -o APT::Sandbox::User=root download -qq systemd=252.39-1~deb12u2 libsystemd-shared=252.39-1~deb12u2
for package in ./*.deb; do dpkg -x "$package" root; done

python3 - "$folder/root" <<'PYTHON'
import contextlib, os, socket, subprocess, sys, threading, time

root = sys.argv[1]
proxy_program = f'{root}/lib/systemd/systemd-socket-proxyd'
libraries = f'{root}/usr/lib/x86_64-linux-gnu/systemd:{root}/lib/systemd'
environment = dict(os.environ, LD_LIBRARY_PATH=libraries)
received = []
upstream = socket.create_server(('127.0.0.1', 0))

def serve():
    while True:
        connection, _ = upstream.accept()
        with connection, contextlib.suppress(OSError):
            line = b''
            while piece := connection.recv(1024):
                line += piece
            received.append(line)
            connection.sendall(b'ok\n')

threading.Thread(target=serve, daemon=True).start()

listener = socket.create_server(('127.0.0.1', 0))
# A socket unit hands its socket over as descriptor 3, and names the process that may take it.
script = '''import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])'''
proxy = subprocess.Popen(
    [sys.executable, '-c', script, str(listener.fileno()), proxy_program, '127.0.0.1:%d' % upstream.getsockname()[1]],
    env=environment, pass_fds=[listener.fileno()])
try:
    with socket.create_connection(listener.getsockname(), 20) as client:
        client.sendall(b'a line\n')
        client.shutdown(socket.SHUT_WR)
        seen = b''
        while piece := client.recv(1024):
            seen += piece
    deadline = time.monotonic() + 20
    while not received and time.monotonic() < deadline:
        time.sleep(0.05)
finally:
    proxy.kill()
    proxy.wait()
print('client saw', seen, 'server received', received)
assert received == [b'a line\n'], 'the line did not reach the server'
assert seen == b'', 'systemd-socket-proxyd now passes the answer on'
PYTHON
