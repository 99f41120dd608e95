import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import solid from 'vite-plugin-solid';
import { LongFirst } from './test/order.ts';

/** Node itself loads the modules, as in the product. Vite's runner makes every call between modules slower. */
const native = { viteModuleRunner: false };
const exclude = ['**/node_modules/**', '**/dist/**', '**/*.long.test.ts'];
/** Files that measure the memory of their process, or replace functions of it before they load their modules. */
const alone = [
  'dashboard/server/sockets/limits.test.ts',
  'simulators/plants/waterworks/epanet.test.ts',
  'test/faults/opcua-garbage.test.ts',
];

/** Files that replace modules of the page. */
const pagesAlone = ['dashboard/client/src/mimics/mimics.test.tsx', 'dashboard/client/src/pages/tag/tag.test.tsx'];
/** Vite transforms pages, which run in a document without a browser. */
const page = { extends: true, plugins: [solid({ hot: false })] } as const;
const inPage = { environment: 'happy-dom', setupFiles: ['./test/support/restore.ts'] } as const;

export default defineConfig({
  test: {
    // long enough for a busy machine: only a test that hangs reaches them
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    // many files wait for deadlines and processes, so that a core of a small machine serves more than one
    maxWorkers: Math.min(2 * availableParallelism(), availableParallelism() + 6),
    // tests that run beside each other in a file wait for deadlines too
    maxConcurrency: 12,
    sequence: { sequencer: LongFirst },
    reporters: ['default', './test/summary.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'isolated', experimental: native, include: alone },
      },
      { ...page, test: { ...inPage, name: 'page-alone', include: pagesAlone } },
      {
        ...page,
        test: {
          ...inPage,
          name: 'page',
          isolate: false,
          include: ['dashboard/client/**/*.test.tsx'],
          exclude: [...exclude, ...pagesAlone],
        },
      },
      {
        extends: true,
        test: {
          name: 'shared',
          // workers import each module once, and a file leaves its process as it found it
          isolate: false,
          experimental: native,
          setupFiles: ['./test/support/restore.ts'],
          include: ['{src,collectors,detectors,dashboard,simulators,test}/**/*.test.ts'],
          exclude: [...exclude, ...alone],
        },
      },
    ],
  },
});
