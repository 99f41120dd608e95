import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Suites that take a minute or more. `npm run test:long` runs them; the first line of each file gives the reason. */
export default defineConfig({
  test: {
    include: ['{src,collectors,detectors,dashboard,simulators,test}/**/*.long.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    // as in vitest.config.ts: Node itself loads the modules
    experimental: { viteModuleRunner: false },
    maxWorkers: 2 * availableParallelism(),
    reporters: ['default', './test/summary.ts'],
  },
});
