import { describe, expect, it } from 'vitest';
import { VirtualClock } from './clock.ts';
import { silentLogger } from './plugin.ts';
import { Random } from './random.ts';
import { TaskScope } from './scope.ts';
import { type PartStatus, Supervisor } from './supervisor.ts';

function supervise() {
  const clock = new VirtualClock(1_000);
  const supervisor = new Supervisor({ clock, random: new Random(7), logger: silentLogger });
  const seen: PartStatus[] = [];
  supervisor.subscribe((status) => seen.push(status));
  return { clock, supervisor, seen, states: () => seen.map(({ state }) => state) };
}

/** Ends only by the signal. */
const forever = async (signal: AbortSignal): Promise<void> => {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  await promise;
};

describe('a supervised part', () => {
  it('is restarted after a failure and counts as running after 5 s without failure', async () => {
    const { clock, supervisor, states } = supervise();
    await using scope = new TaskScope();
    let starts = 0;
    scope.start((stop) =>
      supervisor.run(
        'detect',
        async (signal) => {
          if (++starts === 1) throw new Error('the thread exited');
          await forever(signal);
        },
        stop,
      ),
    );
    await clock.advance(0);
    expect(supervisor.states()).toEqual([
      { name: 'detect', state: 'restarting', since: 1_000, restarts: 1, lastError: 'the thread exited' },
    ]);
    await clock.advance(400);
    expect(starts).toBe(2);
    expect(states()).toEqual(['restarting']);
    await clock.advance(5_000);
    expect(supervisor.states()).toMatchObject([{ state: 'running', restarts: 1, lastError: 'the thread exited' }]);
  });

  it('is restarted less often while it keeps failing, and counts as failed after five times', async () => {
    const { clock, supervisor, states } = supervise();
    await using scope = new TaskScope();
    const starts: number[] = [];
    scope.start((stop) =>
      supervisor.run(
        'store',
        async () => {
          starts.push(clock.monotonic());
          throw new Error('no space left on device');
        },
        stop,
      ),
    );
    await clock.advance(10_000);
    expect(states().slice(0, 5)).toEqual(['restarting', 'restarting', 'restarting', 'restarting', 'failed']);
    const pauses = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
    pauses.slice(1).forEach((pause, i) => expect(pause).toBeGreaterThan(pauses[i] ?? 0));
    await clock.advance(600_000);
    const later = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
    expect(Math.max(...later)).toBeLessThanOrEqual(30_000 * 1.25);
  });

  it('is restarted without delay after it was stable', async () => {
    const { clock, supervisor } = supervise();
    await using scope = new TaskScope();
    const starts: number[] = [];
    scope.start((stop) =>
      supervisor.run(
        'serve',
        async (signal) => {
          starts.push(clock.monotonic());
          await clock.sleep(starts.length <= 4 ? 10 : 61_000, signal);
          throw new Error('closed');
        },
        stop,
      ),
    );
    await clock.advance(80_000);
    const [fifth = 0, sixth = 0] = starts.slice(4);
    expect(sixth - fifth - 61_000).toBeLessThan(400);
  });

  it('ends with its signal, also during a pause, without effect on other parts', async () => {
    const { clock, supervisor } = supervise();
    const scope = new TaskScope();
    scope.start((stop) => supervisor.run('collect', forever, stop));
    scope.start((stop) => supervisor.run('store', () => Promise.reject(new Error('gone')), stop));
    await clock.advance(60_000);
    expect(supervisor.states()).toMatchObject([
      { name: 'collect', state: 'running', restarts: 0 },
      { name: 'store', state: 'failed' },
    ]);
    await scope[Symbol.asyncDispose]();
  });

  it('that restarts by itself reports its failures through its handle', () => {
    const { supervisor, states } = supervise();
    const part = supervisor.part('notify webhook-1');
    part.recovered();
    part.failed(new Error('503'));
    part.failed(new Error('503'));
    part.recovered();
    expect(states()).toEqual(['restarting', 'restarting', 'running']);
    expect(supervisor.part('notify webhook-1')).toBe(part);
  });

  it('notifies every listener, also after one that throws', () => {
    const clock = new VirtualClock(0);
    const supervisor = new Supervisor({ clock, random: new Random(1), logger: silentLogger });
    const seen: string[] = [];
    supervisor.subscribe(() => {
      throw new Error('a listener');
    });
    supervisor.subscribe(({ name }) => seen.push(name));
    supervisor.part('state').failed(new Error('SQLITE_BUSY'));
    expect(seen).toEqual(['state']);
  });
});
