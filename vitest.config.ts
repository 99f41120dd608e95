import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { WaitingFirst } from './test/order.ts';

export default defineConfig({
  test: {
    include: ['{src,collectors,detectors,dashboard,simulators,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.long.test.ts'],
    // long enough for a busy machine: only a test that hangs reaches them
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // many files wait for deadlines and processes, so that a core serves more than one
    maxWorkers: 3 * availableParallelism(),
    sequence: { sequencer: WaitingFirst },
    reporters: ['default', './test/summary.ts'],
  },
});
