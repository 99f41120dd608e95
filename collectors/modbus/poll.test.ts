import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collector } from '../../src/core/collector.ts';
import type { Event } from '../../src/core/observation.ts';
import { qualityName } from '../../src/core/quality.ts';
import {
  answerPdu,
  answerRight,
  type ScriptedPeer,
  type ScriptedRequest,
  scriptedRegister,
  startScriptedPeer,
} from '../../test/support/scripted-modbus.ts';
import { SocketClock } from '../../test/support/socket-clock.ts';
import { testTag, testTags } from '../../test/support/tags.ts';
import { testContext } from '../../test/support/tiny-plant.ts';
import { createModbusCollector, modbus } from './index.ts';

interface Row {
  readonly at: number;
  readonly tag: string;
  readonly value: number;
  readonly quality: string;
}

const refuse = (request: ScriptedRequest, exception: number): void =>
  answerPdu(request, [0x80 | request.pdu.readUInt8(0), exception]);
const reads = ({ pdu }: ScriptedRequest, register: number): boolean =>
  pdu.readUInt16BE(1) <= register && register < pdu.readUInt16BE(1) + pdu.readUInt16BE(3);

describe('polling a device', () => {
  let clock: SocketClock;
  let peer: ScriptedPeer;
  let dataDir: string;
  /** Time and content of each request. */
  let asked: { readonly at: number; readonly unit: number; readonly pdu: string }[];
  let script: (request: ScriptedRequest) => void;
  let rows: Row[];
  let events: Event[];
  let ends: string[];

  beforeEach(async () => {
    clock = new SocketClock();
    dataDir = mkdtempSync(join(tmpdir(), 'modbus-'));
    asked = [];
    [rows, events, ends] = [[], [], []];
    script = answerRight;
    peer = await startScriptedPeer((request) => {
      asked.push({ at: clock.monotonic(), unit: request.unit, pdu: request.pdu.toString('hex') });
      script(request);
    });
  });
  afterEach(async () => {
    clock[Symbol.dispose]();
    await peer[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true });
  });

  const at = (registers: readonly number[], scanMs = 1000, unit?: number) =>
    registers.map((register) =>
      testTag(`${unit === undefined ? '' : `U${unit}.`}R${register}`, { table: 'holding', register, unit }, { scanMs }),
    );

  function collect(tags: ReturnType<typeof at>, settings: object = {}): { collector: Collector; names: readonly string[] } {
    const config = modbus.schema.parse({ host: '127.0.0.1', port: peer.port, timeoutMs: 200, identity: false, ...settings });
    const target = { device: 'plc1', tags: testTags(tags), dataDir, devices: [] };
    return {
      collector: createModbusCollector(config, target, testContext(clock), clock),
      names: tags.map(({ name }) => name),
    };
  }

  /** Runs the collector for some time; reconnects after `waits` when a session ends (the last of them repeats). */
  async function run(
    { collector, names }: ReturnType<typeof collect>,
    ms: number,
    waits: readonly number[] = [1000],
  ): Promise<void> {
    const stop = new AbortController();
    const work = (async () => {
      for (let turn = 0; !stop.signal.aborted; turn++) {
        try {
          await using session = await collector.connect(stop.signal);
          for await (const observation of session) {
            if (observation.kind === 'event') events.push(observation.event);
            else if (observation.kind === 'batch') {
              const { batch } = observation;
              for (let i = 0; i < batch.length; i++) {
                const quality = qualityName(batch.quality[i] ?? 0);
                rows.push({ at: clock.monotonic(), tag: names[batch.tag[i] ?? 0] ?? '', value: batch.value[i] ?? 0, quality });
              }
            }
          }
        } catch (thrown) {
          if (!stop.signal.aborted) ends.push((thrown as { code: string }).code);
        }
        if (!stop.signal.aborted) await clock.sleep(waits[turn] ?? waits.at(-1) ?? 0, stop.signal).catch(() => {});
      }
    })();
    await clock.run(clock.sleep(ms), peer.sockets);
    stop.abort();
    await clock.run(work, peer.sockets);
  }

  const of = (tag: string): Row[] => rows.filter((row) => row.tag === tag);
  const gaps = (times: readonly number[]): number[] => times.slice(1).map((time, i) => time - (times[i] ?? 0));

  it('spreads the requests of a class over its period, each at its own phase', async () => {
    await run(collect(at([0, 1000, 2000, 3000, 4000])), 20_000);
    const settled = asked.filter((one) => one.at > 2000).map((one) => one.at);
    for (const gap of gaps(settled)) expect(gap).toBeCloseTo(200, 0);
    const one = asked.filter(({ pdu }) => pdu === '0303e80001').map((request) => request.at);
    for (const gap of gaps(one.slice(2))) expect(gap).toBeCloseTo(1000, 0);
  });

  it('counts omitted polls if the device is too slow, and neglects no class', async () => {
    script = (request) => void clock.sleep(150).then(() => answerRight(request));
    const fast = at([0, 1000, 2000, 3000], 400);
    await run(collect([...fast, ...at([5000, 6000], 2000)], { mostStretch: 1 }), 60_000);
    const health = events.filter((event) => event.type === 'device-health');
    expect(health.reduce((sum, event) => sum + (event.skipped ?? 0), 0)).toBeGreaterThan(100);
    // 11 requests per second are due and 5.9 are possible
    for (const [tag, wanted] of [
      ['R0', 150],
      ['R3000', 150],
      ['R5000', 30],
      ['R6000', 30],
    ] as const) {
      expect(of(tag).length / wanted).toBeGreaterThan(0.35);
      expect(of(tag).length / wanted).toBeLessThan(1);
    }
  });

  it('waits for a device that acknowledges, and gives a busy one increasing time', async () => {
    const times = (exception: number): Promise<number[]> => {
      asked = [];
      script = (request) => refuse(request, exception);
      return run(collect(at([0], 60_000), { busyRetries: 3, pauseMs: 0 }), 5000).then(() => asked.map((one) => one.at));
    };
    const acknowledged = gaps(await times(5));
    expect(acknowledged.map(Math.round)).toEqual([100, 100, 100]);
    const busy = gaps(await times(6));
    expect(busy.map(Math.round)).toEqual([100, 200, 400]);
    expect(new Set(rows.map(({ quality }) => quality))).toEqual(new Set(['BadResourceUnavailable']));
  });

  it('polls a slow or busy device less often, and returns gradually to its periods', async () => {
    let latencyMs = 5;
    script = (request) => void clock.sleep(latencyMs).then(() => answerRight(request));
    const device = collect(at([0, 1000], 500), { timeoutMs: 2000 });
    const count = async (ms: number): Promise<number> => {
      const before = asked.length;
      await run(device, ms);
      return asked.length - before;
    };
    const usual = await count(30_000);
    latencyMs = 400;
    const slow = await count(30_000);
    latencyMs = 5;
    const after = await count(60_000);
    const stretches = events.flatMap((event) => (event.type === 'device-health' ? (event.stretch ?? 0) : []));
    expect(usual).toBeGreaterThan(115);
    expect(slow).toBeLessThan(usual / 2);
    expect(Math.max(...stretches)).toBe(8);
    // each change is reported at once without counts; a new session first reports its factor
    const changes = events.flatMap((event) => (event.type === 'device-health' && event.intervalMs === 0 ? [event] : []));
    expect(changes.map(({ stretch }) => stretch)).toEqual([2, 4, 8, 8, 4, 2, 1]);
    expect(changes.map(({ requests }) => requests)).toEqual(changes.map(() => 0));
    expect(stretches.at(-1)).toBe(1);
    expect(after).toBeGreaterThan(usual);
    expect(after).toBeLessThan(2 * usual);
  });

  it("polls a lost unit once per back-off step, and the gateway's other units as before", async () => {
    script = (request) => (request.unit === 3 ? refuse(request, 11) : answerRight(request));
    const device = collect([...at([0, 1000], 500, 1), ...at([0, 1000], 500, 3)]);
    await run(device, 60_000);
    const probes = asked.filter(({ unit }) => unit === 3).map((one) => one.at);
    expect(probes.length).toBeLessThanOrEqual(8);
    gaps(probes).forEach((gap, i) => expect(gap).toBeGreaterThanOrEqual(1000 * 2 ** Math.min(i, 5)));
    expect(new Set(of('U3.R1000').map(({ quality }) => quality))).toEqual(new Set(['BadNoCommunication']));
    expect(new Set(of('U1.R0').map(({ quality }) => quality))).toEqual(new Set(['Good']));
    expect(of('U3.R0').length).toBeGreaterThan(110);
    expect(ends).toEqual([]);
    script = answerRight;
    rows = [];
    await run(device, 90_000);
    for (const { quality } of of('U3.R0').slice(-100)) expect(quality).toBe('Good');
  });

  it('attributes silence of one unit to the unit, and of all to the connection', async () => {
    script = (request) => (request.unit === 3 ? undefined : answerRight(request));
    const device = collect([...at([0], 500, 1), ...at([0, 1000], 500, 3)]);
    await run(device, 30_000);
    expect(ends).toEqual([]);
    expect(asked.filter(({ unit }) => unit === 3).length).toBeLessThanOrEqual(8);
    script = () => {};
    await run(device, 5_000);
    expect(ends[0]).toBe('DEVICE_TIMEOUT');
  });

  it('sends a single request on each connection to a device that did not answer, until it answers', async () => {
    const device = collect(at([0, 1000, 2000], 500), { identity: true });
    script = () => {};
    await run(device, 40_000, [1000, 2000, 4000, 8000]);
    // the identity and two polls; then one in each step
    const first = asked.findIndex((one) => one.at > 1000);
    const steps = asked.slice(first).map((one) => one.at);
    gaps(steps).forEach((gap, i) => expect(gap).toBeGreaterThan(2000 * 2 ** Math.min(i, 2)));
    script = answerRight;
    await run(device, 10_000);
    expect(of('R2000').at(-1)?.quality).toBe('Good');
  });

  it.each([1, 2])('waits by %i connections for a device that refused a block and then stopped answering', async (connections) => {
    let isSilent = false;
    script = (request) => {
      if (isSilent) return;
      if (reads(request, 2000)) refuse(request, 2);
      else answerRight(request);
    };
    const device = collect(at([0, 1000, 2000, 3000], 500), { connections });
    await run(device, 5000);
    isSilent = true;
    const before = asked.length;
    await run(device, 60_000, [1000, 2000, 4000]);
    // one probe on each connection attempt, never of the refused block
    const probes = asked.slice(before + 2 * connections);
    expect(probes.length).toBeGreaterThan(5);
    gaps(probes.map((one) => one.at)).forEach((gap) => expect(gap).toBeGreaterThan(1000));
    expect(probes.filter(({ pdu }) => pdu === '0307d00001')).toEqual([]);
    isSilent = false;
    rows = [];
    await run(device, 20_000);
    for (const tag of ['R0', 'R1000', 'R3000']) expect(of(tag).at(-1)?.quality).toBe('Good');
    expect(of('R2000').at(-1)?.quality).toBe('BadNodeIdUnknown');
  });

  it('probes a refused block of a silent device that has no other', async () => {
    script = (request) => refuse(request, 2);
    const device = collect(at([0], 500));
    await run(device, 1000);
    script = () => {};
    await run(device, 400_000, [1000, 2000, 4000]);
    script = answerRight;
    await run(device, 1_000_000, [1000]);
    expect(of('R0').at(-1)?.quality).toBe('Good');
  });

  it('recovers a device with one block that never answers, at once and completely', async () => {
    let dead = false;
    script = (request) => (dead || reads(request, 0) ? undefined : answerRight(request));
    const device = collect([...at([0, 1000], 500), ...at([2000], 60_000)]);
    await run(device, 20_000);
    expect(ends).toEqual([]);
    dead = true;
    await run(device, 600_000, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
    expect(of('R1000').at(-1)?.quality).toBe('BadTimeout');
    dead = false;
    rows = [];
    await run(device, 10_000, [3000]);
    // The block without answers may come first once; the remaining slow-down costs some polls.
    expect(of('R1000').filter(({ quality }) => quality === 'Good').length).toBeGreaterThan(2);
    expect(of('R2000').at(-1)?.quality).toBe('Good');
  });

  it('searches an illegal address once, and remembers it over a restart', async () => {
    script = (request) => (reads(request, 7) ? refuse(request, 2) : answerRight(request));
    const tags = at(Array.from({ length: 20 }, (_, i) => i));
    await run(collect(tags), 5000);
    const searched = new Set(asked.map(({ pdu }) => pdu));
    expect(searched.size).toBeLessThanOrEqual(12);
    // the file is written in the background
    await expect
      .poll(() => readFileSync(join(dataDir, 'refused.json'), 'utf8'), { timeout: 60_000 })
      .toMatch(/"refused":\[\{[^}]*"start":7,"width":1\b/);
    asked = [];
    await run(collect(tags), 5000);
    expect(new Set(asked.map(({ pdu }) => pdu))).toEqual(new Set(['0300000007', '030008000c']));
    expect(new Set(of('R7').map(({ quality }) => quality))).toEqual(new Set(['BadNodeIdUnknown']));
    expect(of('R6').every(({ quality }) => quality === 'Good')).toBe(true);
  });

  it('requests a refused address again after minutes, then at increasing intervals, and accepts it again', async () => {
    let legal = false;
    script = (request) => (!legal && reads(request, 7) ? refuse(request, 2) : answerRight(request));
    const device = collect(at([6, 7, 8], 10_000));
    await run(device, 3_600_000);
    const tries = asked.filter(({ pdu }) => pdu === '0300070001').map((one) => one.at);
    // at once, and after 5, 10 and 20 minutes more
    expect(tries.length).toBe(4);
    gaps(tries).forEach((gap, i) => expect(gap / 300_000).toBeCloseTo(2 ** i, 0));
    legal = true;
    asked = [];
    await run(device, 2_400_000);
    expect(asked.at(-1)?.pdu).toBe('0300060003');
    expect(of('R7').at(-1)).toMatchObject({ quality: 'Good', value: scriptedRegister(7) });
  });

  it('ignores a refusal file that cannot be read', async () => {
    writeFileSync(join(dataDir, 'refused.json'), '{"version": 7}');
    await run(collect(at([0])), 3000);
    expect(of('R0').at(-1)?.quality).toBe('Good');
  });

  it('drops stored refusals when the device is replaced', async () => {
    let model = 'A';
    script = (request) => {
      if (request.pdu[0] === 43)
        answerPdu(request, Buffer.concat([Buffer.from([43, 14, 2, 1, 0, 0, 1, 0, 1]), Buffer.from(model)]));
      else if (reads(request, model === 'A' ? 7 : 5)) refuse(request, 2);
      else answerRight(request);
    };
    const device = collect(at([5, 6, 7, 8]), { identity: true });
    await run(device, 5000);
    expect(of('R7').at(-1)?.quality).toBe('BadNodeIdUnknown');
    const kept = (): unknown => JSON.parse(readFileSync(join(dataDir, 'refused.json'), 'utf8'));
    await expect.poll(kept).toMatchObject({ refused: [{ start: 7 }] });
    // It returns with another program and other registers.
    model = 'B';
    await run(device, 5000);
    expect(events.filter(({ type }) => type === 'identity').at(-1)).toMatchObject({ previous: { VendorName: 'A' } });
    expect(of('R7').at(-1)).toMatchObject({ quality: 'Good', value: scriptedRegister(7) });
    expect(of('R5').at(-1)?.quality).toBe('BadNodeIdUnknown');
  });

  it('survives a device that stops in the middle of a block, or of a search', async () => {
    let deaths = 0;
    script = (request) => {
      if (asked.length % 3 === 2 && deaths++ < 6) request.socket.resetAndDestroy();
      else if (reads(request, 7)) refuse(request, 2);
      else answerRight(request);
    };
    await run(collect(at(Array.from({ length: 20 }, (_, i) => i))), 20_000);
    expect(deaths).toBeGreaterThan(5);
    expect(of('R7').at(-1)?.quality).toBe('BadNodeIdUnknown');
    for (let i = 0; i < 20; i++)
      if (i !== 7) expect(of(`R${i}`).at(-1)).toMatchObject({ quality: 'Good', value: scriptedRegister(i) });
  });

  it('sends few requests to a device that refuses everything, and recovers it completely', async () => {
    let booted = false;
    script = (request) => (booted ? answerRight(request) : refuse(request, 2));
    const device = collect(at(Array.from({ length: 100 }, (_, i) => i)));
    await run(device, 60_000);
    expect(asked.length).toBeLessThanOrEqual(20);
    booted = true;
    await run(device, 600_000);
    for (let i = 0; i < 100; i++) expect(of(`R${i}`).at(-1)?.quality).toBe('Good');
    expect(asked.at(-1)?.pdu).toBe('0300000064');
  });
});
