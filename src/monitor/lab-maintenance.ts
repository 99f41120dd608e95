import type { Actor } from '../core/alert.ts';
import type { Clock } from '../core/clock.ts';
import type { LabControl } from '../core/lab.ts';
import type { MaintenanceControl, MaintenanceWindow } from '../core/maintenance.ts';
import { labWith } from './lab-control.ts';

const monitor: Actor = { role: 'monitor', session: 'monitor' };

/**
 * The control of a lab whose scenarios announce their work: the windows of maintenance of a scenario open before its first step, and end
 * at the latest when it is stopped.
 */
export function withMaintenance(
  lab: LabControl,
  maintenance: Pick<MaintenanceControl, 'begin' | 'end' | 'open'>,
  clock: Clock,
): LabControl {
  let windows: readonly MaintenanceWindow[] = [];
  const end = (): void => {
    const open = new Set(maintenance.open().map(({ id }) => id));
    for (const { id } of windows) if (open.has(id)) maintenance.end(id, monitor);
    windows = [];
  };
  return labWith(lab, {
    start: async (id) => {
      // a running scenario keeps its windows if another one is refused
      if (lab.status().running !== undefined) return await lab.start(id);
      end();
      const works = lab.scenarios.find((scenario) => scenario.id === id)?.maintenance ?? [];
      try {
        for (const { place, lastsS, reason } of works)
          windows = [...windows, maintenance.begin(place, clock.now() + lastsS * 1_000, monitor, reason)];
        await lab.start(id);
      } catch (thrown) {
        end();
        throw thrown;
      }
    },
    stop: async () => {
      await lab.stop();
      end();
    },
    reset: async () => {
      await lab.reset();
      end();
    },
  });
}
