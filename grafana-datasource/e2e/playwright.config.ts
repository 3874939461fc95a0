// Configuration of the tests in a real Grafana: one at a time, in Debian's Chromium if it is installed.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';

const debian = '/usr/bin/chromium';
const user = process.env['GRAFANA_ADMIN_USER'] ?? 'admin';

// Playwright takes its configuration from a default export.
export default defineConfig<PluginOptions>({
  testDir: '.',
  outputDir: 'results',
  globalSetup: './server-with-story.ts',
  workers: 1,
  fullyParallel: false,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  use: {
    baseURL: process.env['GRAFANA_URL'] ?? 'http://127.0.0.1:3000',
    viewport: { width: 1_400, height: 900 },
    timezoneId: 'UTC',
    userPreferences: { timezone: 'utc' },
    screenshot: 'only-on-failure',
    launchOptions: {
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage'],
      ...(existsSync(debian) && { executablePath: debian }),
    },
  },
  projects: [
    {
      name: 'sign-in',
      testDir: join(dirname(require.resolve('@grafana/plugin-e2e')), 'auth'),
      testMatch: /.*\.js/,
    },
    {
      name: 'plugin',
      testMatch: /.*\.spec\.ts/,
      dependencies: ['sign-in'],
      use: { ...devices['Desktop Chrome'], storageState: `playwright/.auth/${user}.json` },
    },
  ],
});
