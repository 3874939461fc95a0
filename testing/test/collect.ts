// Loads all compiled test files into one process, with the test runner's own functions, and prints for each its tests,
// which are not run, or the reason why it cannot be loaded.

import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';

/** The content of a test file. */
export interface Collected {
  readonly file: string;
  /** Names of its tests. */
  readonly tests: readonly string[];
  readonly skipped: readonly string[];
  /** The reason why it cannot be loaded, or null. */
  readonly fault: string | null;
}

interface Block {
  readonly type: 'describeBlock' | 'test';
  readonly name: string;
  readonly mode?: 'skip' | 'only' | 'todo' | null;
  readonly children?: readonly Block[];
}

const root = join(__dirname, '../../..');
const fromJest = createRequire(createRequire(require.resolve('jest')).resolve('@jest/core'));
const circus = createRequire(fromJest.resolve('jest-config'))('jest-circus') as Record<string, unknown> & {
  getState(): { rootDescribeBlock: Block };
};
const anything: unknown = new Proxy(() => anything, { get: () => anything });

for (const name of ['describe', 'test', 'it', 'beforeAll', 'beforeEach', 'afterAll', 'afterEach']) {
  Object.assign(globalThis, { [name]: circus[name] });
}
// Other calls during loading do not matter here.
Object.assign(globalThis, { jest: anything, expect: anything });

function testsOf(block: Block): Block[] {
  return block.type === 'test' ? [block] : (block.children ?? []).flatMap(testsOf);
}

function collect(file: string): Collected {
  const before = new Set(testsOf(circus.getState().rootDescribeBlock));
  let fault: string | null = null;
  try {
    require(file);
  } catch (error) {
    fault = String(error);
  }
  const found = testsOf(circus.getState().rootDescribeBlock).filter((test) => !before.has(test));
  const skipped = found.filter(({ mode }) => mode === 'skip');
  const names = (tests: readonly Block[]): string[] => tests.map(({ name }) => name);
  return { file: relative(root, file), tests: names(found), skipped: names(skipped), fault };
}

const files = readdirSync(root)
  .filter((name) => name !== 'node_modules')
  .flatMap((name) => compiledTests(join(root, name, 'dist', 'test')));

function compiledTests(folder: string): string[] {
  try {
    const paths = readdirSync(folder, { recursive: true }) as string[];
    return paths.filter((path) => path.endsWith('.test.js')).map((path) => join(folder, path));
  } catch {
    return []; // a package without tests of this kind
  }
}

process.stdout.write(JSON.stringify(files.map(collect)), () => process.exit());
