import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { capture, polling, write } from '../../../test/support/small-capture.ts';
import { observeEvent } from '../../core/observation.ts';
import { silentLogger } from '../../core/plugin.ts';
import { TagTable } from '../../core/tag.ts';
import { main } from '../../main.ts';
import { EventLog } from '../../storage/event-log/index.ts';
import { PacketRing } from '../../storage/packets/index.ts';
import { openState } from '../../state/state.ts';

const start = Date.UTC(2026, 4, 5, 6);
const secret = 'do-not-tell-anybody';
const plant = `
site: {name: Recorded}
areas: [{id: a, name: A, equipment: [{id: T, name: Tank}]}]
devices:
  plc1: {type: modbus, host: 10.0.0.11, port: 502, unit: 1}
  plc2: {type: modbus, host: 10.0.0.12, port: 502, unit: 1}
tags:
  LEVEL: {device: plc1, address: {table: holding, register: 0}, area: a, equipment: T, description: Level, limits: {high: 8, priority: 2, response: Close the inlet}}
  FLOW: {device: plc2, address: {table: holding, register: 0}, area: a, equipment: T, description: Flow}
historian: {type: duckdb}
notifiers: [{type: webhook, url: 'https://127.0.0.1/hook', secret: '${secret}'}]
dashboard: {port: 0}
`;

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'evidence-'));
  await writeFile(at('plant.yaml'), plant);
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});
const at = (...names: string[]): string => join(dir, ...names);

interface Ran {
  readonly code: number | undefined;
  readonly said: string;
}

async function scadawatch(...argv: string[]): Promise<Ran> {
  const before = process.exitCode;
  process.exitCode = undefined;
  const said: string[] = [];
  const hear = (text: unknown): void => void said.push(String(text));
  const spies = [vi.spyOn(console, 'log').mockImplementation(hear), vi.spyOn(console, 'error').mockImplementation(hear)];
  try {
    await main(['node', 'scadawatch', ...argv]);
    return { code: process.exitCode as number | undefined, said: said.join('\n') };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

/** The findings of a replay, one per line. */
async function replay(data: string, ...argv: string[]): Promise<readonly string[]> {
  const { code, said } = await scadawatch('replay', at('plant.yaml'), '--data', data, '--out', at('found.jsonl'), ...argv);
  expect(said).not.toContain('findings may differ');
  expect([code, said]).toEqual([undefined, said]);
  return (await readFile(at('found.jsonl'), 'utf8')).trimEnd().split('\n');
}

const words = (lines: readonly string[]): unknown[] =>
  lines.map((line) => JSON.parse(line) as { detector: string; device: string; tags: string[]; explanation: { title: string } });

/**
 * Records two minutes of a tank that fills beyond its limit, with the usual master and an unknown writing client on the network.
 * Returns the data directory of the monitor and its findings.
 */
async function firstRun(): Promise<{ readonly data: string; readonly found: readonly string[] }> {
  await writeFile(at('normal.pcap'), capture(...polling(40, start - 3_600_000)));
  const { code, said } = await scadawatch('calibrate', at('plant.yaml'), '--data', at('data'), '--capture', at('normal.pcap'));
  expect([code, said]).toEqual([undefined, said]);
  const rows = Array.from({ length: 120 }, (_, i) => `${start / 1000 + i},${i === 7 ? '' : (i / 12).toFixed(2)},${5 + (i % 3)}`);
  await writeFile(at('run.csv'), `t,LEVEL,FLOW\n${rows.join('\n')}\n`);
  const usual = polling(24, start + 500);
  const attack = write(start + 61_300, '10.0.0.66', 50_000, 0, 3);
  await writeFile(at('run.pcap'), capture(...usual.slice(0, 13), attack, ...usual.slice(13)));
  const found = await replay(at('data'), '--input', at('run.csv'), at('run.pcap'), '--time', 't', '--time-format', 'unix');
  // the recording of the replay becomes the data directory of a plant: it has the same baseline
  const data = at('plant');
  await cp(at('data', 'replay'), data, { recursive: true });
  using learned = openState(at('data'));
  using state = openState(data);
  const traffic = learned.baselines.latest('site/traffic');
  if (traffic === undefined) throw new Error('no traffic was learned');
  state.baselines.add(traffic);
  return { data, found };
}

/** Raw packets of three seconds, of which the second is damaged. @returns the name of their file */
async function damagedRing(folder: string): Promise<string> {
  {
    await using ring = await PacketRing.open({ dir: folder, ringBytes: 1e6, heldBytes: 1e6, logger: silentLogger });
    const packet = { bytes: Buffer.alloc(32, 'packet'), start: 0, end: 32, wireLength: 32, linkType: 1 };
    for (const second of [30, 31, 32]) ring.take('TAP', start + 1_000 * second, packet);
  }
  const [name = ''] = (await readdir(folder)).filter((one) => one.endsWith('.pcapng'));
  const content = await readFile(join(folder, name));
  // the length of the block before the last one
  content.writeUInt32LE(7, content.length - 2 * 64 + 4);
  await writeFile(join(folder, name), content);
  return name;
}

describe('scadawatch evidence', () => {
  it('exports a recording whose replay has the findings of the recording, for values and writes', async () => {
    const { data, found } = await firstRun();
    expect(words(found)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ detector: 'limits', tags: ['LEVEL'] }),
        expect.objectContaining({
          detector: 'traffic',
          device: 'plc1',
          explanation: expect.objectContaining({ title: expect.stringContaining('10.0.0.66') }),
        }),
      ]),
    );
    const out = at('all.jsonl.gz');
    const span = ['--from', new Date(start - 60_000).toISOString(), '--to', new Date(start + 300_000).toISOString()];
    const exported = await scadawatch('evidence', 'export', at('plant.yaml'), '--data', data, '--out', out, ...span);
    expect([exported.code, exported.said]).toEqual([undefined, exported.said]);
    expect(exported.said).toMatch(/240 samples from 2026-05-05T06:00:00\.000Z to 2026-05-05T06:01:59\.000Z, \d+ events/);

    expect(await replay(data, '--input', out)).toEqual(found);

    const checked = await scadawatch('evidence', 'check', out);
    expect(checked.said).toContain('The contents are as they were written.');
    const sha256 = /contents: ([0-9a-f]{64})/.exec(exported.said)?.[1] ?? '';
    expect(checked.said).toContain(sha256);
    {
      using state = openState(data);
      expect(state.audit.read({ action: 'evidence.exported', limit: 9 })).toMatchObject([
        { object: 'all.jsonl.gz', after: `sha256:${sha256}`, role: 'console' },
      ]);
    }

    expect(gunzipSync(await readFile(out)).toString()).not.toContain(secret);

    // around an alert or its incident, with the later changes of the alert
    using state = openState(data);
    const [alert] = state.alerts.find({ tag: 'LEVEL', limit: 1 });
    if (alert === undefined) throw new Error('no alert of LEVEL');
    const around = ['--before', '30s', '--after', '10s', '--reason', 'court order 7'];
    for (const [name, id] of Object.entries({ alert: alert.id, incident: alert.incident })) {
      const file = at(`${name}.jsonl.gz`);
      const made = ['evidence', 'export', at('plant.yaml'), '--data', data, '--out', file, '--alert', id, ...around];
      expect((await scadawatch(...made)).code).toBeUndefined();
      const { said } = await scadawatch('evidence', 'check', file);
      expect(said).toContain(`alert ${alert.id}, raised ${new Date(alert.raisedAt).toISOString()}: ${alert.title}`);
      expect(said).toContain('court order 7');
      const lines = gunzipSync(await readFile(file))
        .toString()
        .trimEnd()
        .split('\n');
      const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
      expect(kinds.slice(0, 1).concat(kinds.slice(-2))).toEqual(['manifest', 'summary', 'end']);
      const changes = lines.flatMap((line) => {
        const { kind, change, alert: as } = JSON.parse(line) as { kind: string; change: string; alert: { id: string } };
        return kind === 'alert' && as.id === alert.id ? [change] : [];
      });
      expect(changes).toEqual(state.alerts.changesOf(alert.id).map(({ kind }) => kind));
    }
    expect((await scadawatch('evidence', 'check', at('alert.jsonl.gz'))).said).toContain('2026-05-05T06:01:06.000Z to ');
    // the capture shows another level than the samples
    expect(words(await replay(data, '--input', at('alert.jsonl.gz')))).toMatchObject([
      { detector: 'limits', tags: ['LEVEL'] },
      { detector: 'agreement', device: 'plc1' },
    ]);
  }, 180_000);

  it('refuses what it cannot export or replay, with a hint', async () => {
    const { data, out } = { data: at('plant'), out: at('all.jsonl.gz') };
    const to = async (file: string, ...argv: string[]): Promise<Ran> =>
      await scadawatch('evidence', 'export', at('plant.yaml'), '--data', data, '--out', file, ...argv);
    const before = await readFile(out);
    const cases: readonly (readonly [() => Promise<Ran>, RegExp])[] = [
      [() => to(out, '--from', '2026-05-05T05:00Z'), /is there already\nevidence is never overwritten/],
      [() => to(at('x.csv'), '--from', '2026-05-05T05:00Z'), /ends in \.jsonl\.gz/],
      [() => to(at('x.jsonl.gz')), /--alert or --from is required/],
      [() => to(at('x.jsonl.gz'), '--alert', 'nobody'), /no alert and no incident nobody\nthe last ones are .*T06:01/],
      [() => to(at('x.jsonl.gz'), '--from', '2026-05-05T06:00Z', '--to', '2026-05-05T05:00Z'), /--to is not after --from/],
      [() => to(at('x.jsonl.gz'), '--from', '2025-05-05T06:00Z', '--to', '2025-05-05T07:00Z'), /nothing was recorded/],
      [() => to(at('x.jsonl.gz'), '--from', '2026-05-05T05:00Z', '--data', at('nowhere')), /is no data folder of a monitor/],
    ];
    for (const [ran, expected] of cases) {
      const { code, said } = await ran();
      expect(said).toMatch(expected);
      expect(code).toBe(2);
    }
    expect(await readFile(out)).toEqual(before);
    await expect(readFile(at('x.jsonl.gz'))).rejects.toThrow(/ENOENT/);
  }, 120_000);

  it('contains clock reports of the period and those beside it, and states damage of raw packets', async () => {
    const data = at('plant');
    const name = await damagedRing(join(data, 'packets'));
    const machine = { day: start - 600_000, up: 9_000, now: () => machine.day, monotonic: () => machine.up };
    {
      const clocks = { site: machine, machine, run: 'the-run' };
      const options = { dir: join(data, 'events'), tags: new TagTable([]), logger: silentLogger, clocks };
      await using log = await EventLog.open(options);
      for (let second = 0; second < 1_200; second++) {
        machine.up += 1_000;
        // at 06:01:30 the clock is set forward by half a minute
        machine.day += machine.day === start + 89_000 ? 31_000 : 1_000;
        await log.take(observeEvent({ type: 'tick', time: machine.now() }));
      }
    }
    const out = at('clocks.jsonl.gz');
    const span = ['--from', new Date(start + 30_000).toISOString(), '--to', new Date(start + 150_000).toISOString()];
    const exported = await scadawatch('evidence', 'export', at('plant.yaml'), '--data', data, '--out', out, ...span);
    expect(exported.code).toBeUndefined();
    const damage = `${name} of the raw packets is damaged (64 bytes): packets after 2026-05-05T06:00:30.000Z and before 2026-05-05T06:00:32.000Z may be missing`;
    for (const { said } of [exported, await scadawatch('evidence', 'check', out)]) {
      expect(said).toContain('2 raw packets from 2026-05-05T06:00:30.000Z to 2026-05-05T06:00:32.000Z');
      expect(said).toContain(damage);
    }
    const lines = gunzipSync(await readFile(out))
      .toString()
      .trimEnd()
      .split('\n');
    const all = lines.map(
      (line) => JSON.parse(line) as { kind: string; at: number; monotonicMs: number; run: string; clocks: number },
    );
    const noted = all.filter(({ kind }) => kind === 'clock');
    expect(noted.map(({ at: time, monotonicMs }) => [(time - start) / 1_000, monotonicMs])).toEqual([
      [0, 609_000],
      [60, 669_000],
      [89, 698_000],
      [120, 699_000],
      [180, 759_000],
    ]);
    expect(new Set(noted.map(({ run }) => run))).toEqual(new Set(['the-run']));
    expect(all.find(({ kind }) => kind === 'summary')?.clocks).toBe(5);
  }, 120_000);

  it('refuses altered evidence, and reports differences from the original conditions', async () => {
    const play = async (file: string, ...argv: string[]): Promise<Ran> =>
      await scadawatch('replay', at('plant.yaml'), '--data', at('plant'), '--out', at('none.jsonl'), '--input', file, ...argv);
    const contents = gunzipSync(await readFile(at('all.jsonl.gz'))).toString();
    // a harmless value replaces the level at the time of the alert
    await writeFile(at('altered.jsonl.gz'), gzipSync(contents.replace('"value":[8]', '"value":[1]')));
    const altered = await play(at('altered.jsonl.gz'));
    expect(altered.code).toBe(2);
    expect(altered.said).toMatch(/altered\.jsonl\.gz cannot be used as evidence: .*damaged or altered\ncopy it again/);
    await expect(readFile(at('none.jsonl'))).rejects.toThrow(/ENOENT/);

    await writeFile(at('plant.yaml'), plant.replace('high: 8', 'high: 9').replace(/^ {2}FLOW.*\n/m, ''));
    // clock reports and packets are ignored
    const ignored = at('clocks.jsonl.gz');
    expect((await play(ignored)).said).toMatch(/no tag is called FLOW\n.*--ignore/);
    const other = await play(ignored, '--ignore', 'FLOW');
    expect([other.code, other.said]).toEqual([
      undefined,
      expect.stringMatching(/under another configuration than .*plant\.yaml/),
    ]);
    expect(await readFile(at('none.jsonl'), 'utf8')).toContain('above its high limit of 9.00');
  }, 120_000);
});
