import type { ProcessInputs, ProcessState } from './physics/process.ts';
import type { VesselState } from './physics/vessels.ts';
import { loopTable } from './points/loops.ts';
import { valveNames } from './points/valves.ts';

const vessel = (n: readonly number[], energy: number, temperature: number): VesselState => ({ n: [...n], energy, temperature });

/** The base case of the source, kmol and kJ. */
export const baseProcess = (): ProcessState => ({
  reactor: vessel([4.7196, 1.9795, 3.4337, 0.19187, 10.9566, 1.3347, 70.024, 72.206], 2.9631e6, 120.4),
  separator: vessel([28.919, 12.129, 21.04, 0.11179, 6.8968, 0.84017, 23.789, 18.69], 6.0131e5, 80.1),
  stripper: vessel([0.19532, 0.0036245, 0.41078, 0.0072821, 0.34064, 0.04018, 21.898, 17.865], 3.962e5, 65.7),
  mixer: vessel([48.877, 13.505, 40.063, 10.45, 28.512, 2.5158, 5.4079, 2.5199], 9.726e5, 86.1),
  waterReactor: 94.599,
  waterCondenser: 77.297,
});

/** Valve positions of the base case, %. */
export const baseValves = [63.053, 53.98, 24.644, 61.302, 22.21, 40.064, 38.1, 46.534, 47.446, 41.106, 18.114, 50] as const;

/** Set-points, outputs, gains, integral times, s, and modes of the controllers at commissioning, in the order of `loopTable`. */
const loops = [
  [120.4, 94.6, 8, 1200, 1],
  [94.6, 41.106, 2, 300, 2],
  [2705, 0.3371, 0.004, 10_800, 1],
  [75, 18.114, 0.5, 10_800, 1],
  [50, 38.1, 1.2, 3600, 1],
  [50, 46.534, 1.2, 3600, 1],
  [65.73, 47.446, 3, 900, 1],
  [32.19, 0.2505, 0.004, 7200, 1],
  [26.38, 9.348, 0.06, 10_800, 1],
] as const;
/** Set-points and modes of the flow controllers. */
const flows = { FT101: [3661, 1], FT102: [4505, 1], FT103: [0.2505, 2], FT104: [9.348, 2], FT109: [0.3371, 2] } as const;
const flowValves = { FT101: 0, FT102: 1, FT103: 2, FT104: 3, FT109: 5 } as const;

/** Settings of the controllers in the base case, by point. */
export const commissionedLoops: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    loopTable.flatMap(({ name }, i) => {
      const [sp = 0, op = 0, kc = 0, ti = 1, mode = 1] = loops[i] ?? [];
      return Object.entries({ SP: sp, PV: sp, OP: op, MODE: mode, KC: kc, TI: ti }).map(([key, value]) => [
        `${name}.${key}`,
        value,
      ]);
    }),
  ),
  ...Object.fromEntries(
    Object.entries(flows).flatMap(([name, [sp, mode]]) => [
      [`${name}.SP`, sp],
      [`${name}.MODE`, mode],
      [`${name}.OP`, baseValves[flowValves[name as keyof typeof flows]]],
    ]),
  ),
  ...Object.fromEntries(valveNames.map((name, i) => [`${name}.CMD`, Math.round(10 * (baseValves[i] ?? 0)) / 10])),
};

/** Outputs of the controllers in the base case, from which their integral parts begin. */
export const baseOutputs: readonly number[] = loops.map(([, output]) => output);

/** Inputs of the base case. */
export const baseInputs: ProcessInputs = {
  valves: baseValves,
  feedA: 0.485,
  feedB: 0.005,
  supply: [1, 1, 1, 1],
  feedTemperature: 45,
  waterIn: [35, 40],
  waterSupply: 1,
  activity: 1,
  transfer: 1,
  compressor: 1,
};
