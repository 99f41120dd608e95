import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchOf, type Sample, samplesOf, tableOf } from '../../../test/support/samples.ts';
import type { Batch } from '../../core/batch.ts';
import { decodeJson, encodeJson } from '../../core/json.ts';
import { TagTable } from '../../core/tag.ts';
import { interfaceBlock, packetBlock, sectionBlock } from '../../storage/packets/pcapng.ts';
import { extractPackets } from './extract.ts';
import { checkEvidence, evidenceLines, writeEvidence } from './file.ts';
import { batchSchema, type Manifest, type Summary } from './format.ts';
import { inOrderOfReceipt } from './order.ts';
import { encodePacketsLine, PacketCounter, type PacketPart } from './packets.ts';
import { decodeBatchLine, encodeBatchLine, TextCodes } from './samples.ts';

const plain = tableOf({ plc1: ['LEVEL', 'PUMP', 'MODE'], plc2: ['FLOW'] });
const tags = new TagTable(plain.tags.map((tag) => (tag.name === 'MODE' ? { ...tag, kind: 'text' } : tag)));
const { signal } = new AbortController();

/** Any value of a tag: ordinary and special numbers, states, texts. */
const someSample = (names: readonly string[]): fc.Arbitrary<Sample> =>
  fc.oneof(
    fc.record({
      tag: fc.constantFrom(...names),
      time: fc.double({ noNaN: true }),
      received: fc.double({ noNaN: true }),
      quality: fc.nat(0xffffffff),
      value: fc.oneof(fc.double(), fc.constantFrom(0, 1, -0, Number.NaN, Infinity, -Infinity, 2 ** 53, 5e-324)),
    }),
    fc.record({
      tag: fc.constant('MODE'),
      time: fc.nat(),
      received: fc.nat(),
      quality: fc.nat(0xffffffff),
      value: fc.constant(0),
      text: fc.string({ unit: 'binary' }),
    }),
  );

const decode = (line: string): Batch =>
  decodeBatchLine(batchSchema.parse(decodeJson(line)), (name) => tags.indexOf(name), new TextCodes(tags));

describe('a batch in evidence', () => {
  it('is restored bit for bit, with texts under the codes of the reading process', () => {
    fc.assert(
      fc.property(fc.array(someSample(['LEVEL', 'PUMP']), { maxLength: 40 }), (samples) => {
        const back = decode(encodeBatchLine(batchOf(tags, 'plc1', samples), tags));
        expect(back.device).toBe('plc1');
        const codes = new TextCodes(tags);
        const expected = samples.map((sample) =>
          sample.text === undefined ? sample : { ...sample, value: codes.codeOf(2, sample.text, 0) },
        );
        // compared by Object.is: NaN equals NaN, and -0 differs from 0
        expect(samplesOf(tags, back)).toEqual(expected);
      }),
      { seed: 21, numRuns: 300 },
    );
  });

  it('is refused if columns differ in length or are not numeric', () => {
    const line = decodeJson(encodeBatchLine(batchOf(tags, 'plc1', [{ tag: 'LEVEL', time: 1, value: 2 }]), tags)) as object;
    expect(batchSchema.safeParse(line).success).toBe(true);
    expect(batchSchema.safeParse({ ...line, value: [] }).success).toBe(false);
    expect(batchSchema.safeParse({ ...line, value: ['2'] }).success).toBe(false);
  });
});

/** Output of a historian: samples by source time; consecutive samples of one device form one batch. */
async function* scanOf(samples: readonly (Sample & { device: string })[]): AsyncGenerator<Batch> {
  const sorted = samples.toSorted((a, b) => a.time - b.time);
  for (let begin = 0, end = 0; begin < sorted.length; begin = end) {
    const device = sorted[begin]?.device ?? '';
    while (sorted[end]?.device === device) end++;
    yield batchOf(tags, device, sorted.slice(begin, end));
  }
}

const placed = fc
  .record({
    tag: fc.constantFrom('LEVEL', 'PUMP', 'FLOW'),
    time: fc.nat(3_000),
    lag: fc.oneof(fc.nat(20), fc.nat(2_000)),
    value: fc.nat(),
  })
  .map(({ tag, time, lag, value }) => ({ tag, time, received: time + lag, value, device: tag === 'FLOW' ? 'plc2' : 'plc1' }));

describe('the order of samples', () => {
  it('is that of receipt: each once, with gaps, per device; low memory only delays some', async () => {
    const period = { from: 500, to: 2_500 };
    await fc.assert(
      fc.asyncProperty(fc.array(placed, { maxLength: 200 }), fc.constantFrom(1, 7, 1_000), async (samples, bound) => {
        let misplaced = 0;
        let last = -Infinity;
        const seen: string[] = [];
        for await (const { time, batch } of inOrderOfReceipt(scanOf(samples), period, tags, () => misplaced++, bound)) {
          expect(time).toBeGreaterThanOrEqual(last);
          last = time;
          for (const { tag, time: source, received, value } of samplesOf(tags, batch)) {
            expect(received).toBeLessThanOrEqual(time);
            expect(tags.at(tags.indexOf(tag) ?? 0).device).toBe(batch.device);
            if (bound === 1_000) expect(received).toBe(time);
            seen.push(`${tag} ${source} ${received} ${value}`);
          }
        }
        const wanted = samples.filter(({ received }) => received >= period.from && received < period.to);
        expect(seen.toSorted()).toEqual(wanted.map((one) => `${one.tag} ${one.time} ${one.received} ${one.value}`).toSorted());
        if (bound === 1_000) expect(misplaced).toBe(0);
      }),
      { seed: 22, numRuns: 150 },
    );
  });
});

const manifest: Manifest = {
  kind: 'manifest',
  format: 'scadawatch-evidence',
  version: 1,
  site: 'Test',
  exported: { at: 0 },
  tool: { name: 'scadawatch', version: '0', node: 'v24' },
  period: { from: 0, to: 1 },
  alerts: [],
  configuration: { file: 'plant.yaml', sha256: '' },
  clock: '',
  historian: 'duckdb',
  tags: [],
};
const summary: Summary = {
  kind: 'summary',
  samples: { count: 0, batches: 0 },
  events: { count: 0 },
  tags: {},
  alertChanges: 0,
  misplaced: 0,
  damaged: [],
};

/** Packets with these times. */
function packetFile(...times: readonly number[]): PacketPart {
  const bytes = Buffer.from('a packet of some bytes');
  const packet = { bytes, start: 0, end: bytes.length, wireLength: bytes.length, linkType: 1 };
  const blocks = times.map((time) => packetBlock(0, time, packet));
  const content = Buffer.concat([sectionBlock(), interfaceBlock('TAP', 1), ...blocks]);
  return { content, packets: times.length, from: times[0] ?? 0, to: times.at(-1) ?? 0 };
}

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const seen: string[] = [];
  for await (const line of lines) seen.push(line);
  return seen;
}

describe('an evidence file', () => {
  let dir = '';
  let file = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'evidence-'));
    file = join(dir, 'one.jsonl.gz');
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  async function* lines(head: object = manifest): AsyncGenerator<string> {
    yield encodeJson(head);
    for (let i = 0; i < 5_000; i++)
      yield JSON.stringify({ kind: 'event', at: i, event: { type: 'clock', time: i, offsetMs: i } });
    yield encodeJson(summary);
  }
  const write = (head?: object): Promise<string> => writeEvidence(file, lines(head), signal);

  it('returns every line, and the hash that other tools compute', async () => {
    const sha256 = await write();
    expect(await all(evidenceLines(file, signal))).toEqual(await all(lines()));
    expect(await checkEvidence(file, signal)).toEqual({ manifest, summary, sha256 });
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('is refused if any byte of its contents was altered or its end is missing', async () => {
    await write();
    const contents = gunzipSync(await readFile(file));
    const packed = await readFile(file);
    const alterations: Buffer[] = [];
    for (const at of [
      0,
      1,
      60,
      Math.floor(contents.length / 2),
      contents.length - 200,
      contents.length - 30,
      contents.length - 1,
    ]) {
      const altered = Buffer.from(contents);
      altered[at] = (altered[at] ?? 0) ^ 1;
      alterations.push(gzipSync(altered));
    }
    for (const at of [0, 20, Math.floor(packed.length / 2), packed.length - 5]) {
      const altered = Buffer.from(packed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      alterations.push(altered);
    }
    const text = contents.toString().split('\n');
    alterations.push(gzipSync(text.toSpliced(7, 1).join('\n')), gzipSync(text.toSpliced(-2, 1).join('\n')), gzipSync(''));
    alterations.push(gzipSync(`${contents.toString()}${text[5] ?? ''}\n`), Buffer.from('t,LEVEL\n1,2\n'));
    for (const [i, bytes] of alterations.entries()) {
      await writeFile(file, bytes);
      await expect(checkEvidence(file, signal), `alteration ${i}`).rejects.toMatchObject({
        kind: 'config',
        code: 'INPUT_INVALID',
        message: expect.stringContaining(file),
        hint: expect.stringContaining('copy it again'),
      });
    }
    await writeFile(file, packed);
    await truncate(file, packed.length - 100);
    await expect(checkEvidence(file, signal)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('returns its raw packets, and is refused if they are not those that it states, whatever its hash is', async () => {
    const parts = [packetFile(20), packetFile(30, 40)];
    const counter = new PacketCounter();
    for (const part of parts) counter.add(part);
    const [one = '', two = ''] = parts.map(encodePacketsLine);
    const stated = { ...summary, packets: counter.summary() };
    const made = async (...contents: readonly string[]): Promise<void> => {
      await rm(file, { force: true });
      async function* all(): AsyncGenerator<string> {
        yield* contents;
      }
      await writeEvidence(file, all(), signal);
    };
    await made(encodeJson(manifest), one, two, encodeJson(stated));
    expect((await checkEvidence(file, signal)).summary.packets).toMatchObject({ count: 3, first: 20, last: 40 });
    const out = join(dir, 'packets.pcapng');
    await extractPackets(file, out, signal);
    expect(await readFile(out)).toEqual(Buffer.concat(parts.map(({ content }) => content)));
    await expect(extractPackets(file, out, signal)).rejects.toThrow(/is there already/);

    const line = decodeJson(two) as { content: string };
    const other = `${line.content.slice(0, -20)}AAAA${line.content.slice(-16)}`;
    const altered: readonly (readonly string[])[] = [
      [one, encodeJson(stated)],
      [one, two, encodeJson(summary)],
      [two, one, encodeJson(stated)],
      [one, encodeJson({ ...line, packets: 3 }), encodeJson(stated)],
      [one, encodeJson({ ...line, from: 31 }), encodeJson(stated)],
      [one, encodeJson({ ...line, content: other }), encodeJson(stated)],
      [one, '{"kind":"packets"}', encodeJson(stated)],
      [one, '{"kind":"packets"', encodeJson(stated)],
    ];
    for (const [i, contents] of altered.entries()) {
      await made(encodeJson(manifest), ...contents);
      await expect(checkEvidence(file, signal), `alteration ${i}`).rejects.toThrow(/packets/);
    }
  });

  it('is refused if lines are not of its format, which are counted and named, whatever its hash is', async () => {
    const event = { kind: 'event', at: 1, event: { type: 'clock', time: 1, offsetMs: 1 } };
    const column = { tag: ['LT'], value: [1], quality: [0], sourceTime: [1], receiveTime: [1] };
    const batch = { kind: 'batch', device: 'plc', ...column };
    const made = async (...between: readonly string[]): Promise<unknown> => {
      await rm(file, { force: true });
      async function* all(): AsyncGenerator<string> {
        yield* [encodeJson(manifest), ...between, encodeJson(summary)];
      }
      await writeEvidence(file, all(), signal);
      return await checkEvidence(file, signal).then(
        () => 'used',
        (thrown: Error) => thrown.message.replace(`${file} cannot be used as evidence: `, ''),
      );
    };
    const [good, samples] = [encodeJson(event), encodeJson(batch)];
    expect(await made(good, samples, '{"id":"ALT-1","kind":"alert"}')).toBe('used');
    expect(await made(good, '{"kind":"bat', samples)).toBe('line 3 is not JSON');
    expect(await made(good, '')).toBe('line 3 is not JSON');
    expect(await made('7', 'null')).toBe('line 2 has no kind; line 3 has no kind');
    expect(await made('{"kind":"__proto__"}')).toBe('line 2 has the unknown kind "__proto__"');
    expect(await made(good, encodeJson({ ...event, at: 'x' }))).toBe('line 3 is an event without its type and times');
    expect(await made(encodeJson({ ...event, at: 1e300 }))).toMatch(
      /^line 2 has an event with the time 1e\+300, which is no time/,
    );
    expect(await made(encodeJson({ ...batch, value: [] }))).toBe('line 2 is a batch without columns of one length');
    expect(await made(encodeJson({ ...batch, receiveTime: [Number.NaN] }))).toMatch(/^line 2 has a sample with the time NaN/);
    expect(await made(...Array.from({ length: 40 }, () => '{}'))).toMatch(/^line 2 has no kind; .*; and 35 more lines are odd$/);
  });

  it('of a later version is refused and names the version to use', async () => {
    await write({ ...manifest, version: 2, tool: { ...manifest.tool, version: '9.1' } });
    await expect(checkEvidence(file, signal)).rejects.toMatchObject({ hint: expect.stringContaining('scadawatch 9.1') });
  });

  it('does not overwrite a file, and does not exist if it could not be completed', async () => {
    await write();
    const before = await readFile(file);
    await expect(write()).rejects.toThrow(/is there already/);
    expect(await readFile(file)).toEqual(before);
    file = join(dir, 'other.jsonl.gz');
    async function* broken(): AsyncGenerator<string> {
      yield* lines();
      throw new Error('the store is away');
    }
    await expect(writeEvidence(file, broken(), signal)).rejects.toThrow(/the store is away/);
    await expect(stat(file)).rejects.toThrow(/ENOENT/);
    await expect(writeEvidence(join(dir, 'no', 'x.jsonl.gz'), lines(), signal)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
