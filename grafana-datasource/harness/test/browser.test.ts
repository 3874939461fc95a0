// The built plugin in a browser, among the packages that Grafana's page gives it, before real servers.

import { setStage, testInBrowser } from './stage';

jest.setTimeout(120_000);
const stage = setStage();

testInBrowser('settings are stored, and the health check finds the server', async () => {
  const { page } = await stage.show({ place: 'config' });
  await page.getByText('Save & test').click();
  const verdict = page.getByTestId('verdict');
  await verdict.waitFor();
  expect(await verdict.getAttribute('data-status')).toBe('success');
});
