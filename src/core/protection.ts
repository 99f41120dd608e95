import { isAllowed, type Permission, type Role } from './access.ts';
import { defaultShelvingMs } from './alert.ts';
import type { ReducingAct } from './approvals.ts';
import { formatDuration } from './format.ts';

const dayMs = 86_400_000;

/**
 * Bounds of what one person may hide alone. Beyond them, another person with the permission `approve` must agree. They count for operators;
 * with `alarms.secondPerson`, they count for everybody. A shift is `alarms.shelving`.
 */
export const hidingBounds = {
  /** Longest single act, shifts. */
  shifts: 1,
  /** Longest in all, shifts: of one alert, and of one part of the plant within `withinMs`. Plans count with their repetitions. */
  shiftsInAll: 2,
  withinMs: 7 * dayMs,
  /** Alerts that are shelved at once. */
  shelvedAtOnce: 30,
  /** Share of the tags, and of the devices, that maintenance takes out at once, planned maintenance included. */
  shareAtOnce: 1 / 3,
  /** Longest time that anybody may ask for, ms. */
  longestMs: 30 * dayMs,
} as const;

/** True for a role that the bounds do not hold unless a second person is configured: it may approve the acts of others. */
export const isUnbounded = (role: string): boolean => isAllowed(role as Role, 'approve');

interface Rule {
  readonly permission: Permission;
  readonly kinds: readonly ReducingAct['kind'][];
  readonly text: string;
}

/** Acts without a size: a person with the permission may do them, and with `alarms.secondPerson` another one must approve. */
const wholeActs: readonly Rule[] = [
  { permission: 'decide-baseline', kinds: ['unlearn', 'edit'], text: 'unlearn, or change the figures of a baseline entry' },
  { permission: 'decide-baseline', kinds: ['learn', 'episodes'], text: 'learn an alert as normal, decide about the calibration' },
  { permission: 'change-alarms', kinds: [], text: 'change alarm records' },
  { permission: 'approve-reference', kinds: ['reference'], text: 'approve or withdraw the reference set' },
  {
    permission: 'confirm-configuration',
    kinds: ['configuration'],
    text: 'confirm a changed file: limits, alarm budget, detectors, feeds, notifiers',
  },
];

/** Kinds of acts that are held by the bounds of hiding. */
export const hidingKinds = ['shelve', 'maintain', 'plan'] as const satisfies readonly ReducingAct['kind'][];

/** Rows of the documentation: act; alone as an operator; alone as another role that has the permission; with `alarms.secondPerson`. */
export function protectionTable(): readonly (readonly [string, string, string, string])[] {
  const { shifts, shiftsInAll, withinMs, shelvedAtOnce, shareAtOnce, longestMs } = hidingBounds;
  const longest = (by: number): string => formatDuration(by * defaultShelvingMs);
  const most = `up to ${formatDuration(longestMs)}`;
  return [
    [
      'shelve alerts',
      `${longest(shifts)}, ${longest(shiftsInAll)} in all for one alert, ${shelvedAtOnce} alerts at once`,
      most,
      'as an operator',
    ],
    [
      'maintenance, at once or planned',
      `${longest(shifts)}, ${longest(shiftsInAll)} in ${formatDuration(withinMs)} for one part, 1/${Math.round(1 / shareAtOnce)} of the tags and of the devices at once or one equipment or device`,
      most,
      'as an operator',
    ],
    ...wholeActs.map(({ text, permission }): [string, string, string, string] => [
      text,
      isAllowed('operator', permission) ? 'yes' : 'no',
      'yes',
      'no',
    ]),
  ];
}
