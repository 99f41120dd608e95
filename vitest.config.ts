import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,collectors,detectors,dashboard,simulators,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.long.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
