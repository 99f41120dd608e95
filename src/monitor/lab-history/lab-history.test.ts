import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import { batchOf } from '../../../test/support/samples.ts';
import { testContext, TinyPlant } from '../../../test/support/tiny-plant.ts';
import { VirtualClock } from '../../core/clock.ts';
import type { Historian } from '../../core/historian.ts';
import { silentLogger } from '../../core/plugin.ts';
import { Quality } from '../../core/quality.ts';
import { TagTable } from '../../core/tag.ts';
import { duckdb } from '../../historian/duckdb/index.ts';
import { openState } from '../../state/state.ts';
import { record } from '../../learning/job/record.ts';
import { samplesOf } from './simulate.ts';
import { type PastSamples, writePast } from './write.ts';

const hour = 3_600_000;
const until = Date.UTC(2026, 0, 5, 3);
const from = until - 6 * hour;
const tags = new TagTable([tagOf('LEVEL'), { ...tagOf('FLOW'), scanMs: 60_000 }]);
const signal = new AbortController().signal;
const config = duckdb.schema.parse({ retentionDays: 0 });

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-lab-history-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (): Promise<Historian> =>
  duckdb.create(config, { tags, dataDir: join(dir, 'history') }, testContext(new VirtualClock(until)));

/** Six hours in which the level counts the seconds and the flow's signal fails in the first hour. */
const past = (end = until): PastSamples => ({
  until: end,
  read: async () => {
    const plant = new TinyPlant(undefined, end - 6 * hour);
    plant.onStep = () => {
      plant.set('LEVEL', plant.get('LEVEL') + 1);
      plant.set('FLOW', plant.time < end - 5 * hour ? Number.NaN : 7);
    };
    return samplesOf(plant, { from: end - 6 * hour, to: end }, tags.tags);
  },
});

const stored = async (historian: Historian) =>
  await historian.query({ tags: ['LEVEL', 'FLOW'], from: from - hour, to: until + 6 * hour }, signal);

describe('the simulated history of a first start', () => {
  it('covers six hours before the start, all marked as simulated, and has an audit entry', async () => {
    await using historian = await open();
    using state = openState(dir);
    await writePast(past(), { historian, state, logger: silentLogger }, signal);
    const [level, flow] = await stored(historian);
    const [first = 0, last = 0, flowing = 0] = [level?.time.at(0), level?.time.at(-1), flow?.time.at(0)];
    expect([first - from, until - last, flowing - from - hour].every((ms) => ms >= 0 && ms <= 11_000)).toBe(true);
    expect(level?.value.at(-1)).toBe((last - from) / 1000);
    expect(level?.time.length).toBe(2160);
    expect(flow?.time.length).toBe(300);
    expect([...(level?.quality ?? []), ...(flow?.quality ?? [])].every((one) => one === Quality.UncertainSimulatedValue)).toBe(
      true,
    );
    expect(state.audit.read({ limit: 5 })).toMatchObject([
      { action: 'history.simulated', object: 'before 2026-01-05T03:00:00.000Z', time: until },
    ]);
  });

  it('is not added to a historian with older samples, nor at a second start', async () => {
    await using historian = await open();
    using state = openState(dir);
    await writePast(past(), { historian, state, logger: silentLogger }, signal);
    const before = (await historian.stats(signal)).samples;
    await writePast(past(until + 5 * hour), { historian, state, logger: silentLogger }, signal);
    expect((await historian.stats(signal)).samples).toBe(before);
    expect(state.audit.read({ limit: 5 })).toHaveLength(1);
  });

  it('is added even if the historian already has first samples of this start', async () => {
    await using historian = await open();
    using state = openState(dir);
    await historian.write(batchOf(tags, 'PLC-1', [{ tag: 'LEVEL', time: until, value: 1 }]), signal);
    await writePast(past(), { historian, state, logger: silentLogger }, signal);
    expect((await stored(historian))[0]?.time.length).toBe(2161);
  });

  it('is not used for learning', async () => {
    await using historian = await open();
    using state = openState(dir);
    await writePast(past(), { historian, state, logger: silentLogger }, signal);
    for (let s = 0; s < 200; s++)
      await historian.write(batchOf(tags, 'PLC-1', [{ tag: 'LEVEL', time: until + 1_000 * s, value: s }]), signal);
    await historian[Symbol.asyncDispose]();
    const source = { type: 'history', historian: { type: 'duckdb', config }, dataDir: join(dir, 'history') } as const;
    const { recording } = await record({ ...source, from, to: until + hour, excluded: [] }, tags, () => {});
    const times: number[] = [];
    for (const one of recording) if (one.kind === 'batch') times.push(...one.batch.sourceTime);
    expect([times.length, Math.min(...times)]).toEqual([200, until]);
  });
});
