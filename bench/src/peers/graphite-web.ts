// A real graphite-web from Debian under gunicorn, with SQLite, in its own folder.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, hasProgram, type Peer, startPeer } from './process';

const python = '/usr/bin/python3';

/** A running graphite-web. */
export interface GraphiteWeb extends Peer {
  readonly port: number;
  readonly url: string;
}

/** The Debian package that is missing, or null. */
export function missingGraphite(): string | null {
  if (!hasProgram('gunicorn')) return 'gunicorn';
  return hasProgram('graphite-manage') ? null : 'graphite-web';
}

const settings = (folder: string): string => `
from graphite.settings import *
import os
folder = ${JSON.stringify(folder)}
SECRET_KEY = 'bench'
ALLOWED_HOSTS = ['*']
TIME_ZONE = 'UTC'
STORAGE_DIR = folder
LOG_DIR = os.path.join(folder, 'log')
INDEX_FILE = os.path.join(folder, 'index')
WHISPER_DIR = os.path.join(folder, 'whisper')
STANDARD_DIRS = [WHISPER_DIR]
DATABASES = {'default': {'NAME': os.path.join(folder, 'graphite.db'), 'ENGINE': 'django.db.backends.sqlite3'}}
LOGGING = {'version': 1, 'disable_existing_loggers': True}
`;

// Inserts the same rows as graphite-web would write, in bulk, because only queries are measured.
const fillScript = `
import json, sys, django
django.setup()
from datetime import datetime, timezone
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from graphite.events.models import Event
from tagging.models import Tag, TaggedItem

rows = [json.loads(line) for line in sys.stdin]
names = sorted({name for _, _, tags in rows for name in tags.split()})
with transaction.atomic():
    Event.objects.bulk_create(
        [Event(what=what, tags=tags, data='', when=datetime.fromtimestamp(when, timezone.utc)) for when, what, tags in rows])
    Tag.objects.bulk_create([Tag(name=name) for name in names])
    tag_ids = dict(Tag.objects.values_list('name', 'id'))
    event_ids = list(Event.objects.order_by('id').values_list('id', flat=True))
    kind = ContentType.objects.get_for_model(Event).id
    TaggedItem.objects.bulk_create(
        TaggedItem(tag_id=tag_ids[name], content_type_id=kind, object_id=event_id)
        for event_id, (_, _, tags) in zip(event_ids, rows) for name in dict.fromkeys(tags.split()))
`;

/** Starts it with two workers of four threads, with events. */
export async function startGraphite(
  folder: string,
  events: readonly { readonly when: number; readonly what: string; readonly tags: string }[] = [],
): Promise<GraphiteWeb> {
  for (const name of ['log', 'whisper']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'bench_settings.py'), settings(folder));
  const env = { PYTHONPATH: folder, DJANGO_SETTINGS_MODULE: 'bench_settings', PYTHONWARNINGS: 'ignore' };
  const options = {
    env: { ...process.env, ...env },
    cwd: folder,
    stdio: ['pipe', 'ignore', 'pipe'] as ['pipe', 'ignore', 'pipe'],
  };
  execFileSync(python, ['-m', 'django', 'migrate', '--run-syncdb'], options);
  const input = events.map(({ when, what, tags }) => JSON.stringify([when, what, tags])).join('\n');
  if (events.length > 0) execFileSync(python, ['-c', fillScript], { ...options, input });
  const port = await freePort();
  const bind = ['-b', `127.0.0.1:${port}`, '-w', '2', '-k', 'gthread', '--threads', '4'];
  const url = `http://127.0.0.1:${port}`;
  const args = [
    '-c',
    'from gunicorn.app.wsgiapp import run; run()',
    ...bind,
    '--log-level',
    'warning',
    'graphite.wsgi:application',
  ];
  const peer = await startPeer(python, args, {
    env,
    cwd: folder,
    isReady: async () => (await fetch(`${url}/version`)).ok,
  });
  return { ...peer, port, url };
}
