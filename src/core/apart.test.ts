import { expect, it } from 'vitest';
import type { HostileCalls } from '../../test/support/hostile-thread.ts';
import { workApart } from './apart.ts';
import { ScadaError } from './errors.ts';

const module = new URL('../../test/support/hostile-thread.ts', import.meta.url);

const call = (
  name: keyof HostileCalls,
  args: null | readonly [number, number],
  limits: { readonly deadlineMs?: number; readonly mostMb?: number; readonly signal?: AbortSignal } = {},
): Promise<unknown> =>
  workApart<HostileCalls, unknown>(
    module,
    {
      name: 'test',
      deadlineMs: 60_000,
      mostMb: 64,
      fail: (reason) => new ScadaError('config', 'INPUT_INVALID', `a.yaml ${reason}`),
      ...limits,
    },
    (thread) => thread.call(name, args),
  );

it('returns the result of the thread, or its error', async () => {
  expect(await call('add', [1, 2])).toBe(3);
  await expect(call('fail', null)).rejects.toThrow('it is broken');
});

it('ends a thread at its deadline, at its memory and at the signal, with a sentence', async () => {
  await expect(call('forever', null, { deadlineMs: 2_000 })).rejects.toThrow('a.yaml was not read within 2 s');
  await expect(call('memory', null)).rejects.toThrow('a.yaml needs more than 64 MB of memory');
  await expect(call('forever', null, { signal: AbortSignal.timeout(1_000) })).rejects.toThrow(/abort|timeout/i);
});
