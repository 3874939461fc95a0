// Actions at the end of a test file, in reverse order of registration: a server ends before its folder is removed.

const actions: (() => unknown)[] = [];

afterAll(async () => {
  for (let action = actions.pop(); action !== undefined; action = actions.pop()) await action();
});

/** Registers an action for the end of the test file; can be called within a test. */
export function atEnd(action: () => unknown): void {
  actions.push(action);
}
