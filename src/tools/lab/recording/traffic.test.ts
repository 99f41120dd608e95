import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCapture } from '../../../../collectors/capture/index.ts';
import { plantOf } from '../../../../simulators/plants/index.ts';
import { requirePeer } from '../../../../test/support/peers.ts';
import { registry } from '../../../app/registry.ts';
import { loadConfig } from '../../../config/load.ts';
import type { WireEvent } from '../../../core/wire.ts';
import { exercise } from '../exercise.ts';
import { PacketFile } from './packet-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-traffic-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const step = (at: number, actor: string, operation: string, rest: string): string =>
  `  - {at: ${at}s, actor: ${actor}, protocol: modbus, operation: ${operation}, ${rest}, text: ${operation}}`;
const scenario = `
id: many-acts
plant: waterworks
kind: attack
title: Acts on the network
description: An attacker scans, writes, takes connections and drops replies.
techniques: [T0836]
physicalResult: None in a minute.
difficulty: 1
duration: 40s
steps:
${[
  step(2, 'operator', 'display', 'controller: rtu2, targets: [PRV1.SP]'),
  step(5, 'attacker', 'scan', 'controller: plc1, addresses: [0, 99]'),
  step(10, 'attacker', 'write', 'controller: plc1, target: CL.SP, value: 0.3'),
  step(12, 'attacker', 'restart', 'controller: plc1'),
  step(15, 'operator', 'blank', 'controller: rtu2'),
  step(20, 'attacker', 'connect', 'controller: rtu2, connections: 40'),
  step(25, 'attacker', 'block', 'controller: rtu2'),
].join('\n')}
truth:
  - {from: 10s, to: 40s, tags: [CL.SP], equipment: [CL]}
`;
const { example, ports } = plantOf('waterworks');
const configOf = async (path: string) => await loadConfig(path, { registry, environment: { SCADAWATCH_UA1_PASSPHRASE: 'none' } });
const { tags } = await configOf(example.pathname);
const events: WireEvent[] = [];
const samples = new Map<string, number>();
const startedAt = Date.UTC(2026, 10, 24, 7);

beforeAll(async () => {
  const file = join(dir, 'many-acts.yaml');
  writeFileSync(file, scenario);
  await exercise(file, { hour: 7 }, { dir: join(dir, 'one'), beforeS: 60, version: '1.2.3', configOf });
  const devices = ports.controllers.map(({ name, unit, port }) => ({
    name,
    type: 'modbus',
    config: { host: '127.0.0.1', port, unit },
  }));
  const options = { tap: 'TAP', tags, devices, periodMs: 0 };
  for await (const packet of readCapture(join(dir, 'one', 'traffic.pcap'), options, new AbortController().signal))
    events.push(...packet.events);
  for (const line of readFileSync(join(dir, 'one', 'samples.csv'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)) {
    const [time = '', tag = '', value] = line.split(',');
    samples.set(`${Date.parse(time)} ${tag}`, Number(value));
  }
});

const ofType = <Type extends WireEvent['type']>(type: Type) =>
  events.filter((event): event is Extract<WireEvent, { type: Type }> => event.type === type);
const secondOf = ({ time }: { readonly time: number }): number => Math.floor((time - startedAt) / 1_000);

it('shows the write of the attacker with its tag, its old and its new value, in the second of the step', () => {
  const writes = ofType('wire-write');
  expect(writes).toHaveLength(1);
  const [write] = writes;
  expect(write).toMatchObject({
    ends: { client: '127.0.0.66', server: '127.0.0.1', port: 5020, device: 'plc1' },
    operation: 'FC16',
    tag: tags.indexOf('CL.SP'),
    before: 1,
    after: Math.fround(0.3),
    accepted: true,
  });
  expect(write && secondOf(write)).toBe(10);
});

it('shows every sample of the controllers in a response of the same second', () => {
  const shown = new Set<string>();
  for (const { ends, time, readings } of ofType('wire-readings')) {
    if (ends.client !== '127.0.0.1') continue;
    const second = Math.floor(time / 1_000) * 1_000;
    for (const { tag, value } of readings) {
      const { name } = tags.at(tag);
      shown.add(name);
      expect(value, `${name} at ${new Date(second).toISOString()}`).toBeCloseTo(
        samples.get(`${second} ${name}`) ?? Number.NaN,
        6,
      );
    }
  }
  const polled = tags.tags.filter(({ device }) => ports.controllers.some(({ name }) => name === device));
  expect(polled.filter(({ name }) => !shown.has(name)).map(({ name }) => name)).toEqual([]);
});

it('shows scan, restart, display and held connections, with what controllers refused, and no damage', () => {
  const operations = (client: string): string[] => [
    ...new Set(
      ofType('wire-traffic').flatMap(({ ends, operation, first }) => (ends.client === client && first ? [operation] : [])),
    ),
  ];
  expect(operations('127.0.0.66')).toEqual(expect.arrayContaining(['FC43/14', 'FC3', 'FC4', 'FC16', 'FC8/1']));
  expect(operations('127.0.0.20')).toEqual(expect.arrayContaining(['FC3']));
  const faults = ofType('wire-fault');
  expect(new Set(faults.map(({ fault }) => fault))).toEqual(new Set(['exception']));
  expect(faults.every((fault) => fault.ends.client === '127.0.0.66' && secondOf(fault) === 5)).toBe(true);
  const connections = ofType('wire-connection').filter(({ ends }) => ends.client === '127.0.0.66' && ends.port === 5021);
  expect(connections.filter(({ state }) => state === 'opened')).toHaveLength(41);
  // the monitor and the attacker itself have places too
  expect(connections.filter((one) => one.state === 'closed' && secondOf(one) === 20)).toHaveLength(41 - 15);
});

it('has no samples of a controller whose replies are dropped', () => {
  const last = (device: string): number =>
    Math.max(
      ...[...samples.keys()]
        .map((key) => key.split(' '))
        .filter(([, name = '']) => tags.tags.find((tag) => tag.name === name)?.device === device)
        .map(([time]) => (Number(time) - startedAt) / 1_000),
    );
  expect([last('rtu2'), last('plc1')]).toEqual([25, 40]);
});

it('ends a capture file at its largest size, and states from when packets are missing', () => {
  const file = new PacketFile(join(dir, 'small.pcap'), 24 + 2 * 26);
  for (let i = 0; i < 5; i++) file.add(1_000 + i, Buffer.alloc(10));
  file.close();
  expect([file.packets, file.missingFrom]).toEqual([2, 1_002]);
  expect(readFileSync(join(dir, 'small.pcap'))).toHaveLength(76);
  expect(() => new PacketFile(join(dir, 'small.pcap'))).toThrow(/small\.pcap cannot be written: EEXIST/);
  const sheet = readFileSync(join(dir, 'one', 'datasheet.md'), 'utf8');
  expect(sheet).toContain('at most 2 GiB; it has all packets.');
  expect(sheet).toContain('tshark -r traffic.pcap -o mbtcp.tcp.port:5020,5021 -Y modbus');
});

it('is decoded by another program, as the datasheet states, without an error', async (context) => {
  const tshark = requirePeer('tshark', context);
  const lines = async (filter: string): Promise<readonly string[]> => {
    const checks = ['-o', 'mbtcp.tcp.port:5020,5021', '-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
    const args = ['-r', join(dir, 'one', 'traffic.pcap'), ...checks, '-Y', filter];
    const { stdout } = await promisify(execFile)(tshark.path, args);
    return stdout.split('\n').filter(Boolean);
  };
  expect(await lines('_ws.malformed || tcp.analysis.flags || tcp.checksum.status == 0 || ip.checksum.status == 0')).toEqual([]);
  expect(await lines('tcp.len > 0 && !modbus')).toEqual([]);
  expect(await lines('modbus.func_code == 16')).toEqual([
    expect.stringMatching(/127\.0\.0\.66 → 127\.0\.0\.1 .*Query: .*Unit: +1, Func: +16: Write Multiple Registers/),
    expect.stringMatching(/Response: .*Func: +16: Write Multiple Registers/),
  ]);
});
