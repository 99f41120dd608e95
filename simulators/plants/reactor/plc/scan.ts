import { clamp } from '../../../plant-kit/noise.ts';
import { at, points } from '../points/index.ts';
import { loopTable } from '../points/loops.ts';
import { flowTable } from '../points/process.ts';
import { byHand, valveNames } from '../points/valves.ts';
import type { ReactorState } from '../state.ts';
import { control } from './loop.ts';
import { loopMode, plcMode } from './state.ts';

const round = (value: number, step: number): number => Math.round(value / step) / Math.round(1 / step) + 0;

/** Measurements that the controllers use, and the directions of their gains, in the order of `loopTable`. */
const sources = [
  ['R1.TT01A', 1],
  ['R1.TW', -1],
  ['R1.PT01A', -1],
  ['R1.LT01', -1],
  ['S1.LT', -1],
  ['C1.LT', -1],
  ['C1.TT', 1],
  ['AT201.A', 1],
  ['AT201.C', 1],
] as const;

const loops = loopTable.map(({ name, output, value }, i) => {
  const [source, direction] = sources[i] ?? sources[0];
  const place = (signal: string): number => at(`${name}.${signal}`);
  return {
    from: at(source),
    direction,
    limits: output[0],
    outputStep: output[1],
    valueStep: value[1],
    sp: place('SP'),
    pv: place('PV'),
    op: place('OP'),
    mode: place('MODE'),
    kc: place('KC'),
    ti: place('TI'),
  };
});
const loopIndex = (name: string): number => loopTable.findIndex((row) => row.name === name);
const [reactorT, waterT, pressure, reactorL, separatorL, stripperL, stripperT, feedA, feedC] = [
  'TIC01',
  'TIC02',
  'PIC01',
  'LIC01',
  'LIC02',
  'LIC03',
  'TIC03',
  'AIC01',
  'AIC02',
].map(loopIndex) as [number, number, number, number, number, number, number, number, number];

/** Flow controllers with the valves that they move and the span to which their gain refers. */
const flows = (
  [
    ['FT101', 0, 5811],
    ['FT102', 1, 8354],
    ['FT103', 2, 1.017],
    ['FT104', 3, 15.25],
    ['FT109', 5, 1],
  ] as const
).map(([name, valve, span]) => ({
  valve,
  gain: 40 / span,
  step: flowTable.find(([own]) => own === name)?.[5] ?? 0.0001,
  pv: at(`${name}.PV`),
  sp: at(`${name}.SP`),
  op: at(`${name}.OP`),
  mode: at(`${name}.MODE`),
}));
const [dFeed, eFeed, aFeed, acFeed, purge] = [0, 1, 2, 3, 4] as const;
const flowS = 8;

/** Molar flow of D and E in the base case, kmol/h: the other feeds follow their sum. */
const baseMoles = 3661 / 32 + 4505 / 46;
/** Pressures at which the purge opens further, and D and E are cut, kPa, with their size. */
const override = { purgeAt: 2850, purge: 0.2, cutAt: 2930, cut: 0.9 } as const;
/** What an edited pressure logic does: opening of the by-pass per second, and its end, %. */
const sabotage = { perS: 4 / 60, most: 80 } as const;

const commandPoints = valveNames.map((name) => at(`${name}.CMD`));
const [modePoint, bypass] = [at('PLC1.MODE'), 4] as const;

/** Measurement of a point, or not a number if its transmitter signals a failure. */
function live(memory: readonly number[], point: number): number {
  const value = memory[point] ?? 0;
  const { low = 0, high = 1 } = points[point] ?? {};
  const span = high - low;
  return value < low - 0.012 * span || value > high + 0.03 * span ? Number.NaN : value;
}

/** A scan of the process PLC: 1 s. */
export function scanPlc(state: ReactorState, dt: number): void {
  const { memory, plc } = state;
  byHand.forEach((valve) => {
    plc.commands[valve] = memory[commandPoints[valve] ?? -1] ?? 0;
  });
  // outputs keep their values while the program is stopped or downloaded
  if (memory[modePoint] !== plcMode.run) return;
  const run = (index: number): number => runLoop(state, index, dt);
  const now = live(memory, loops[pressure]?.from ?? -1);
  const hot = run(reactorT);
  cascade(state, loops[waterT], hot, 0.01);
  plc.commands[9] = run(waterT);
  plc.commands[10] = run(reactorL);
  plc.commands[6] = run(separatorL);
  plc.commands[7] = run(stripperL);
  plc.commands[8] = run(stripperT);
  const relief = now > override.purgeAt && !plc.edited ? override.purge : 0;
  const cut = now > override.cutAt && !plc.edited ? override.cut : 1;
  const wanted = run(pressure);
  cascade(state, flows[purge], plc.edited ? 0 : Math.min(0.8, wanted + relief), 0.0001);
  const [d, e] = [memory[flows[dFeed]?.sp ?? -1] ?? 0, memory[flows[eFeed]?.sp ?? -1] ?? 0];
  // the gas feeds follow a change of D and E at once, long before the analysers
  const forward = (cut * (d / 32 + e / 46)) / baseMoles;
  cascade(state, flows[aFeed], run(feedA) * forward, 0.0001);
  cascade(state, flows[acFeed], run(feedC) * forward, 0.001);
  flows.forEach((_, i) => runFlow(state, i, i <= eFeed ? cut : 1, dt));
  if (plc.edited) openBypass(state, dt);
  plc.commands.forEach((command, i) => {
    if (!byHand.includes(i)) memory[commandPoints[i] ?? -1] = round(command, 0.1);
  });
}

/** Writes an output into the set-point of the next controller, unless that one has its own. */
function cascade(
  { memory }: ReactorState,
  target: { readonly sp: number; readonly mode: number } | undefined,
  value: number,
  step: number,
): void {
  if (target !== undefined && memory[target.mode] === loopMode.cascade) memory[target.sp] = round(value, step);
}

function runLoop({ memory, plc }: ReactorState, index: number, dt: number): number {
  const [loop, own] = [plc.loops[index], loops[index]];
  if (loop === undefined || own === undefined) return 0;
  const value = live(memory, own.from);
  const output = control(
    loop,
    {
      mode: memory[own.mode] ?? 0,
      setpoint: memory[own.sp] ?? 0,
      value,
      manual: memory[own.op] ?? 0,
      gain: own.direction * (memory[own.kc] ?? 0),
      integralS: memory[own.ti] ?? 1,
      limits: own.limits,
    },
    dt,
  );
  if (!Number.isNaN(value)) memory[own.pv] = round(Math.max(0, value), own.valueStep);
  memory[own.op] = round(output, own.outputStep);
  return output;
}

function runFlow({ memory, plc }: ReactorState, index: number, cut: number, dt: number): void {
  const [loop, own] = [plc.flows[index], flows[index]];
  if (loop === undefined || own === undefined) return;
  const output = control(
    loop,
    {
      mode: memory[own.mode] ?? 0,
      setpoint: cut * (memory[own.sp] ?? 0),
      value: live(memory, own.pv),
      manual: memory[own.op] ?? 0,
      gain: own.gain,
      integralS: flowS,
      limits: [0, 100],
    },
    dt,
  );
  memory[own.op] = round(output, 0.1);
  plc.commands[own.valve] = output;
}

function openBypass({ memory, plc }: ReactorState, dt: number): void {
  const command = clamp((plc.commands[bypass] ?? 0) + sabotage.perS * dt, 0, sabotage.most);
  plc.commands[bypass] = command;
  memory[commandPoints[bypass] ?? -1] = command;
}
