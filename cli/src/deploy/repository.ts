// Asks git what is between two commits. Knows no event.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { preview, printable } from '@anthracite/protocol';
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
/** More commits than this are counted, and not read. */
export const maxCommits = 1_000;

export class Repository {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens the repository that a folder is in. Rejects with a `UsageError` when there is none. */
  static async open(folder: string): Promise<Repository> {
    const repository = new Repository(folder);
    await repository.#git('rev-parse', '--git-dir');
    return repository;
  }

  /** The full hash of a commit by any of its names; null where there is none by that name. */
  async find(revision: string): Promise<string | null> {
    // A name of strangers is neither an option nor a range.
    const named = `${revision}^{commit}`;
    const found = await this.#try('rev-parse', '--verify', '--quiet', '--end-of-options', named);
    return found !== null && /^[0-9a-f]{40,64}$/.test(found) ? found : null;
  }

  /** What a commit is called: its tag, or its short hash. */
  async nameOf(hash: string): Promise<string> {
    const tag = await this.#try('describe', '--tags', '--exact-match', hash);
    return tag ?? (await this.#git('rev-parse', '--short', hash));
  }

  /** True where one is the other, or came before it. */
  async isAncestor(one: string, other: string): Promise<boolean> {
    return (await this.#try('merge-base', '--is-ancestor', one, other)) !== null;
  }

  /** How many commits a range has: those of `to` that `from` has not. */
  async count(from: string, to: string): Promise<number> {
    return Number(await this.#git('rev-list', '--count', `${from}..${to}`));
  }

  /** The commits of a range, newest first; `to` alone where `from` is null. */
  async commits(from: string | null, to: string): Promise<readonly Commit[]> {
    const range = from === null ? ['--max-count=1', to] : [`--max-count=${maxCommits}`, `${from}..${to}`];
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

  /** The address of the remote `origin`, or of the first one; null without any. */
  async remote(): Promise<string | null> {
    const names = (await this.#git('remote')).split('\n').filter((name) => name !== '');
    const name = names.find((one) => one === 'origin') ?? names[0];
    return name === undefined ? null : this.#try('remote', 'get-url', name);
  }

  /** Who uses it, as git knows them; null where it does not. */
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
  if (code === 'ENOENT') return new UsageError('git is not there; anthracite deploy asks it for the commits');
  return new UsageError(`git failed: ${preview(printable(stderr.trim() || message))}`);
}
