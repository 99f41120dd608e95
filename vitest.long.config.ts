import { defineConfig } from 'vitest/config';

/** Suites that take over a minute each. They run by `npm run test:long`; the head of each file gives the reason. */
export default defineConfig({
  test: {
    include: ['{src,collectors,detectors,dashboard,simulators,test}/**/*.long.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
