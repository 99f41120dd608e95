import type { Pose } from './geometry.ts';

/** Reason for which an arm waits. */
export type Wait = 'part' | 'zone' | 'pressed' | 'end';

/** A step of a robot program. Slow moves have 35 % of the speed. */
export type ProgramStep =
  | { readonly kind: 'move'; readonly pose: Pose; readonly slow: boolean; readonly reject?: Pose }
  | { readonly kind: 'wait'; readonly until: Wait }
  | { readonly kind: 'grip' | 'release' | 'inspect'; readonly seconds: number };

/** Speed of an approach, share of the override. */
export const approachSpeed = 0.35;

const move = (pose: Pose, slow = false): ProgramStep => ({ kind: 'move', pose, slow });
const outwards = (pose: Pose, reject: Pose, slow = false): ProgramStep => ({ kind: 'move', pose, slow, reject });
const wait = (until: Wait): ProgramStep => ({ kind: 'wait', until });

/** Arm 1: from the infeed to the fixture. */
const load: readonly ProgramStep[] = [
  wait('part'),
  move('pickAbove'),
  move('pick', true),
  { kind: 'grip', seconds: 0.35 },
  move('pickAbove', true),
  wait('zone'),
  move('placeAbove'),
  move('place', true),
  { kind: 'release', seconds: 0.25 },
  move('placeAbove', true),
  move('home'),
];

/** Arm 2: from the fixture to the outfeed, or to the reject bin. Its points are mirrored. */
const unload: readonly ProgramStep[] = [
  wait('pressed'),
  move('placeAbove'),
  move('place', true),
  { kind: 'grip', seconds: 0.35 },
  move('placeAbove', true),
  outwards('pickAbove', 'rejectAbove'),
  { kind: 'inspect', seconds: 0.4 },
  outwards('pick', 'reject', true),
  { kind: 'release', seconds: 0.25 },
  outwards('pickAbove', 'rejectAbove', true),
  move('home'),
];

/** An operator checks the taught place point with the pendant. */
const teach: readonly ProgramStep[] = [
  move('placeAbove'),
  move('place'),
  wait('end'),
  move('placeAbove'),
  move('home'),
  wait('end'),
];

export const programs = { work: [load, unload], teach } as const;
/** Step of `teach` at which the point is corrected. */
export const teachPoint = 2;
