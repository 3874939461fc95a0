// Users of every role: no buttons on marks that would change Grafana's own annotations, and no writes through the proxy.

import { storyDay } from '../harness/story';
import { expect, marksOf, pluginId, type Role, randomWalk, sent, test } from './grafana';

const roles: readonly Role[] = ['Viewer', 'Editor', 'Admin'];
const builtIn = {
  builtIn: 1,
  name: 'Annotations & Alerts',
  enable: true,
  hide: false,
  iconColor: 'purple',
  datasource: { type: 'grafana', uid: '-- Grafana --' },
  target: { limit: 100, matchAny: false, tags: [], type: 'dashboard' },
  type: 'dashboard',
};

for (const role of roles) {
  test(`shows ${role === 'Viewer' ? 'a' : 'an'} ${role} no buttons to edit or delete our marks`, async ({
    anthracite,
    api,
    signInAs,
    storeDashboard,
  }) => {
    const datasource = { type: pluginId, uid: anthracite.uid };
    const press = {
      name: 'Press',
      enable: true,
      iconColor: 'blue',
      datasource,
      target: { refId: 'Anno', show: 'points', types: ['press'] },
    };
    const uid = await storeDashboard({ panels: [randomWalk], annotations: [builtIn, press] });
    const own = {
      dashboardUID: uid,
      panelId: 1,
      time: storyDay.to - 3_600_000,
      text: 'of Grafana',
      tags: [],
    };
    const { id } = await (await sent(api.post('/api/annotations', { data: own }))).json();
    try {
      const { page } = await signInAs(role);
      await page.goto(`/d/${uid}`);
      const marks = marksOf(page.locator('body'));
      await expect(marks).toHaveCount(2);
      const places = await marks.evaluateAll((elements) =>
        elements.map((element) => element.getBoundingClientRect().left),
      );
      const [ours, theirs] = (places[0] ?? 0) < (places[1] ?? 0) ? [0, 1] : [1, 0];
      const buttons = page.getByRole('button', { name: /^(?:Edit|Delete)$/ });
      const before = await buttons.count(); // a dashboard has buttons of these names, too
      await marks.nth(ours).hover({ force: true });
      await expect(page.getByText('hostile=yes')).toBeVisible();
      expect(await buttons.count()).toBe(before);
      await page.mouse.move(0, 0);
      await expect(page.getByText('hostile=yes')).toBeHidden();
      // Grafana's own annotation shows that this test finds the buttons.
      await marks.nth(theirs).hover({ force: true });
      await expect(page.getByText('of Grafana')).toBeVisible();
      if (role !== 'Viewer') expect(await buttons.count()).toBe(before + 2);
    } finally {
      await api.delete(`/api/annotations/${id}`);
    }
  });
}

for (const role of ['Viewer', 'Editor'] as const) {
  test(`refuses writes of ${role === 'Viewer' ? 'a' : 'an'} ${role} through the proxy`, async ({
    anthracite,
    signInAs,
  }) => {
    const { api } = await signInAs(role);
    const proxied = `/api/datasources/proxy/uid/${anthracite.uid}`;
    const eventsNow = async () => {
      const asked = { from: '2025-01-01', until: 'now', show: 'points', limit: '100' };
      const parameters = new URLSearchParams([
        ...Object.entries(asked),
        ['type', 'e2e_write'],
        ['type', 'press'],
      ]);
      const answer = await sent(api.get(`${proxied}/events/timeline?${parameters}`));
      return ((await answer.json()) as { events: { id: number }[] }).events;
    };
    const before = await eventsNow();
    const [press] = before;
    const writes = [
      api.post(`${proxied}/events`, { data: { type: 'e2e_write', description: 'must not be stored' } }),
      api.post(`${proxied}/events/`, { data: { what: 'must not be stored', tags: 'e2e_write' } }),
      api.patch(`${proxied}/events/${press?.id}`, { data: { description: 'changed' } }),
      api.put(`${proxied}/events/${press?.id}`, { data: { type: 'e2e_write', description: 'changed' } }),
      api.delete(`${proxied}/events/${press?.id}`),
      api.post(`${proxied}/tokens`, { data: { name: 'e2e', roles: ['write'] } }),
    ];
    for (const written of await Promise.all(writes))
      expect([written.url(), written.ok()]).toEqual([written.url(), false]);
    expect(await eventsNow()).toEqual(before);
  });
}
