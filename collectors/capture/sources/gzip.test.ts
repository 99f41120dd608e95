import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { unpacked } from './gzip.ts';

async function sizeOf(packed: Buffer, mostBytes: number): Promise<number> {
  async function* chunks(): AsyncGenerator<Buffer> {
    yield packed;
  }
  let size = 0;
  for await (const chunk of unpacked(chunks(), 'bomb.pcap.gz', mostBytes)) size += chunk.length;
  return size;
}

it('a capture that unpacks to more than the stated size is refused at that size', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20));
  expect(bomb.length).toBeLessThan(100_000);
  expect(await sizeOf(bomb, 64 * 2 ** 20)).toBe(64 * 2 ** 20);
  await expect(sizeOf(bomb, 2 ** 20)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringMatching(/^bomb\.pcap\.gz: byte \d+: it unpacks to more than 1048576 bytes$/),
  });
});
