// How long suites take, about: the slowest begin first, and what is left is estimated. A suite that is not named is a light one.

/** Processor seconds of the heavy suites, the first match counts. */
const weights = [
  [/harness\/test\/compat/, 120],
  [/browser\/hostile-text/, 40],
  [/suspects\/ranking/, 25],
  [/faults\/kill-nine/, 30],
  [/cli\/.*\/puppet\.test/, 25],
  [/puppet-reporter\/.*\/(?:module|ruby-\w+)\.test/, 15],
  [/(?:cli|chef-handler)\/.*\/chef[\w-]*\.test/, 15],
  [/browser\//, 12],
  [/import\//, 12],
  [/store\/(?:selection|failing-store)|access\/matrix/, 10],
  [/cli\/.*\/(?:tail|token|completion|wrap|demo)\.test/, 8],
  [/faults\/|bench\/|editors\.test|conformance\//, 8],
  [/cli\//, 5],
  [/grafana-datasource\//, 4],
];
const lightWeight = 2;

const planned = new Map();

/** Sorts suites, the heaviest first: by their last run here if all have one, else by the table. Keeps their weights. */
function plan(tests) {
  const areKnown = tests.every(({ duration }) => duration !== undefined);
  planned.clear();
  for (const { path, duration } of tests) planned.set(path, areKnown ? duration / 1_000 : tableWeight(path));
  return areKnown ? tests : tests.toSorted((one, other) => weightOf(other.path) - weightOf(one.path));
}

/** What a suite weighs, by its path. */
function weightOf(path) {
  return planned.get(path) ?? tableWeight(path);
}

/** What all suites of this run weigh. */
function totalWeight() {
  return [...planned.values()].reduce((sum, weight) => sum + weight, 0);
}

function tableWeight(path) {
  return weights.find(([pattern]) => pattern.test(path))?.[1] ?? lightWeight;
}

module.exports = { plan, weightOf, totalWeight };
