import { beforeEach, expect, it } from 'vitest';
import { scenarioOf } from '../../simulators/scenarios/index.ts';
import { VirtualClock } from '../core/clock.ts';
import type { LabControl, LabStatus } from '../core/lab.ts';
import type { MaintenancePlace, MaintenanceWindow } from '../core/maintenance.ts';
import { withMaintenance } from './lab-maintenance.ts';

const now = 1_000_000;
let open: MaintenanceWindow[];
let running: string | undefined;
let refused: string | undefined;
/** A scenario that the simulator has started by itself. */
let played: string | undefined;
let changed: () => void;
let control: LabControl;

beforeEach(() => {
  open = [];
  running = refused = played = undefined;
  const lab: LabControl = {
    scenarios: [scenarioOf('planned-restart'), scenarioOf('plc-restarts')],
    campaigns: [],
    startCampaign: async () => {},
    status: () => {
      const scenario = played ?? running;
      const campaign = played && { id: 'shift', title: '', startedAt: now, begun: 1 };
      return { running: scenario && { scenario, startedAt: now, endsAt: now }, campaign } as LabStatus;
    },
    lagMs: () => 0,
    onChange: (listener) => {
      changed = listener;
      return () => {};
    },
    setSpeed: async () => {},
    start: async (id) => {
      if (refused !== undefined) throw new Error(refused);
      running = await Promise.resolve(id);
    },
    stop: async () => void (running = await Promise.resolve(undefined)),
    reset: async () => void (running = await Promise.resolve(undefined)),
  };
  const maintenance = {
    open: () => open,
    begin: (place: MaintenancePlace, to: number, { role }: { readonly role: string }, reason: string) => {
      const window = { id: place.id, place, from: now, to, by: role, reason };
      open = [...open, window];
      return window;
    },
    end: (id: string) => void (open = open.filter((window) => window.id !== id)),
  };
  control = withMaintenance(lab, maintenance, new VirtualClock(now));
});

const places = (): readonly string[] => open.map(({ place, to }) => `${place.kind} ${place.id} ${(to - now) / 1_000}`);

it('opens the windows of a scenario that announces its work, and ends them when it is stopped', async () => {
  await control.start('planned-restart');
  expect(places()).toEqual(['equipment PLC1 1800', 'area pumping 1800', 'area network 1800']);
  expect(open[0]?.reason).toContain('Work order 2061');
  // one of them has run out, or a user has ended it
  open = open.slice(1);
  await control.stop();
  expect(places()).toEqual([]);
});

it('opens none for an attack, and keeps those of a user', async () => {
  const own = {
    id: 'own',
    place: { kind: 'equipment', id: 'CW' },
    from: now,
    to: now + 1_000,
    by: 'operator',
    reason: '',
  } as const;
  open = [own];
  await control.start('plc-restarts');
  await control.reset();
  expect(open).toEqual([own]);
});

it('leaves no window behind if the scenario is refused', async () => {
  refused = 'the simulator does not answer';
  await expect(control.start('planned-restart')).rejects.toThrow(refused);
  expect(places()).toEqual([]);
});

it('keeps the windows of the running scenario if another one is refused', async () => {
  await control.start('planned-restart');
  refused = 'planned-restart is running';
  await expect(control.start('plc-restarts')).rejects.toThrow(refused);
  expect(places()).toHaveLength(3);
});

it('opens the windows of a scenario that a campaign plays, once', () => {
  played = 'planned-restart';
  changed();
  const first = places();
  expect(first).not.toEqual([]);
  changed();
  expect(places()).toEqual(first);
});
