// Simulates Grafana's server: the page with the host, the plugin's files, the datasources, and the proxy to their servers.

import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type PluginRoute, type ProxyOptions, proxy, type StoredDatasource } from './datasource-proxy';
import { iconAt } from './icons';

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.map': 'application/json',
};

/** The files of the stand-in. */
export interface StandInOptions {
  /** The bundle of the host, a file. */
  readonly host: string;
  /** The built plugin, a folder. */
  readonly dist: string;
  /** The folder of SystemJS's builds. */
  readonly systemjs: string;
}

/** A running stand-in. */
export interface GrafanaStandIn {
  readonly url: string;
  /** Adds a datasource of the plugin, and returns its uid. */
  add(url: string, token?: string): string;
  /** The stored data of a datasource, including secrets. */
  stored(uid: string): StoredDatasource;
  /** Marks a datasource as provisioned: Grafana's pages cannot change it. */
  provision(uid: string): void;
  /** The paths that were requested through the proxy since the last call. */
  takeRequests(): readonly string[];
  /** The user of the following requests; a Viewer at first. */
  signIn(role: NonNullable<ProxyOptions['role']>): void;
  stop(): Promise<void>;
}

/** Starts a stand-in on a free port of 127.0.0.1. */
export async function startStandIn(options: StandInOptions): Promise<GrafanaStandIn> {
  const { id: type, routes = [] } = JSON.parse(readFileSync(join(options.dist, 'plugin.json'), 'utf8')) as {
    id: string;
    routes?: readonly PluginRoute[];
  };
  const datasources = new Map<string, StoredDatasource>();
  let requests: string[] = [];
  let user: ProxyOptions = {};
  const find = (uid: string): StoredDatasource => {
    const found = datasources.get(uid);
    if (!found) throw new Error(`there is no datasource ${uid}`);
    return found;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/', headers } = request;
    const [path = '/'] = url.split('?');
    const [, proxied, rest = ''] = /^\/api\/datasources\/proxy\/uid\/([^/?]+)\/?(.*)$/.exec(url) ?? [];
    const [, uid] = /^\/api\/datasources\/uid\/([^/?]+)$/.exec(path) ?? [];
    if (proxied !== undefined) {
      requests.push(`${method} /${rest}`);
      const body = await readBody(request);
      const left = new AbortController();
      response.once('close', () => left.abort());
      const { signal } = left;
      const answer = await proxy(find(proxied), routes, { method, path: rest, headers, body, signal }, user);
      response.writeHead(answer.status, { 'content-type': answer.contentType });
      if (Buffer.isBuffer(answer.body)) response.end(answer.body);
      else await pipeline(answer.body, response).catch(() => response.destroy());
    } else if (uid !== undefined) {
      if (method === 'PUT') {
        const { url: to, jsonData, secureJsonData = {} } = JSON.parse((await readBody(request)).toString());
        const before = find(uid);
        const secrets = { ...before.secureJsonData, ...secureJsonData };
        datasources.set(uid, { ...before, url: to, jsonData, secureJsonData: secrets });
        sendJson(response, { message: 'Datasource updated', datasource: shown(find(uid)) });
      } else sendJson(response, shown(find(uid)));
    } else if (path === '/') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    } else if (path === '/host.js') sendFile(response, options.host);
    else if (path.startsWith('/systemjs/')) sendFile(response, inside(options.systemjs, path.slice(10)));
    else if (path.startsWith(`/public/plugins/${type}/`)) {
      sendFile(response, inside(options.dist, path.slice(`/public/plugins/${type}/`.length)));
    } else {
      const icon = iconAt(path);
      response.writeHead(icon === null ? 404 : 200, { 'content-type': 'image/svg+xml' }).end(icon);
    }
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (url, token) => {
      const id = datasources.size + 1;
      const uid = `anthracite-${id}`;
      const secureJsonData: Record<string, string> = token === undefined ? {} : { token };
      datasources.set(uid, { id, uid, name: `Anthracite ${id}`, type, url, jsonData: {}, secureJsonData });
      return uid;
    },
    stored: find,
    provision: (uid) => {
      datasources.set(uid, { ...find(uid), readOnly: true });
    },
    takeRequests: () => {
      const taken = requests;
      requests = [];
      return taken;
    },
    signIn: (role) => {
      user = { role };
    },
    stop: () => close(server),
  };
}

/** A datasource in the form for the page: with the names of its secrets, without their values. */
function shown({ secureJsonData, ...settings }: StoredDatasource): object {
  const secureJsonFields = Object.fromEntries(
    Object.entries(secureJsonData).map(([name, value]) => [name, value !== '']),
  );
  return {
    ...settings,
    orgId: 1,
    access: 'proxy',
    readOnly: settings.readOnly === true,
    withCredentials: false,
    secureJsonFields,
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function inside(folder: string, path: string): string {
  return join(folder, normalize(`/${decodeURIComponent(path)}`));
}

function sendFile(response: ServerResponse, file: string): void {
  if (!existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': contentTypes[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}

function sendJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

// Grafana's page names the user before any script runs, and loads SystemJS with its reader of AMD modules.
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Grafana's places</title>
    <link rel="icon" href="data:," />
    <style>#root { max-width: 1150px; padding: 24px; }</style>
    <script>window.grafanaBootData = { settings: { featureToggles: {} }, user: {}, navTree: [] };</script>
    <script src="/systemjs/system.js"></script>
    <script src="/systemjs/extras/amd.js"></script>
    <script src="/systemjs/extras/named-register.js"></script>
  </head>
  <body>
    <div id="root"></div>
    <script src="/host.js"></script>
  </body>
</html>
`;
