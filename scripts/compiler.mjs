// Detects that SQLite's binding must be compiled, and lists missing programs.

import { spawnSync } from 'node:child_process';

const waysToInstall = `  Debian, Ubuntu: sudo apt-get install g++ make python3
  Fedora:         sudo dnf install gcc-c++ make python3
  Alpine:         apk add g++ make python3
  macOS:          xcode-select --install
`;

/** Reads the output of an installation; stops it if it has to compile and programs are missing. */
export function watchCompilation(step) {
  let isSeen = false;
  let isImpossible = false;
  return {
    isImpossible: () => isImpossible,
    read(line, end) {
      const [begin, reason] = /^(?:prebuild-install warn install (.*)|gyp (?:info|ERR!))/.exec(line) ?? [];
      if (begin === undefined || isSeen) return;
      isSeen = true;
      const why = reason === undefined ? '' : ` (${reason})`;
      step.note(`no prebuilt SQLite for Node ${process.versions.node} could be downloaded${why}.`);
      const missing = missingTools();
      if (missing.length === 0) return step.update('compiling SQLite, which takes one to three minutes');
      isImpossible = true;
      end();
      step.note(`SQLite must be compiled, and this machine lacks ${missing.join(' and ')}. Install them:`);
      process.stderr.write(waysToInstall);
    },
  };
}

/** The missing programs for a compilation. Searches in the same places as node-gyp and make. */
export function missingTools() {
  const { CXX, MAKE, PYTHON, npm_config_python: python } = process.env;
  const tools = {
    'a C++ compiler': [CXX ?? 'g++'],
    make: [MAKE ?? 'make', 'gmake'],
    python3: [python, PYTHON, 'python3', 'python'],
  };
  return Object.entries(tools).flatMap(([tool, names]) => (names.some(canRun) ? [] : [tool]));
}

function canRun(command) {
  if (!command) return false;
  const [program, ...args] = command.split(' ');
  return spawnSync(program, [...args, '--version'], { stdio: 'ignore' }).status === 0;
}
