import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { Historian } from '../../src/core/historian.ts';
import { influxdb } from '../../src/historian/influxdb/index.ts';
import { createSpool } from '../../src/storage/spool/index.ts';
import { crash, moduleUrl } from '../support/crash.ts';
import { requirePeer } from '../support/peers.ts';
import { batchOf, contextOf, tableOf } from '../support/samples.ts';
import { startInfluxd, startVictoriaMetrics } from '../support/stores.ts';

const table = tableOf({ plc: ['A'] });
const signal = new AbortController().signal;
const start = Date.UTC(2026, 10, 1);
const context = contextOf(systemClock);
const range = { tags: ['A'], from: start, to: start + 100_000 };

const write = (historian: Historian, n: number): Promise<void> =>
  historian.write(batchOf(table, 'plc', [{ tag: 'A', time: start + n, value: n }]), signal);

describe.each([
  ['victoria-metrics', startVictoriaMetrics],
  ['influxd', startInfluxd],
] as const)('a store that is killed and comes back (%s)', (peer, startStore) => {
  it('has every acknowledged sample in the end', async (test) => {
    const { path } = requirePeer(peer, test);
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-away-'));
    await using server = await startStore(path);
    const historian = await influxdb.create(influxdb.schema.parse({ url: server.url }), { tags: table, dataDir: dir }, context);
    await using spool = await createSpool({ historian, tags: table, dir: join(dir, 'spool'), context });
    const values = async (): Promise<number[]> => [...((await spool.query(range, signal))[0]?.value ?? [])];
    for (let n = 0; n < 50; n++) await write(spool, n);
    await server.kill();
    for (let n = 50; n < 150; n++) await write(spool, n);
    expect(spool.queue().used).toBeGreaterThan(0);
    await server.restart();
    for (let n = 150; n < 200; n++) await write(spool, n);
    await vi.waitFor(() => expect(spool.queue()).toMatchObject({ used: 0, dropped: 0 }), { timeout: 60_000, interval: 50 });
    const all = Array.from({ length: 200 }, (_, n) => n);
    if (peer === 'victoria-metrics') await fetch(`${server.url}/internal/force_flush`);
    await vi.waitFor(async () => expect(await values()).toEqual(all), { timeout: 60_000, interval: 100 });
    rmSync(dir, { recursive: true, force: true });
  });
});

describe('a monitor that is killed while its store is away', () => {
  it('leaves what it acknowledged for the next one', async (test) => {
    const { path } = requirePeer('victoria-metrics', test);
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-away-'));
    await using server = await startVictoriaMetrics(path);
    await server.kill();
    const said = await crash(
      `import { writeSync } from 'node:fs';
       import { influxdb } from '${moduleUrl('src/historian/influxdb/index.ts')}';
       import { createSpool } from '${moduleUrl('src/storage/spool/index.ts')}';
       import { systemClock } from '${moduleUrl('src/core/clock.ts')}';
       import { batchOf, contextOf, tableOf } from '${moduleUrl('test/support/samples.ts')}';
       const tags = tableOf({ plc: ['A'] });
       const context = contextOf(systemClock);
       const historian = await influxdb.create(influxdb.schema.parse({ url: '${server.url}' }), { tags, dataDir: ${JSON.stringify(dir)} }, context);
       const spool = await createSpool({ historian, tags, dir: ${JSON.stringify(join(dir, 'spool'))}, context });
       for (let n = 0; ; n++) {
         await spool.write(batchOf(tags, 'plc', [{ tag: 'A', time: ${start} + n, value: n }]), new AbortController().signal);
         writeSync(1, n + '\\n');
       }`,
      100,
    );
    await server.restart();
    const historian = await influxdb.create(influxdb.schema.parse({ url: server.url }), { tags: table, dataDir: dir }, context);
    await using spool = await createSpool({ historian, tags: table, dir: join(dir, 'spool'), context });
    await vi.waitFor(() => expect(spool.queue().used).toBe(0), { timeout: 60_000, interval: 50 });
    await fetch(`${server.url}/internal/force_flush`);
    const [series] = await spool.query(range, signal);
    expect([...(series?.value ?? [])].slice(0, said.length)).toEqual(said.map(Number));
    rmSync(dir, { recursive: true, force: true });
  });
});
