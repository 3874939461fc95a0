#!/usr/bin/env bash
# haproxy 2.6.12 (Debian 12), mode tcp.
#
# `option nolinger` is set by people who see many sockets in TIME_WAIT; its name speaks of how a connection is left behind
# when it has ended. A client sends one line, closes its sending side and waits. Expected: as without the option, the answer
# comes, and the socket is then dropped without lingering. Seen: the client's half-close is answered with a reset at once,
# on both sides: the client gets ECONNRESET, and the server gets the line and then ECONNRESET in place of the end of input,
# so that a careful server takes the line for one that was cut off.
#
# Who meets it: line protocols that answer at the end of input, behind an haproxy that also serves short HTTP requests with
# this option in its `defaults` section.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -o APT::Sandbox::User=root download -qq haproxy=2.6.12-1+deb12u4 || {
  echo 'this version is not in the archive any more' >&2
  exit 2
}
apt-get -o APT::Sandbox::User=root download -qq liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 2>/dev/null || true
for package in ./*.deb; do dpkg -x "$package" root; done

python3 - "$folder/root" <<'PYTHON'
import contextlib, os, socket, subprocess, sys, threading, time

root = sys.argv[1]
environment = dict(os.environ, LD_LIBRARY_PATH=f'{root}/usr/lib/x86_64-linux-gnu:{root}/lib/x86_64-linux-gnu')
ends = []
upstream = socket.create_server(('127.0.0.1', 0))

def answer(connection):
    with connection:
        line = b''
        try:
            while piece := connection.recv(1024):
                line += piece
            if line:
                ends.append((line, 'end of input'))
                connection.sendall(b'ok\n')
        except ConnectionResetError:
            ends.append((line, 'reset'))

def serve():
    while True:
        threading.Thread(target=answer, args=(upstream.accept()[0],), daemon=True).start()

threading.Thread(target=serve, daemon=True).start()

def through_haproxy(option):
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    with open(f'{root}/haproxy.cfg', 'w') as file:
        file.write(f'''
defaults
  mode tcp
  timeout connect 5s
  timeout client 20s
  timeout server 20s
  {option}
listen lines
  bind 127.0.0.1:{port}
  server one 127.0.0.1:{upstream.getsockname()[1]}
''')
    haproxy = subprocess.Popen([f'{root}/usr/sbin/haproxy', '-f', f'{root}/haproxy.cfg', '-db'],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                client = socket.create_connection(('127.0.0.1', port), 20)
                break
            except OSError:
                assert time.monotonic() < deadline and haproxy.poll() is None, 'haproxy does not listen'
                time.sleep(0.05)
        ends.clear()
        with client:
            client.sendall(b'a line\n')
            # The line is on its way before the half-close.
            time.sleep(0.5)
            client.shutdown(socket.SHUT_WR)
            seen = b''
            try:
                while piece := client.recv(1024):
                    seen += piece
            except ConnectionResetError:
                seen += b'(reset)'
        while not ends and time.monotonic() < deadline:
            time.sleep(0.05)
        return seen, list(ends)
    finally:
        haproxy.kill()
        haproxy.wait()

plain, nolinger = through_haproxy(''), through_haproxy('option nolinger')
print('without:', plain)
print('option nolinger:', nolinger)
assert plain == (b'ok\n', [(b'a line\n', 'end of input')]), 'haproxy does not pass the answer on'
assert nolinger == (b'(reset)', [(b'a line\n', 'reset')]), 'option nolinger leaves a half-closed connection alone now'
PYTHON
