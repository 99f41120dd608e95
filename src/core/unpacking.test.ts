import { createGunzip, gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesWithin, longestLine } from './unpacking.ts';

const refuse = (what: string): Error => new Error(what);
async function* unpacked(packed: Buffer): AsyncGenerator<string> {
  for await (const chunk of Readable.from([packed]).pipe(createGunzip()).setEncoding('utf8')) yield String(chunk);
}
async function linesOf(packed: Buffer, mostBytes?: number): Promise<{ lines: string[]; rest: string }> {
  const lines: string[] = [];
  let rest = '';
  for await (const line of linesWithin(unpacked(packed), refuse, (text) => void (rest = text), mostBytes)) lines.push(line);
  return { lines, rest };
}

describe('lines of an unpacked file', () => {
  it('are those of the text for any split into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), fc.string(), async (parts, end) => {
        const texts = [...parts.map((text) => text.replaceAll('\n', ' ')), end.replaceAll('\n', ' ')];
        const { lines, rest } = await linesOf(gzipSync(texts.join('\n')));
        expect([...lines, rest]).toEqual(texts);
      }),
      { seed: 5, numRuns: 50 },
    );
  });

  it('end at the stated size and at a line without an end', async () => {
    const bomb = gzipSync(Buffer.alloc(longestLine + 1, 'a'));
    await expect(linesOf(bomb)).rejects.toThrow('one of its lines has no end');
    const many = gzipSync('x\n'.repeat(1_000_000));
    await expect(linesOf(many, 1_999_999)).rejects.toThrow('it unpacks to more than 1999999 bytes');
    expect((await linesOf(many, 2_000_000)).lines).toHaveLength(1_000_000);
  });
});
