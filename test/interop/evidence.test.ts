import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { startTap } from '../../simulators/servers/tap/index.ts';
import { registry } from '../../src/app/registry.ts';
import { serve } from '../../src/app/serve.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Finding } from '../../src/core/finding.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { main } from '../../src/main.ts';
import type { ClockLine } from '../../src/storage/event-log/index.ts';
import { requirePeer } from '../support/peers.ts';
import { RawModbus } from '../support/raw-modbus.ts';
import { TinyPlant, testContext } from '../support/tiny-plant.ts';

const plantOf = (port: number, tap: number): string => `
site: {name: Evidence}
areas: [{id: a, name: A, equipment: [{id: T, name: Tank}]}]
devices:
  plc1: {type: modbus, host: 127.0.0.1, port: ${port}, unit: 1}
  TAP: {type: capture, source: {type: pcap-over-ip, host: 127.0.0.1, port: ${tap}}, reportMs: 100}
scanClasses: {fast: 200ms}
tags:
  SP: {device: plc1, scan: fast, address: {table: holding, register: 0, type: float32}, area: a, equipment: T, description: Level, limits: {high: 8, priority: 2, response: Close the inlet}}
dashboard: {port: 0}
`;

/** What was found: of what, when, how surely. What goes on after that depends on when the monitor was stopped. */
const gist = ({ detector, channel, device, tags, since, beganAt, certainty, alarm, explanation: { title } }: Finding): string =>
  JSON.stringify({ detector, channel, device, tags, since, beganAt, certainty, alarm, title });

async function scadawatch(...argv: readonly string[]): Promise<void> {
  const before = process.exitCode;
  process.exitCode = undefined;
  await main(['node', 'scadawatch', ...argv]);
  expect(process.exitCode).toBeUndefined();
  process.exitCode = before;
}

it('evidence of a monitor that ran on real sockets leads to what that monitor found, and has the packets of the write', async (test) => {
  const tshark = requirePeer('tshark', test);
  const dir = await mkdtemp(join(tmpdir(), 'evidence-live-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const tank = new TinyPlant();
  tank.set('SP', 5);
  await using server = await startModbusServer({ plant: tank, controller: 'plc1', unit: 1 }, testContext());
  await using tap = await startTap({ host: '127.0.0.1', port: 0, mirrored: [server.port] }, testContext());
  const file = join(dir, 'plant.yaml');
  await writeFile(file, plantOf(server.port, tap.port));
  const config = await loadConfig(file, { registry, environment: {} });
  const data = join(dir, 'data');

  const found = new Map<string, Finding>();
  let incident = '';
  const began = (detector: string): boolean => [...found.values()].some((finding) => finding.detector === detector);
  {
    await using serving = await serve({
      config,
      dataDir: data,
      clock: systemClock,
      logger: silentLogger,
      seed: 1,
      onFindings: (changes) => {
        for (const { finding } of changes) found.set(finding.id, finding);
      },
    });
    const { view } = serving.monitor;
    await expect.poll(() => view.devices().every(({ state }) => state === 'up'), { timeout: 60_000 }).toBe(true);
    // seconds pass between what happens
    const passed = async (ms: number): Promise<void> => {
      const from = systemClock.now();
      await expect.poll(() => (view.latest.receiveTime[0] ?? 0) - from, { timeout: 60_000 }).toBeGreaterThan(ms);
    };
    await passed(1_500);
    await using stranger = await RawModbus.open(server.port);
    // writes 9 m, then walks over addresses that are not there until both are noticed
    await stranger.ask([16, 0, 0, 0, 2, 4, 0x41, 0x10, 0, 0]);
    tank.step(1);
    for (let address = 1_000; !began('traffic') || !began('limits'); address += 10) {
      expect(address).toBeLessThan(60_000);
      await stranger.ask([3, address >> 8, address & 0xff, 0, 1]);
    }
    await stranger.ask([16, 0, 0, 0, 2, 4, 0x40, 0xa0, 0, 0]);
    tank.step(1);
    await passed(2_500);
    expect(view.latest.value[0]).toBe(5);
    incident = (await view.alerts.find({ limit: 100 })).find(({ network }) => network)?.incident ?? '';
  }

  // another program reads the packets, among them the writes of 9 and 5 m with their values
  const packets = join(dir, 'case.pcapng');
  await scadawatch('case', file, '--data', data, '--incident', incident, '--out', packets);
  const rules = ['-d', `tcp.port==${server.port},mbtcp`, '-Y', 'modbus.func_code == 16', '-T', 'fields', '-e', 'tcp.payload'];
  const expectWrites = (capture: string): void => {
    const read = execFileSync(tshark.path, ['-r', capture, ...rules], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    for (const written of ['1000000002044110', '10000000020440a0']) expect(read).toContain(written);
  };
  expectWrites(packets);
  const html = join(dir, 'case.html');
  await scadawatch('case', file, '--data', data, '--incident', incident, '--out', html);
  const [, attached = ''] = /href="data:application\/vnd.tcpdump.pcap;base64,([^"]+)"/.exec(await readFile(html, 'utf8')) ?? [];
  expect(Buffer.from(attached, 'base64').equals(await readFile(packets))).toBe(true);

  const out = join(dir, 'live.jsonl.gz');
  await scadawatch('evidence', 'export', file, '--data', data, '--out', out, '--from', '1h');
  const extracted = join(dir, 'evidence.pcapng');
  await scadawatch('evidence', 'check', out, '--packets', extracted);
  expectWrites(extracted);
  const without = join(dir, 'without.jsonl.gz');
  await scadawatch('evidence', 'export', file, '--data', data, '--out', without, '--from', '1h', '--no-packets');
  expect(gunzipSync(await readFile(without)).toString()).not.toContain('"kind":"packets"');
  const recorded = gunzipSync(await readFile(out))
    .toString()
    .trimEnd()
    .split('\n');
  const clocks = recorded.map((line) => JSON.parse(line) as ClockLine).filter(({ kind }) => kind === 'clock');
  expect(clocks.length).toBeGreaterThan(0);
  // of this very process, whose monotonic time and time of day are told as they are
  const ahead = systemClock.now() - systemClock.monotonic();
  for (const { at, wallMs, monotonicMs } of clocks) {
    // two readings of one clock, which a busy machine can separate
    expect(Math.abs(wallMs - at)).toBeLessThan(1_000);
    expect(Math.abs(wallMs - monotonicMs - ahead)).toBeLessThan(60_000);
  }
  const replay = async (): Promise<string[]> => {
    const lines = join(dir, 'found.jsonl');
    await scadawatch('replay', file, '--data', data, '--input', out, '--out', lines);
    return (await readFile(lines, 'utf8')).trimEnd().split('\n');
  };
  const replayed = await replay();
  expect(await replay()).toEqual(replayed);
  expect(replayed.map((line) => gist(JSON.parse(line) as Finding))).toEqual([...found.values()].map(gist));
  expect(replayed.length).toBeGreaterThanOrEqual(2);
}, 300_000);
