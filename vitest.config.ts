import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import solid from 'vite-plugin-solid';
import { LongFirst } from './test/order.ts';

/** Node itself loads the modules, as in the product. Vite's runner makes every call between modules slower. */
const native = { viteModuleRunner: false };
const exclude = ['**/node_modules/**', '**/dist/**', '**/*.long.test.ts'];
/** Files that leave their process as they found it. They share workers, which import each module once. */
const shared = [
  '{collectors,detectors,dashboard,simulators}/**/*.test.ts',
  'src/{alerts,config,core,data-directory,detection,detector-kit,docs,historian,ingest,learning}/**/*.test.ts',
  'src/{metrics,modbus,monitor,notifiers,notify,state,storage}/**/*.test.ts',
  'src/tools/{evidence,import,lab}/**/*.test.ts',
  'test/{bench,language}/**/*.test.ts',
];
/** They measure the memory of their process or replace its functions. */
const alone = ['dashboard/server/sockets/limits.test.ts', 'simulators/plants/waterworks/epanet.test.ts'];

export default defineConfig({
  test: {
    // long enough for a busy machine: only a test that hangs reaches them
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    // many files wait for deadlines and processes, so that a core of a small machine serves more than one
    maxWorkers: Math.min(2 * availableParallelism(), availableParallelism() + 6),
    sequence: { sequencer: LongFirst },
    reporters: ['default', './test/summary.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'isolated',
          experimental: native,
          include: ['{src,test}/**/*.test.ts', ...alone],
          exclude: [...exclude, ...shared.slice(1)],
        },
      },
      {
        extends: true,
        plugins: [solid({ hot: false })],
        test: { name: 'page', include: ['dashboard/client/**/*.test.tsx'], environment: 'happy-dom' },
      },
      {
        extends: true,
        test: {
          name: 'shared',
          isolate: false,
          experimental: native,
          include: shared,
          exclude: [...exclude, ...alone],
        },
      },
    ],
  },
});
