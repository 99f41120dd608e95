import { type Act, performAct } from '../../plant-kit/acts.ts';
import { clamp } from '../../plant-kit/noise.ts';
import { begin, enter, restart } from './orders.ts';
import { at } from './points/index.ts';
import { operatingMode } from './safety/state.ts';
import type { ActsState, OrderStep, RobotCellState } from './state.ts';

export const initialActs = (): ActsState => ({
  personS: 0,
  stayS: 0,
  turnsBack: false,
  orders: [],
  starvedS: 0,
  blockedS: 0,
  overrideS: 0,
  camsBypassed: false,
  programError: 0,
  teaching: false,
});

const step = (inS: number, name: string, value: number): OrderStep => ({ inS, name, value });
const overrides = [at('R1.OVRSP'), at('R2.OVRSP')];

/** A person walks to the cell. @param turnsBack only into the warning field */
function walk(s: RobotCellState, stayS: number, turnsBack: boolean): void {
  if (s.acts.personS > 0) return;
  s.acts.personS = 1e-6;
  s.acts.stayS = clamp(stayS, 0, 600);
  s.acts.turnsBack = turnsBack;
}

/** Payload, program and override of a product. */
export const productSettings = (product: number): OrderStep[] =>
  [1, 2].flatMap((n) => [
    step(2, `C${n}.PROG`, product),
    step(2, `R${n}.MASSP`, product === 2 ? 5 : 2),
    step(2, `R${n}.OVRSP`, usualOverride(product)),
  ]);

/** Usual override of a product, %. */
export const usualOverride = (product: number): number => (product === 2 ? 80 : 100);

/** An operator moves arm 2 out of the fixture zone with its pendant. */
const outOfZone = [
  step(2, 'R2.CTRL', 1),
  step(1, 'R2.JAX', 1),
  step(1, 'R2.JOG', 30),
  step(8, 'R2.JOG', 0),
  step(2, 'R2.CTRL', 0),
];

/** Writes the override of both arms. */
export function setOverride(s: RobotCellState, percent: number): void {
  for (const n of [1, 2]) enter(s, `R${n}.OVRSP`, percent);
}

/** Named acts of operators, persons and machines. Those without an end of their own last until their counterpart. */
export const acts: Readonly<Record<string, Act<RobotCellState>>> = {
  'pass-curtain': {
    summary: 'an operator reaches through the light curtain; the cell stops and is restarted',
    value: { meaning: 'seconds in the cell', standard: 4 },
    run: (s, v) => {
      if (begin(s, restart(14 + clamp(v, 0, 600)))) walk(s, v, false);
    },
  },
  'person-enters': {
    summary: 'a person walks through the light curtain into the cell, and nobody restarts it',
    value: { meaning: 'seconds in the cell', standard: 20 },
    run: (s, v) => walk(s, v, false),
  },
  approach: {
    summary: 'a person walks into the warning field and turns back',
    value: { meaning: 'seconds in the field', standard: 20 },
    run: (s, v) => walk(s, v, true),
  },
  'estop-test': {
    summary: 'an operator stops the cell and tests an emergency stop button; the cell is restarted',
    value: { meaning: 'button 1–3', standard: 1 },
    run: (s, v) => {
      const button = clamp(Math.round(v), 1, 3);
      begin(s, [step(0, 'CELL.CMD', 2), step(5, 'estop', button), step(8, 'estop', -button), ...restart(4)]);
    },
  },
  estop: {
    summary: 'an emergency stop button is pressed; a negative number releases it',
    value: { meaning: 'button 1–3, or −1 to −3', standard: 1 },
    run: (s, v) => {
      const button = Math.abs(v) - 1;
      if (!(button in s.safety.buttons)) throw new RangeError(`there is no emergency stop button ${v}`);
      s.safety.buttons[button] = v > 0;
    },
  },
  recover: { summary: 'operators clear the cell, press the reset button and start it', run: (s) => void begin(s, restart(1)) },
  'pallet-load': {
    summary: 'a pallet is pushed through the muted light curtain',
    run: (s) =>
      void begin(s, [
        step(0, 'muting', 1),
        step(1, 'muting', 2),
        step(1, 'curtain', 1),
        step(5, 'curtain', 0),
        step(1, 'muting', 1),
        step(1, 'muting', 0),
      ]),
  },
  'touch-up': {
    summary: 'operators let the cell run empty, check the place point of arm 1 with the pendant in manual mode, and correct it',
    value: { meaning: 'new correction, mm, at most 0.5', standard: 0.3 },
    run: (s, v) => {
      // the line runs empty first: a part in a gripper would be scrapped
      s.acts.starvedS = Math.max(s.acts.starvedS, 75);
      begin(s, [
        step(45, 'CELL.CMD', 2),
        step(8, 'key', operatingMode.manualReduced),
        // the cams of the zone would stop arm 1 while arm 2 is in it
        ...outOfZone,
        step(4, 'R1.CTRL', 1),
        step(2, 'teach', 1),
        step(60, 'C1.OFS', Math.round(100 * clamp(v, -0.5, 0.5)) / 100),
        step(60, 'teach', 0),
        step(2, 'R1.CTRL', 0),
        step(4, 'key', operatingMode.automatic),
        step(3, 'CELL.CMD', 1),
      ]);
    },
  },
  'door-service': {
    summary: 'maintenance stops the cell, disables the door function, works in the cell and enables it again',
    value: { meaning: 'minutes', standard: 15 },
    run: (s, v) =>
      void begin(s, [
        step(0, 'CELL.CMD', 2),
        step(10, 'key', operatingMode.manualReduced),
        step(5, 'SS.DOOR.EN', 0),
        step(5, 'door', 1),
        step(60 * clamp(v, 1, 120), 'door', 0),
        step(5, 'SS.DOOR.EN', 1),
        step(5, 'key', operatingMode.automatic),
        ...restart(5),
      ]),
  },
  'product-change': {
    summary: 'operators change the product: program, payload and override of both arms',
    value: { meaning: 'product 1 or 2', standard: 2 },
    run: (s, v) => {
      const product = v === 1 ? 1 : 2;
      // the line runs empty first
      s.acts.starvedS = Math.max(s.acts.starvedS, 75);
      begin(s, [step(45, 'CELL.CMD', 2), ...productSettings(product), step(1, 'product', product), step(5, 'CELL.CMD', 1)]);
    },
  },
  'override-shift': {
    summary: 'an operator runs both arms with another override for an hour',
    value: { meaning: '%', standard: 80 },
    run: (s, v) => {
      if (s.acts.overrideS > 0) return;
      s.acts.overrideS = 3600;
      setOverride(s, Math.round(clamp(v, 25, 100)));
    },
  },
  starved: {
    summary: 'the press shop sends no parts',
    value: { meaning: 'minutes; 0 ends it', standard: 5 },
    run: (s, v) => void (s.acts.starvedS = clamp(60 * v, 0, 86_400)),
  },
  blocked: {
    summary: 'the packing line takes no parts',
    value: { meaning: 'minutes; 0 ends it', standard: 3 },
    run: (s, v) => void (s.acts.blockedS = clamp(60 * v, 0, 86_400)),
  },
  'cup-change': {
    summary: 'the vacuum cups of both arms are changed',
    run: (s) => {
      for (const arm of s.arms) arm.cupWear = 0;
    },
  },
  'cup-wear': {
    summary: 'the vacuum cup of an arm leaks; a negative number is arm 2',
    value: { meaning: 'share 0–1', standard: 0.9 },
    run: (s, v) => void (s.arms[v < 0 ? 1 : 0].cupWear = clamp(Math.abs(v), 0, 1)),
  },
  'bearing-wear': {
    summary: 'a bearing of axis 2 of arm 1 wears: its friction rises',
    value: { meaning: 'added share', standard: 0.4 },
    run: (s, v) => void (s.arms[0].drives.wear[1] = 1 + clamp(v, 0, 2)),
  },
  grease: {
    summary: 'all axes are greased',
    run: (s) => {
      for (const { drives } of s.arms) for (let axis = 0; axis < drives.wear.length; axis++) drives.wear[axis] = 1.02;
    },
  },
  'air-off': { summary: 'the compressed air of the site fails', run: (s) => void (s.air.supplied = false) },
  'air-on': { summary: 'the compressed air is back', run: (s) => void (s.air.supplied = true) },
  'cams-bypassed': {
    summary: 'the cams of the fixture zone do not act (1) or do again (0)',
    value: { meaning: '1 or 0', standard: 1 },
    run: (s, v) => void (s.acts.camsBypassed = v !== 0),
  },
  'program-error': {
    summary: 'the place point in the program of arm 1 is wrong, which no register shows',
    value: { meaning: 'mm', standard: 3 },
    run: (s, v) => void (s.acts.programError = clamp(v, -10, 10)),
  },
  stop: { summary: 'operators stop the cell', run: (s) => enter(s, 'CELL.CMD', 2) },
  start: { summary: 'operators start the cell', run: (s) => enter(s, 'CELL.CMD', 1) },
};

/** @throws RangeError for an unknown act or an invalid value */
export function perform(state: RobotCellState, name: string, value?: number): void {
  performAct(acts, 'robot cell', state, name, value);
}

/** Ends all acts without an end of their own. */
export function releaseActs({ acts: acting, air }: RobotCellState): void {
  acting.camsBypassed = false;
  acting.programError = 0;
  acting.starvedS = 0;
  acting.blockedS = 0;
  air.supplied = true;
}

/** Advances the time of current acts by `dt` seconds. */
export function ageActs(state: RobotCellState, dt: number): void {
  const { acts: acting, conveyors, memory } = state;
  if (acting.overrideS > 0 && acting.overrideS <= dt) {
    // somebody else's override stays
    const same = overrides.every((point) => memory[point] === memory[overrides[0] ?? -1]);
    if (same) setOverride(state, usualOverride(conveyors.product));
  }
  acting.overrideS = Math.max(0, acting.overrideS - dt);
  acting.starvedS = Math.max(0, acting.starvedS - dt);
  acting.blockedS = Math.max(0, acting.blockedS - dt);
}
