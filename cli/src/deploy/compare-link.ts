// Builds web links to commits from the URL of a Git remote. Pure.

const urlForm = /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^/:@]+)(?::\d+)?\/(.+?)(?:\.git)?\/?$/;
const scpForm = /^(?:[^@/:]+@)?([^/:@]+):(?!\/)(.+?)(?:\.git)?\/?$/;
const hostForm = /^[A-Za-z0-9.-]+$/;
const pathForm = /^[\w.~-]+(?:\/[\w.~-]+)+$/;

/**
 * The URL that compares two commits, or shows one commit if `from` is null; null for a remote that is not a web host.
 * Hosts with gitlab or bitbucket in their name get the URLs of these; all others those of GitHub, Gitea and Forgejo.
 */
export function compareLink(remote: string, from: string | null, to: string): string | null {
  const [, host = '', path = ''] = urlForm.exec(remote) ?? scpForm.exec(remote) ?? [];
  if (!hostForm.test(host) || !pathForm.test(path)) return null;
  const base = `https://${host}/${path}`;
  if (host.includes('gitlab')) {
    return from === null ? `${base}/-/commit/${to}` : `${base}/-/compare/${from}...${to}`;
  }
  if (host.includes('bitbucket')) {
    return from === null ? `${base}/commits/${to}` : `${base}/branches/compare/${to}..${from}`;
  }
  return from === null ? `${base}/commit/${to}` : `${base}/compare/${from}...${to}`;
}
