// Reads commits and names from a Git repository.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { printable } from '@anthracite/protocol';
import { UsageError } from '../exit-codes';

/** A commit. */
export interface Commit {
  readonly hash: string;
  readonly shortHash: string;
  readonly author: string;
  /** Seconds since the epoch. */
  readonly committed: number;
  readonly subject: string;
}

const runFile = promisify(execFile);
const maxOutputBytes = 64 * 1_048_576;
/** Maximum number of commits to read; further commits are only counted. */
export const maxCommits = 1_000;

export class Repository {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens the repository that a folder is in. Rejects with a `UsageError` if it is not in a repository. */
  static async open(folder: string): Promise<Repository> {
    const repository = new Repository(folder);
    await repository.#git('rev-parse', '--git-dir');
    return repository;
  }

  /** The full hash of a commit by any of its names; null if it does not exist. */
  async find(revision: string): Promise<string | null> {
    // Other people may choose the name: git must not read it as an option or a range.
    const named = `${revision}^{commit}`;
    const found = await this.#try('rev-parse', '--verify', '--quiet', '--end-of-options', named);
    return found !== null && /^[0-9a-f]{40,64}$/.test(found) ? found : null;
  }

  /** The name of a commit: its tag, or its short hash. */
  async nameOf(hash: string): Promise<string> {
    const tag = await this.#try('describe', '--tags', '--exact-match', hash);
    return tag ?? (await this.#git('rev-parse', '--short', hash));
  }

  /** True if `one` is the same commit as `other`, or an ancestor of it. */
  async isAncestor(one: string, other: string): Promise<boolean> {
    return (await this.#try('merge-base', '--is-ancestor', one, other)) !== null;
  }

  /** The number of commits in the history of `to` that are not in the history of `from`. */
  async count(from: string, to: string): Promise<number> {
    return Number(await this.#git('rev-list', '--count', `${from}..${to}`));
  }

  /** True for a clone with only the newest commits. */
  async isShallow(): Promise<boolean> {
    return (await this.#try('rev-parse', '--is-shallow-repository')) === 'true';
  }

  /** The number of commits up to `to`. */
  async countAll(to: string): Promise<number> {
    return Number(await this.#git('rev-list', '--count', to));
  }

  /** All commits up to `to`, newest first, at most `maxCommits`. */
  allCommits(to: string): Promise<readonly Commit[]> {
    return this.#log(`--max-count=${maxCommits}`, to);
  }

  /** The commits of a range, newest first, at most `maxCommits`; only `to` if `from` is null. */
  commits(from: string | null, to: string): Promise<readonly Commit[]> {
    return from === null
      ? this.#log('--max-count=1', to)
      : this.#log(`--max-count=${maxCommits}`, `${from}..${to}`);
  }

  async #log(...range: readonly string[]): Promise<readonly Commit[]> {
    const format = '--format=%H%x00%h%x00%an%x00%ct%x00%s';
    const output = await this.#git('-c', 'log.showSignature=false', 'log', '-z', format, ...range);
    const fields = output.split('\0');
    const commits: Commit[] = [];
    for (let i = 0; i + 4 < fields.length; i += 5) {
      const [hash = '', shortHash = '', author = '', committed = '', subject = ''] = fields.slice(i, i + 5);
      commits.push({ hash, shortHash, author, committed: Number(committed), subject });
    }
    return commits;
  }

  /** The URL of the remote `origin`, or of the first remote; null without remotes. */
  async remote(): Promise<string | null> {
    const names = (await this.#git('remote')).split('\n').filter((name) => name !== '');
    const name = names.find((one) => one === 'origin') ?? names[0];
    return name === undefined ? null : this.#try('remote', 'get-url', name);
  }

  /** The user name in Git's configuration; null without one. */
  user(): Promise<string | null> {
    return this.#try('config', 'user.name');
  }

  async #try(...args: readonly string[]): Promise<string | null> {
    try {
      return (await this.#run(args)).trim();
    } catch (error) {
      if (typeof (error as { code?: unknown }).code === 'number') return null;
      throw toUsageError(error);
    }
  }

  async #git(...args: readonly string[]): Promise<string> {
    try {
      return (await this.#run(args)).trim();
    } catch (error) {
      throw toUsageError(error);
    }
  }

  async #run(args: readonly string[]): Promise<string> {
    const options = { maxBuffer: maxOutputBytes, encoding: 'utf8' } as const;
    return (await runFile('git', ['-C', this.#folder, ...args], options)).stdout;
  }
}

function toUsageError(error: unknown): UsageError {
  const { code, stderr = '', message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === 'ENOENT') return new UsageError('git not found; anthracite deploy needs it to read commits');
  // Git's message has several lines; all of them help.
  const lines = (stderr.trim() || message).split('\n').map(printable);
  return new UsageError(`git failed: ${lines.join('\n')}`);
}
