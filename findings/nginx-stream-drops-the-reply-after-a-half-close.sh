#!/usr/bin/env bash
# nginx 1.22.1 (Debian 12), module stream, default settings.
#
# A client sends one line, closes its sending side (as `nc -N` and every sender that waits for an answer does), and reads
# until the end. Expected: a TCP relay passes the half-close on and keeps the other direction open until the server has
# answered, as haproxy does. Seen: the server receives the line, but nginx closes both connections at the client's FIN, and
# the answer never arrives, however quick the server is. `proxy_half_close on;` (since 1.21.4, off by default) changes that.
#
# Who meets it: everybody who puts nginx in front of a line protocol whose answer comes after the last line. The sender
# takes a stored line for a lost one, and sends it again for ever.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=1.22.1-9+deb12u11
apt-get -o APT::Sandbox::User=root download -qq "nginx=$version" "libnginx-mod-stream=$version"
for package in ./*.deb; do dpkg -x "$package" root; done

python3 - "$folder/root" <<'PYTHON'
import contextlib, os, socket, subprocess, sys, threading, time

root = sys.argv[1]

def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]

received = []
upstream = socket.create_server(('127.0.0.1', 0))

def answer(connection):
    with connection, contextlib.suppress(OSError):
        line = b''
        while piece := connection.recv(1024):
            line += piece
        if line:
            received.append(line)
            connection.sendall(b'ok\n')

def serve():
    while True:
        threading.Thread(target=answer, args=(upstream.accept()[0],), daemon=True).start()

threading.Thread(target=serve, daemon=True).start()

def through_nginx(setting):
    port = free_port()
    config = f'{root}/{port}.conf'
    with open(config, 'w') as file:
        file.write(f'''load_module {root}/usr/lib/nginx/modules/ngx_stream_module.so;
            daemon off; master_process off; error_log stderr crit; pid {root}/{port}.pid; events {{}}
            stream {{ server {{ listen 127.0.0.1:{port}; proxy_pass 127.0.0.1:{upstream.getsockname()[1]}; {setting} }} }}''')
    nginx = subprocess.Popen([f'{root}/usr/sbin/nginx', '-e', 'stderr', '-c', config, '-p', root])
    try:
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(('127.0.0.1', port), 1).close()
                break
            assert time.monotonic() < deadline, 'nginx does not listen'
            time.sleep(0.05)
        received.clear()
        with socket.create_connection(('127.0.0.1', port), 10) as client:
            client.sendall(b'a line\n')
            client.shutdown(socket.SHUT_WR)
            seen = b''
            while piece := client.recv(1024):
                seen += piece
        while not received and time.monotonic() < deadline:
            time.sleep(0.05)
        return seen, list(received)
    finally:
        nginx.kill()
        nginx.wait()

by_default, with_setting = through_nginx(''), through_nginx('proxy_half_close on;')
print('default:', by_default)
print('proxy_half_close on:', with_setting)
assert by_default == (b'', [b'a line\n']), 'nginx now passes the answer on by default'
assert with_setting == (b'ok\n', [b'a line\n']), 'proxy_half_close does not pass the answer on any more'
PYTHON
