// What must be done when a test file ends. What was asked for last is done first: a server ends before its folder goes.

const actions: (() => unknown)[] = [];

afterAll(async () => {
  for (let action = actions.pop(); action !== undefined; action = actions.pop()) await action();
});

/** Does something when the test file ends; may be called within a test. */
export function atEnd(action: () => unknown): void {
  actions.push(action);
}
