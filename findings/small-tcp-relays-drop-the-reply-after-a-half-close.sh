#!/usr/bin/env bash
# rinetd 0.73, redir 3.3, simpleproxy 3.5 and socat 1.7.4.4 (Debian 12), default settings.
#
# A client sends one line, closes its sending side and waits for the answer of the server, which comes a second later.
# Expected: a relay passes the half-close on and copies the other direction until the server is done. Seen: rinetd, redir
# and simpleproxy close the client's connection at once; socat waits for half a second (its -t) and closes. The server has the
# line in all four.
#
# Who meets it: senders that wait for an answer at the end of input, behind a port that one of these forwards.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -o APT::Sandbox::User=root download -qq rinetd=0.73-1 redir=3.3-1 simpleproxy=3.5-1+b2 \
  socat=1.7.4.4-2 libwrap0 libgeoip1
for package in ./*.deb; do dpkg -x "$package" root; done

python3 - "$folder/root" <<'PYTHON'
import contextlib, os, socket, subprocess, sys, threading, time

root = sys.argv[1]
environment = dict(os.environ, LD_LIBRARY_PATH=f'{root}/usr/lib/x86_64-linux-gnu:{root}/lib/x86_64-linux-gnu')
received = []
upstream = socket.create_server(('127.0.0.1', 0))
server = '127.0.0.1:%d' % upstream.getsockname()[1]

def answer(connection):
    with connection, contextlib.suppress(OSError):
        line = b''
        while piece := connection.recv(1024):
            line += piece
        if line:
            received.append(line)
            time.sleep(1)
            connection.sendall(b'ok\n')

def serve():
    while True:
        threading.Thread(target=answer, args=(upstream.accept()[0],), daemon=True).start()

threading.Thread(target=serve, daemon=True).start()

def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]

def ask(port):
    with socket.create_connection(('127.0.0.1', port), 20) as client:
        client.sendall(b'a line\n')
        client.shutdown(socket.SHUT_WR)
        seen = b''
        while piece := client.recv(1024):
            seen += piece
        return seen

assert ask(upstream.getsockname()[1]) == b'ok\n', 'without a relay the answer arrives'
host, server_port = server.split(':')
results = {}
for name in ['rinetd', 'redir', 'simpleproxy', 'socat']:
    port = free_port()
    address = f'127.0.0.1:{port}'
    with open(f'{root}/rinetd.conf', 'w') as file:
        file.write(f'127.0.0.1 {port} {host} {server_port}\n')
    command = {
        'rinetd': [f'{root}/usr/sbin/rinetd', '-f', '-c', f'{root}/rinetd.conf'],
        'redir': [f'{root}/usr/bin/redir', '-n', address, server],
        'simpleproxy': [f'{root}/usr/bin/simpleproxy', '-L', address, '-R', server],
        'socat': [f'{root}/usr/bin/socat', f'TCP-LISTEN:{port},fork,reuseaddr', f'TCP:{server}'],
    }[name]
    relay = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(('127.0.0.1', port), 1).close()
                break
            assert time.monotonic() < deadline and relay.poll() is None, f'{name} does not listen'
            time.sleep(0.05)
        received.clear()
        seen = ask(port)
        while not received and time.monotonic() < deadline:
            time.sleep(0.05)
        results[name] = (seen, list(received))
    finally:
        relay.kill()
        relay.wait()

for name, result in results.items():
    print(f'{name}: client saw {result[0]}, server received {result[1]}')
assert all(result == (b'', [b'a line\n']) for result in results.values()), 'one of them passes the answer on now'
PYTHON
