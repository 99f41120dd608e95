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
  const announce = (id: string): void => {
    end();
    const works = lab.scenarios.find((scenario) => scenario.id === id)?.maintenance ?? [];
    for (const { place, lastsS, reason } of works)
      windows = [...windows, maintenance.begin(place, clock.now() + lastsS * 1_000, monitor, reason)];
  };
  let begunAt: number | undefined;
  // the simulator starts the scenarios of a campaign by itself
  lab.onChange(() => {
    const { campaign, running } = lab.status();
    if (campaign === undefined || running === undefined || running.startedAt === begunAt) return;
    begunAt = running.startedAt;
    try {
      announce(running.scenario);
    } catch {
      // a refused window does not end the campaign: its work has alerts then
      end();
    }
  });
  return labWith(lab, {
    start: async (id) => {
      // a running scenario keeps its windows if another one is refused
      const { campaign, running } = lab.status();
      if (running !== undefined || campaign !== undefined) return await lab.start(id);
      try {
        announce(id);
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
