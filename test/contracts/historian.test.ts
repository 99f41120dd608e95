import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, type TestContext } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { HistorianPlugin } from '../../src/core/historian.ts';
import { historians } from '../../src/historian/index.ts';
import { type PeerName, requirePeer } from '../support/peers.ts';
import { contextOf } from '../support/samples.ts';
import { type RunningStore, startInfluxd, startVictoriaMetrics } from '../support/stores.ts';
import { historianContract, type StoreKeeps, type StoreUnderTest } from './historian.ts';

interface Variant {
  readonly name: string;
  readonly keeps: StoreKeeps;
  readonly provide: (plugin: HistorianPlugin, test: Pick<TestContext, 'skip'>) => Promise<StoreUnderTest>;
}

const running = new Map<PeerName, Promise<RunningStore>>();
afterAll(async () => {
  for (const store of running.values()) await (await store)[Symbol.asyncDispose]();
});

let databases = 0;

/** A store in a folder, or in a database of its own on a shared server. */
function storeOf(plugin: HistorianPlugin, config: object, settle: () => Promise<void> = async () => {}): StoreUnderTest {
  const dataDir = mkdtempSync(join(tmpdir(), 'scadawatch-contract-'));
  return {
    open: (tags) => plugin.create(plugin.schema.parse(config), { tags, dataDir }, contextOf(systemClock)),
    settle,
    [Symbol.asyncDispose]: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

async function serverOf(peer: PeerName, start: (program: string) => Promise<RunningStore>, test: Pick<TestContext, 'skip'>) {
  const { path } = requirePeer(peer, test);
  const known = running.get(peer) ?? start(path);
  running.set(peer, known);
  return await known;
}

/** Servers with which each historian is tested. */
const variants: Readonly<Record<string, readonly Variant[]>> = {
  duckdb: [
    {
      name: 'duckdb',
      keeps: { texts: true, infinities: true, lastOfSameTime: true },
      // the days of these tests have ended, so that queries read files and hot tables
      provide: async (plugin) => storeOf(plugin, { retentionDays: 0 }),
    },
  ],
  influxdb: [
    {
      name: 'influxdb with influxd',
      keeps: { texts: true, infinities: false, lastOfSameTime: true },
      provide: async (plugin, test) => {
        const { url } = await serverOf('influxd', startInfluxd, test);
        return storeOf(plugin, { url, database: `contract ${databases++}` });
      },
    },
    {
      name: 'influxdb with victoria-metrics',
      keeps: { texts: false, infinities: false, lastOfSameTime: false },
      provide: async (plugin, test) => {
        const { url } = await serverOf('victoria-metrics', startVictoriaMetrics, test);
        const flush = async (): Promise<void> => void (await (await fetch(`${url}/internal/force_flush`)).arrayBuffer());
        return storeOf(plugin, { url, database: `contract ${databases++}` }, flush);
      },
    },
  ],
};

it.each(historians.map((plugin) => [plugin.type]))('%s has a store to be tested with', (type) => {
  expect(variants[type]).toBeDefined();
});

for (const plugin of historians) {
  for (const { name, keeps, provide } of variants[plugin.type] ?? []) {
    historianContract(name, keeps, (test) => provide(plugin, test));
  }
}
