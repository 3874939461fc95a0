// Approximate durations of suites, for their order and for the estimate of the remaining time. Other suites are light.

/** Processor seconds of heavy suites; the first match counts. */
const weights = [
  [/harness\/test\/compat/, 120],
  [/browser\/hostile-text/, 40],
  [/suspects\/ranking/, 25],
  [/faults\/kill-nine/, 30],
  [/cli\/.*\/puppet\.test/, 25],
  [/secret-commands|puppet-install|server\/.*\/fleet/, 30],
  [/puppet-reporter\/.*\/(?:module|ruby-\w+)\.test/, 15],
  [/(?:cli|chef-handler)\/.*\/chef[\w-]*\.test/, 15],
  [/browser\//, 12],
  [/import\//, 12],
  [/storage\/(?:selection|failing-store|spans|sqlite\.)|access\/matrix|generated-client/, 10],
  [/cli\/.*\/(?:tail|token|completion|wrap|demo)\.test/, 8],
  [/faults\/|bench\/|editors\.test|conformance\//, 8],
  [/cli\//, 5],
  [/grafana-datasource\//, 4],
];
const lightWeight = 2;

const planned = new Map();

/** Sorts suites, heaviest first: by their last run if all have one, else by the table. Keeps their weights. */
function plan(tests) {
  const areKnown = tests.every(({ duration }) => duration !== undefined);
  planned.clear();
  for (const { path, duration } of tests) planned.set(path, areKnown ? duration / 1_000 : tableWeight(path));
  return areKnown ? tests : tests.toSorted((one, other) => weightOf(other.path) - weightOf(one.path));
}

/** The weight of a suite, by its path. */
function weightOf(path) {
  return planned.get(path) ?? tableWeight(path);
}

/** The total weight of all suites of this run. */
function totalWeight() {
  return [...planned.values()].reduce((sum, weight) => sum + weight, 0);
}

function tableWeight(path) {
  return weights.find(([pattern]) => pattern.test(path))?.[1] ?? lightWeight;
}

module.exports = { plan, weightOf, totalWeight };
