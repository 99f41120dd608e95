import { expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import type { Finding } from '../core/finding.ts';
import { Keeping } from './keeping.ts';
import { SelfWatch } from './self-watch.ts';

const full = 'ENOSPC: no space left on device';

/** A monitor whose historian and disk fail on command. */
function watched() {
  const open = new Map<string, Finding>();
  const clock = new VirtualClock(0);
  const selfWatch = new SelfWatch(clock, ({ change, finding }) => {
    if (change === 'end') open.delete(finding.id);
    else open.set(finding.id, finding);
  });
  const faults: { alerts?: string | undefined; samples?: string | undefined; historian?: string | undefined } = {};
  const keeping = new Keeping(
    [
      { name: 'alerts and acts (wait in memory)', fault: () => faults.alerts },
      { name: 'samples', fault: () => faults.samples },
      { name: 'historian (samples wait on disk)', fault: () => faults.historian, hasOwnAlarm: true },
    ],
    selfWatch,
    () => '2026-12-03 12:04:30',
  );
  const historian = (fault: string | undefined): void => {
    faults.historian = fault;
    const state = fault === undefined ? 'running' : 'restarting';
    selfWatch.notePart({ name: 'store', state, since: 0, restarts: 1, lastError: fault });
  };
  return {
    faults,
    historian,
    check: () => keeping.check(),
    open: () => [...open.values()].map(({ explanation }) => explanation),
  };
}

it.each(['historian first', 'disk first'])('a full disk is one alarm, which names the historian too (%s)', (order) => {
  const { faults, historian, check, open } = watched();
  const steps = [() => historian(full), () => void (faults.alerts = full)];
  for (const step of order === 'disk first' ? steps.toReversed() : steps) {
    step();
    check();
    expect(open()).toHaveLength(1);
  }
  expect(open()).toMatchObject([
    {
      title: 'Monitor fault: data is not kept on disk',
      sentence: expect.stringMatching(/^Not kept since 2026-12-03 12:04:30: alerts and acts.*historian \(samples wait on disk\)/),
    },
  ]);
  // the disk accepts writes again, and the historian is still away
  faults.alerts = undefined;
  check();
  expect(open().map(({ title }) => title)).toEqual(['Monitor fault: historian is not available']);
  historian(undefined);
  check();
  expect(open()).toEqual([]);
});

it('a historian that is away has its own alarm while the disk accepts everything', () => {
  const { historian, check, open } = watched();
  historian('connection refused');
  check();
  expect(open().map(({ title }) => title)).toEqual(['Monitor fault: historian is not available']);
});
