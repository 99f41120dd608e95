import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Span } from '../../core/traffic.ts';
import { silentLogger } from '../../core/plugin.ts';
import type { DamagedPackets } from '../../core/packets.ts';
import { packetParts, PacketRing, readPackets } from './index.ts';
import { packetsOf } from './read-blocks.ts';

const start = Date.UTC(2026, 10, 28);
const minute = 60_000;
const mb = 1_048_576;
const { signal } = new AbortController();

let dir = '';
beforeEach(() => (dir = join(mkdtempSync(join(tmpdir(), 'scadawatch-packets-')), 'packets')));
afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }));

const open = (ringBytes = mb, heldBytes = mb) => PacketRing.open({ dir, ringBytes, heldBytes, logger: silentLogger });

/** A packet whose bytes name its time, within other bytes. */
function put(ring: PacketRing, seconds: number, { tap = 'TAP', size = 8, linkType = 1 } = {}): void {
  const bytes = Buffer.alloc(size + 2);
  bytes.write(String(seconds), 1);
  ring.take(tap, start + 1_000 * seconds, { bytes, start: 1, end: size + 1, wireLength: size + 100, linkType });
}

async function read(spans: readonly Span[], mostBytes = mb) {
  const { file, damaged } = await readPackets(dir, { spans, mostBytes }, signal);
  const packets = file === undefined ? [] : [...packetsOf(file.content)];
  return { file, damaged, seconds: packets.map(({ time }) => (time - start) / 1_000) };
}
const around = (seconds: number, ms = minute): Span => ({ from: start + 1_000 * seconds - ms, to: start + 1_000 * seconds + ms });
const all = around(0, 1_000 * minute);
const names = (folder: string): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.pcapng'));

it('packets of a span are one file in the order of time, with each tap and link type', async () => {
  await using ring = await open();
  put(ring, 1);
  put(ring, 2, { tap: 'OTHER', linkType: 113 });
  put(ring, 1.5);
  put(ring, 70);
  await ring.flush(start + 70_000);
  const { file, seconds } = await read([{ from: start + 1_000, to: start + 70_000 }]);
  expect(seconds).toEqual([1, 1.5, 2]);
  expect(file).toMatchObject({ packets: 3, from: start + 1_000, to: start + 2_000, more: false });
  expect(file?.content.includes('OTHER')).toBe(true);
  expect((await read([around(-500)])).file).toBeUndefined();
});

it('parts of a span have each of its packets once, also those of held files, and are one file in a row', async () => {
  await using ring = await open();
  ring.hold(around(10, 1_000));
  for (const seconds of [0, 10, 11, 59, 61, 62, 63, 122, 130]) put(ring, seconds, { size: 1_000 });
  await ring.flush(start + 300_000);
  expect(names(join(dir, 'held'))).toHaveLength(1);
  const parts = [];
  const span = { from: start + 10_000, to: start + 122_000 };
  const damages: DamagedPackets[] = [];
  for await (const part of packetParts(dir, span, 2_000, signal, (one) => damages.push(one))) parts.push(part);
  const secondsOf = (content: Buffer): readonly number[] => [...packetsOf(content)].map(({ time }) => (time - start) / 1_000);
  expect(parts.map(({ content }) => secondsOf(content))).toEqual([[10, 11], [59], [61, 62], [63]]);
  expect(parts.map(({ from, to, packets }) => [(from - start) / 1_000, (to - start) / 1_000, packets])).toEqual([
    [10, 11, 2],
    [59, 59, 1],
    [61, 62, 2],
    [63, 63, 1],
  ]);
  expect(secondsOf(Buffer.concat(parts.map(({ content }) => content)))).toEqual([10, 11, 59, 61, 62, 63]);
  const [last = ''] = names(dir).toSorted().slice(-1);
  truncateSync(join(dir, last), readFileSync(join(dir, last)).length - 100);
  const rest = [];
  for await (const part of packetParts(dir, all, mb, signal, (one) => damages.push(one))) rest.push(...secondsOf(part.content));
  expect(rest).toEqual([0, 10, 11, 59, 61, 62, 63, 122]);
  expect(damages).toEqual([]);
});

it.each([
  // the block of a packet has 40 bytes here
  ['the length of a block', { at: [4], lost: [3] }],
  ['the length at its end', { at: [36], lost: [3] }],
  ['its type', { at: [0], lost: [3] }],
  ['the length of its packet', { at: [20], lost: [3] }],
  ['two blocks, of which the second describes a tap', { at: [4, 44], lost: [3, 4, 6] }],
])('damage of %s is stated, and the packets after it are read', async (_what, { at, lost }) => {
  const ring = await open();
  for (const seconds of [1, 2, 3]) put(ring, seconds);
  put(ring, 4, { tap: 'OTHER' });
  put(ring, 5);
  put(ring, 6, { tap: 'OTHER' });
  put(ring, 7, { tap: 'THIRD' });
  await ring[Symbol.asyncDispose]();
  const [name = ''] = names(dir);
  const content = readFileSync(join(dir, name));
  const block = [...packetsOf(content)].find(({ time }) => time === start + 3_000)?.block;
  const place = (block?.byteOffset ?? 0) - content.byteOffset;
  for (const damaged of at) content.writeUInt32LE(0xdead_beef, place + damaged);
  writeFileSync(join(dir, name), content);
  const damages: DamagedPackets[] = [];
  const times: number[] = [];
  for await (const part of packetParts(dir, all, mb, signal, (one) => damages.push(one)))
    times.push(...[...packetsOf(part.content)].map(({ time }) => (time - start) / 1_000));
  expect(times).toEqual([1, 2, 3, 4, 5, 6, 7].filter((seconds) => !lost.includes(seconds)));
  const next = Math.max(...lost) + 1;
  expect(damages).toEqual([
    { file: name, bytes: expect.any(Number) as number, after: start + 2_000, before: start + 1_000 * next },
  ]);
  const { file: whole, ...others } = await read([all]);
  expect(others).toEqual({ seconds: times, damaged: damages });
  expect(whole?.content.toString('latin1')).toContain(`${name} of the raw packets is damaged`);
  expect((await read([{ from: start, to: start + 2_000 }])).damaged).toEqual([]);
  // a span that ends before the damage has all of its packets
  const none: DamagedPackets[] = [];
  for await (const _part of packetParts(dir, { from: start, to: start + 2_000 }, mb, signal, (one) => none.push(one)));
  expect(none).toEqual([]);
});

it('the ring keeps the latest minutes within its bound, and held minutes beyond it', async () => {
  const ring = await open(6_000, 4_000);
  const second = async (seconds: number): Promise<void> => {
    put(ring, seconds, { size: 1_000 });
    await ring.flush(start + 1_000 * seconds);
  };
  await second(0);
  await second(61);
  // an act at 122 s: the minutes around it stay
  ring.hold(around(122, 30_000));
  for (let at = 122; at < 1_200; at += 61) await second(at);
  expect((await read([all])).seconds).toEqual([122, 854, 915, 976, 1_037, 1_098, 1_159]);
  expect(names(join(dir, 'held'))).toHaveLength(1);
  for (let at = 1_220; at < 1_800; at += 61) {
    ring.hold(around(at, 1_000));
    await second(at);
  }
  await second(1_900);
  // the oldest held ones make room for later ones
  const { ringBytes, heldBytes } = ring.usage();
  expect(ringBytes).toBeLessThanOrEqual(7_200);
  expect(heldBytes).toBeLessThanOrEqual(4_000);
  expect(names(join(dir, 'held'))).toHaveLength(3);
  await ring[Symbol.asyncDispose]();
  await using later = await open(6_000, 4_000);
  put(later, 2_000);
  await later.flush(start + 2_000_000);
  expect((await read([around(1_900)])).seconds).toEqual([1_900]);
  expect(names(join(dir, 'held'))).toHaveLength(3);
});

it('packets after an act are held too, also if the monitor is killed before their file is closed', async () => {
  const killed = await open();
  put(killed, 0);
  killed.hold(around(0));
  await killed.flush(start);
  put(killed, 30);
  await killed.flush(start + 30_000);
  await using ring = await open(2_000);
  ring.hold(around(0));
  for (let at = 45; at < 600; at += 15) {
    put(ring, at, { size: 200 });
    await ring.flush(start + 1_000 * at);
  }
  const { seconds } = await read([around(0)]);
  expect(seconds).toEqual([0, 30, 45]);
});

it('a block that a crash has cut off ends its file, and the rest is read', async () => {
  const ring = await open();
  for (const seconds of [1, 2, 3]) put(ring, seconds);
  await ring[Symbol.asyncDispose]();
  const [name = ''] = names(dir);
  truncateSync(join(dir, name), readFileSync(join(dir, name)).length - 5);
  await using later = await open();
  put(later, 4);
  await later.flush(start);
  expect((await read([all])).seconds).toEqual([1, 2, 4]);
});

it('a disk that fails is a fault, and nothing is lost while memory takes it', async () => {
  await using ring = await open();
  put(ring, 0);
  await ring.flush(start);
  expect(ring.fault()).toBeUndefined();
  // a folder is in the place of the file
  const [name = ''] = names(dir);
  rmSync(join(dir, name));
  mkdirSync(join(dir, name));
  put(ring, 1);
  await ring.flush(start + 1_000);
  expect(ring.fault()).toMatch(/EISDIR/);
  put(ring, 2);
  rmSync(join(dir, name), { recursive: true });
  await ring.flush(start + 2_000);
  expect(ring.fault()).toBeUndefined();
  expect(ring.usage().lost).toBe(0);
  for (let n = 0; n < 300; n++) put(ring, 3, { size: 65_000 });
  expect(ring.usage().lost).toBeGreaterThan(0);
  expect(ring.fault()).toBe('the network is faster than the disk');
  expect(ring.fault()).toBeUndefined();
});

it('of too many packets, those nearest to an act are returned', async () => {
  await using ring = await open();
  for (let seconds = 0; seconds < 100; seconds++) put(ring, seconds, { size: 68 });
  await ring.flush(start);
  const { file, seconds } = await read([around(50)], 500);
  expect(seconds).toEqual([48, 49, 50, 51, 52]);
  expect(file?.more).toBe(true);
  expect(file?.content.toString('latin1')).toContain('Further packets are left out');
});
