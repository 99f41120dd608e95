import { at } from './points/index.ts';
import { reset } from './safety/index.ts';
import type { OrderStep, RobotCellState } from './state.ts';

/** Writes a point as an operator station does. */
export function enter({ memory, plc }: RobotCellState, name: string, value: number): void {
  memory[at(name)] = value;
  plc.writes['plc1'] = (plc.writes['plc1'] ?? 0) + 1;
}

/** Hardware that people operate, which no network reaches. */
const hardware: Readonly<Record<string, (state: RobotCellState, value: number) => void>> = {
  reset: (s, v) => {
    // the safety PLC resets by the falling edge
    if (v === 0 && s.safety.resetPressed) reset(s);
    s.safety.resetPressed = v === 1;
  },
  key: (s, v) => void (s.safety.mode = v),
  door: (s, v) => void (s.safety.doorOpen = v === 1),
  estop: (s, v) => {
    const button = Math.abs(v) - 1;
    if (button in s.safety.buttons) s.safety.buttons[button] = v > 0;
  },
  muting: (s, v) => {
    s.safety.mutingSensors[0] = v > 0;
    s.safety.mutingSensors[1] = v > 1;
  },
  curtain: (s, v) => void (s.safety.curtainBroken = v === 1),
  teach: (s, v) => startTeaching(s, v === 1),
  product: (s, v) => void (s.conveyors.product = v),
  clear,
};

function startTeaching(s: RobotCellState, on: boolean): void {
  const [arm] = s.arms;
  s.acts.teaching = on;
  if (!on) return;
  arm.step = 0;
  arm.stepS = 0;
  if (arm.part !== null) s.tally.scrapped++;
  arm.part = null;
}

/** People take out jammed and lost parts. */
function clear(s: RobotCellState): void {
  if (s.conveyors.tilted) {
    s.conveyors.tilted = false;
    if (s.conveyors.infeed.parts.shift() !== undefined) s.tally.scrapped++;
  }
  for (const arm of s.arms) arm.lost = 0;
}

/** Steps that restart the cell after a stop: clear, reset button, reset, start. */
export const restart = (inS: number): OrderStep[] => [
  { inS, name: 'clear', value: 0 },
  { inS: 1, name: 'reset', value: 1 },
  { inS: 1, name: 'reset', value: 0 },
  { inS: 1, name: 'CELL.CMD', value: 4 },
  { inS: 4, name: 'CELL.CMD', value: 1 },
];

/** Begins an order, unless another one is carried out. @returns true if it has begun */
export function begin({ acts: { orders } }: RobotCellState, steps: readonly OrderStep[]): boolean {
  if (orders.length > 0) return false;
  orders.push(...steps.map((step) => ({ ...step })));
  return true;
}

/** Carries out the steps that are due. */
export function ageOrders(state: RobotCellState, dt: number): void {
  const { orders } = state.acts;
  let left = dt;
  while (orders.length > 0) {
    const [next] = orders;
    if (next === undefined) return;
    if (next.inS > left) {
      next.inS -= left;
      return;
    }
    left -= next.inS;
    orders.shift();
    const operate = hardware[next.name];
    if (operate === undefined) enter(state, next.name, next.value);
    else operate(state, next.value);
  }
}
