import { expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import { DiskAccess } from './disk-access.ts';

it('refuses what has not answered for 5 s, and never occupies more than its places', async () => {
  const clock = new VirtualClock(0);
  const disk = new DiskAccess(clock, 2);
  const begun: PromiseWithResolvers<number>[] = [];
  const unused: number[] = [];
  const access = (): Promise<number> => {
    const answer = Promise.withResolvers<number>();
    begun.push(answer);
    return answer.promise;
  };
  const refused = async (): Promise<void> =>
    await expect(disk.run(access, (late) => unused.push(late))).rejects.toMatchObject({
      kind: 'retryable',
      code: 'STATE_UNAVAILABLE',
      message: 'the disk has not answered for 5 s',
    });
  for (let round = 0; round < 3; round++) {
    const all = Promise.all([refused(), refused(), refused()]);
    await clock.advance(6_000);
    await all;
    expect(begun).toHaveLength(2);
  }
  expect(disk.isHanging).toBe(true);
  // the disk answers again
  for (const [number, answer] of begun.entries()) answer.resolve(number);
  expect(await disk.run(() => Promise.resolve('read'))).toBe('read');
  expect([unused, begun.length, disk.isHanging]).toEqual([[0, 1], 2, false]);
  await expect(disk.run(() => Promise.reject(new Error('EIO')))).rejects.toThrow('EIO');
  expect(await Promise.all([1, 2, 3].map((one) => disk.run(() => Promise.resolve(one))))).toEqual([1, 2, 3]);
});
