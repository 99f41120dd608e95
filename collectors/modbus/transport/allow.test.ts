import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRead, sendRead } from './allow.ts';
import { rtuFrame } from './frame.ts';

describe('the output of the collector', () => {
  it('permits only reads, byte for byte', () => {
    const pdu = fc.oneof(
      fc.uint8Array({ minLength: 0, maxLength: 12 }),
      fc
        .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 15, 16, 17, 22, 23, 43), fc.uint8Array({ maxLength: 6 }))
        .map(([code, rest]) => Uint8Array.from([code, ...rest])),
    );
    fc.assert(
      fc.property(pdu, (wanted) => {
        const stream = new PassThrough();
        const frame = rtuFrame(1, Buffer.from(wanted));
        const reads =
          (wanted.length === 5 && [1, 2, 3, 4].includes(wanted[0] ?? 0)) ||
          (wanted.length === 4 && wanted[0] === 43 && wanted[1] === 14) ||
          (wanted.length === 1 && wanted[0] === 17);
        if (reads) sendRead(stream, frame, { before: 1, after: 2 });
        else expect(() => sendRead(stream, frame, { before: 1, after: 2 })).toThrow(/only reads/);
        const sent = stream.read() as Buffer | null;
        expect(sent?.toString('hex')).toBe(reads ? frame.toString('hex') : undefined);
        expect(isRead(wanted)).toBe(reads);
      }),
      { seed: 9, numRuns: 2_000 },
    );
  });

  it('is the only place that writes to a stream', () => {
    const folder = join(import.meta.dirname, '..');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.test)\.ts$/.test(name));
    const writing = sources.filter((name) => /\.(write|end|cork)\(/.test(readFileSync(join(folder, name), 'utf8')));
    expect(writing).toEqual([join('transport', 'allow.ts')]);
    const calls = sources.flatMap(
      (name) => readFileSync(join(folder, name), 'utf8').match(/\bwriteFC\w+|\bwriteCustom\w+/g) ?? [],
    );
    expect(new Set(calls)).toEqual(new Set(['writeFC1', 'writeFC2', 'writeFC3', 'writeFC4']));
  });
});
