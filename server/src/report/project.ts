// Finds the project in a type: `shop` is that of `deploy_shop`, and of `incident_sev2_shop`. Pure.

const deployForm = /^deploy_(.+)$/s;
const spanForm = /^(?:incident|outage|gain)(?:_sev[1-4](?=_|$))?_(?!sev[1-4]$)(.+)$/s;

/** The project of a type of deployments; null for other types. */
export function projectOfDeploy(type: string): string | null {
  return deployForm.exec(type)?.[1] ?? null;
}

/** The project of the stem of an incident or a gain; null without one. */
export function projectOfSpan(type: string): string | null {
  return spanForm.exec(type)?.[1] ?? null;
}
