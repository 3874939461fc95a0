// Grafana's annotations API at its own paths: a program that annotates Grafana needs only another address.

import {
  type AnnotationAdded,
  type AnnotationItem,
  type AnnotationMessage,
  type AnnotationTags,
  annotationAddedSchema,
  annotationMessageSchema,
  annotationSchema,
  annotationTagsSchema,
  list,
} from '@anthracite/protocol/api';
import { checkEvent, type Event } from '@anthracite/protocol/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  eventsOf,
  type Read,
  readAnnotation,
  readAnnotationPatch,
  readGraphiteAnnotation,
} from '../../../hooks/grafana-annotation';
import { AnnotationEditor } from '../answer/annotation-editor';
import { AnnotationList, readAnnotationQuery, readTagQuery } from '../answer/annotation-list';
import { parseJsonBody } from '../request/json-body';
import { RequestError } from '../request/request-error';
import { json, type RouteDescription, route } from '../request/route-options';
import { changeOf } from './changes';
import type { RouteContext } from './context';

type ById = { Params: { id: string } };

const door = 'annotations';
const root = '/api/annotations';

/** Adds the routes. Each path also exists with a slash at its end, as in Grafana. */
export function addAnnotationRoutes(app: FastifyInstance, context: RouteContext): void {
  const { clock } = context;
  const found = new AnnotationList(context);
  const editor = new AnnotationEditor(context);

  const adding = (id: string, summary: string): RouteDescription => ({
    id,
    summary,
    needs: 'write',
    changesState: true,
    speaksGrafana: true,
    body: { 'application/json': null },
    answers: {
      200: json(annotationAddedSchema, 'the annotation was stored, or is a duplicate'),
      400: 'the annotation is not valid',
      503: 'the annotation was not stored; send it again',
    },
  });
  both(root, (url) =>
    app.post(
      url,
      route(
        adding('addAnnotation', "Stores an annotation in the format of Grafana's API: a point or a region"),
      ),
      (request) => add(context, request, 'Annotation added', (body) => mapped(readAnnotation(body, clock()))),
    ),
  );
  both(`${root}/graphite`, (url) =>
    app.post(
      url,
      route(adding('addGraphiteAnnotation', "Stores an annotation in Graphite's format")),
      (request) =>
        add(context, request, 'Graphite annotation added', (body) =>
          mapped(readGraphiteAnnotation(body, clock())),
        ),
    ),
  );

  const listing = route({
    id: 'listAnnotations',
    summary: "Lists events and spans in the format of Grafana's API; those with the latest end come first",
    needs: 'read',
    speaksGrafana: true,
    answers: { 200: json(list(annotationSchema), 'the annotations; 100 without `limit`') },
  });
  both(root, (url) =>
    app.get(url, listing, (request): Promise<AnnotationItem[]> => found.list(readAnnotationQuery(request))),
  );

  const counting = route({
    id: 'listAnnotationTags',
    summary: 'Lists types and tags, each with its number of events',
    needs: 'read',
    speaksGrafana: true,
    answers: { 200: json(annotationTagsSchema, 'the types and tags, sorted by name') },
  });
  both(`${root}/tags`, (url) =>
    app.get(
      url,
      counting,
      async (request): Promise<AnnotationTags> => ({
        result: { tags: await found.tags(readTagQuery(request)) },
      }),
    ),
  );

  const showing = route({
    id: 'getAnnotation',
    summary: 'Returns one annotation',
    needs: 'read',
    speaksGrafana: true,
    answers: { 200: json(annotationSchema, 'the annotation'), 404: 'annotation not found' },
  });
  both(`${root}/:id`, (url) =>
    app.get<ById>(url, showing, async (request): Promise<AnnotationItem> => {
      const item = await found.one(idOf(request));
      if (item === null) throw RequestError.of('ANNOTATION_NOT_FOUND');
      return item;
    }),
  );

  for (const [method, id, verb] of [
    ['PUT', 'replaceAnnotation', 'updated'],
    ['PATCH', 'patchAnnotation', 'patched'],
  ] as const) {
    const editing = route({
      id,
      summary: `Changes an annotation; ${method === 'PUT' ? 'tags that are not sent are removed' : 'fields that are not sent are kept'}`,
      needs: 'edit',
      changesState: true,
      speaksGrafana: true,
      body: { 'application/json': null },
      answers: {
        200: json(annotationMessageSchema, 'the annotation was changed'),
        404: 'annotation not found',
        409: 'the change would make the annotation a duplicate of another event',
      },
    });
    both(`${root}/:id`, (url) =>
      app.route<ById>({
        method,
        url,
        ...editing,
        handler: async (request): Promise<AnnotationMessage> => {
          const patch = mapped(readAnnotationPatch(bodyOf(request), method === 'PUT'));
          if (!(await editor.edit(idOf(request), patch, changeOf(request, context)))) {
            throw RequestError.of('ANNOTATION_NOT_FOUND');
          }
          return { message: `Annotation ${verb}` };
        },
      }),
    );
  }

  const deleting = route({
    id: 'deleteAnnotation',
    summary: 'Deletes an annotation; for a region, deletes both marks',
    needs: 'edit',
    changesState: true,
    speaksGrafana: true,
    answers: { 200: json(annotationMessageSchema, 'the annotation was deleted, or did not exist') },
  });
  both(`${root}/:id`, (url) =>
    app.delete<ById>(url, deleting, async (request): Promise<AnnotationMessage> => {
      await editor.remove(idOf(request), changeOf(request, context));
      return { message: 'Annotation deleted' };
    }),
  );
}

function both(path: string, addRoute: (url: string) => unknown): void {
  addRoute(path);
  addRoute(`${path}/`);
}

async function add(
  { intake }: RouteContext,
  request: FastifyRequest,
  message: string,
  read: (body: unknown) => Parameters<typeof eventsOf>[0],
): Promise<AnnotationAdded> {
  if (intake.isOverfull) throw RequestError.of('QUEUE_FULL');
  const events = eventsOf(read(bodyOf(request))).map(checked);
  const { ids } = await intake.submit(door, (batch) => {
    for (const event of events) batch.addEvent(event);
  });
  return { id: ids[0] ?? 0, message };
}

function bodyOf({ body, headers }: FastifyRequest): unknown {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  return parseJsonBody(bytes, headers['content-type'], "a JSON object as Grafana's API takes it");
}

function mapped<T>(read: Read<T>): T {
  if (!read.ok) throw RequestError.of('BAD_ANNOTATION', { why: read.message });
  return read.value;
}

function checked(event: Event): Event {
  const outcome = checkEvent(event);
  if (!outcome.ok) throw RequestError.ofProblem(outcome.problem);
  return outcome.value;
}

function idOf({ params }: FastifyRequest<ById>): number {
  if (!/^\d{1,15}$/.test(params.id)) throw RequestError.of('BAD_ANNOTATION_ID');
  return Number(params.id);
}
