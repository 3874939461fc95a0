// Links to commits in the web, from the address of a git remote. Pure.

const urlForm = /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^/:@]+)(?::\d+)?\/(.+?)(?:\.git)?\/?$/;
const scpForm = /^(?:[^@/:]+@)?([^/:@]+):(?!\/)(.+?)(?:\.git)?\/?$/;
const hostForm = /^[A-Za-z0-9.-]+$/;
const pathForm = /^[\w.~-]+(?:\/[\w.~-]+)+$/;

/**
 * Where the commits between two are shown, or one commit where `from` is null; null for a remote that is in no web.
 * GitLab and Bitbucket are known by their hosts' names; others are asked as GitHub, Gitea and Forgejo are.
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
