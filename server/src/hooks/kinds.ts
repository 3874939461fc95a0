// Lists the kinds of hooks: how each maps a delivery, and how its sender is verified. Pure.

import { mapAlerts } from './alerts';
import { mapAtlantis } from './atlantis';
import { isForeignFormat, mapCloudEvents } from './cloudevents';
import { mapCollectd } from './collectd';
import { mapDatadog } from './datadog';
import { mapFlux } from './flux';
import { mapGithub, unwantedByGithub } from './github';
import { mapGitlab } from './gitlab';
import { mapHoneycomb } from './honeycomb';
import type { HookHeaders, HookKind, HookRequest, MapHook } from './hook';
import { mapJenkins } from './jenkins';
import { mapJson } from './json-mapping';
import { mapKubernetes } from './kubernetes';
import { mapNagios } from './nagios';
import { mapPagerduty } from './pagerduty';
import { mapSentry, unwantedBySentry } from './sentry';
import { mapTerraform } from './terraform';

/**
 * How the sender of a kind shows that it has the secret. `presented`: as a token is presented, or in the header of the kind. `body`:
 * in the body. The others are signatures of the body.
 */
export type Proof = 'presented' | 'body' | 'github' | 'gitlab' | 'grafana' | 'flux' | 'sentry' | 'terraform';

/** A kind of hooks. */
export interface KindOfHook {
  readonly map: MapHook;
  readonly proof: Proof;
  /** Why a delivery is ignored by its headers; null if it must be read. */
  unwanted?(request: Pick<HookRequest, 'headers' | 'hook'>): string | null;
  /** True for a body in a format that is refused. */
  isForeign?(headers: HookHeaders): boolean;
  /** True for a kind that also accepts bodies that are not JSON. */
  readonly takesText?: true;
  /** The header with the sender's id of the delivery. */
  readonly deliveryHeader?: string;
  /** The header that holds the token of clients of the kind. */
  readonly tokenHeader?: string;
  /** The status of the answer to an accepted delivery; 200 without it. */
  readonly status?: number;
}

const github: KindOfHook = {
  ...{ map: mapGithub, proof: 'github', unwanted: unwantedByGithub },
  deliveryHeader: 'x-github-delivery',
};

export const kindsOfHooks: Readonly<Record<HookKind, KindOfHook>> = {
  alertmanager: { map: mapAlerts, proof: 'presented' },
  atlantis: { map: mapAtlantis, proof: 'presented' },
  cloudevents: {
    map: mapCloudEvents,
    proof: 'presented',
    isForeign: isForeignFormat,
    takesText: true,
    deliveryHeader: 'ce-id',
  },
  collectd: { map: mapCollectd, proof: 'presented' },
  datadog: { map: mapDatadog, proof: 'presented', tokenHeader: 'dd-api-key', status: 202 },
  flux: { map: mapFlux, proof: 'flux' },
  gitea: { ...github, deliveryHeader: 'x-gitea-delivery' },
  github,
  gitlab: { map: mapGitlab, proof: 'gitlab', deliveryHeader: 'x-gitlab-event-uuid' },
  grafana: { map: mapAlerts, proof: 'grafana' },
  honeycomb: { map: mapHoneycomb, proof: 'presented', tokenHeader: 'x-honeycomb-team', status: 201 },
  icinga: { map: mapNagios, proof: 'presented', takesText: true },
  jenkins: { map: mapJenkins, proof: 'presented' },
  json: { map: mapJson, proof: 'presented' },
  kubernetes: { map: mapKubernetes, proof: 'presented' },
  nagios: { map: mapNagios, proof: 'presented', takesText: true },
  pagerduty: { map: mapPagerduty, proof: 'body', status: 202 },
  sentry: { map: mapSentry, proof: 'sentry', unwanted: unwantedBySentry, deliveryHeader: 'request-id' },
  terraform: { map: mapTerraform, proof: 'terraform' },
};

/** A path of an imitated API. */
export interface ImitatedPath {
  /** `*` matches the rest of the path. */
  readonly path: string;
  /** The kind of the hooks that answer there. */
  readonly kind: HookKind;
  /** The name of the API. */
  readonly api: string;
  /** Its id in the OpenAPI document. */
  readonly id: string;
}

export const imitatedPaths: readonly ImitatedPath[] = [
  { path: '/v2/enqueue', kind: 'pagerduty', api: 'PagerDuty', id: 'takePagerdutyAlert' },
  { path: '/v2/change/enqueue', kind: 'pagerduty', api: 'PagerDuty', id: 'takePagerdutyChange' },
  { path: '/api/v1/events', kind: 'datadog', api: 'Datadog', id: 'takeDatadogEvent' },
  { path: '/api/v2/events', kind: 'datadog', api: 'Datadog', id: 'takeSecondDatadogEvent' },
  { path: '/1/markers/*', kind: 'honeycomb', api: 'Honeycomb', id: 'takeHoneycombMarker' },
];
