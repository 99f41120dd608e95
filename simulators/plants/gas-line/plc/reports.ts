import { lag } from '../../../plant-kit/noise.ts';
import { headOf, marginOf, ratedSpeed } from '../physics/compressor.ts';
import { c2 } from '../physics/gas.ts';
import { area } from '../physics/line.ts';
import { at } from '../points/index.ts';
import { places } from '../points/lines.ts';
import type { GasLineState } from '../state.ts';
import { volumeBy } from './surge.ts';

const line = (name: 'LA' | 'LB') => places[name].map((km, i) => ({ km, point: at(`${name}.PT${i + 1}`) }));
const lines = [line('LA'), line('LB')] as const;
const pressures = lines.flatMap((one) => one.map(({ point }) => point));
const rates = pressures.map((_, i) => at(`LK.DPDT${i + 1}`));
const deliveries = [1, 2, 3].map((n) => at(`G${n}.FT`));
const [supplyAt, packAt, balanceAt, fuelAt, powerAt, requestedAt] = [
  at('SUP.FT'),
  at('LK.PACK'),
  at('LK.BAL'),
  at('ST.FUELT'),
  at('ST.POW'),
  at('ST.NREQ'),
];
/** Length of both lines, km. */
const lengths = [100, 120] as const;
/** Time constants of the pressure rates, and of line pack and balance, s. */
const [rateS, packS] = [120, 600] as const;
const beginS = 3;
/** Difference at an orifice that counts as no flow, Pa: the root of the noise around zero would be large. */
const cutOff = 500;
/** Speed of a unit at rest, share of the rated one. */
const atRest = 0.25;
const units = [1, 2, 3].map((n) => ({
  suction: at(`K${n}.PS`),
  orifice: at(`K${n}.DPO`),
  measuredSpeed: at(`K${n}.N`),
  fuel: at(`K${n}.FUEL`),
  power: at(`K${n}.PWR`),
  volume: at(`K${n}.Q`),
  margin: at(`K${n}.SIG`),
  head: at(`K${n}.H`),
  speed: at(`K${n}.NSP`),
  output: at(`K${n}.ASVCMD`),
  state: at(`K${n}.STATE`),
  first: at(`K${n}.FIRST`),
  surges: at(`K${n}.SURGES`),
  command: at(`K${n}.CMD`),
}));
const firstOut = at('PLC1.FO');

/** Value in whole steps, of which there are `perUnit` in a unit. */
const round = (value: number, perUnit: number): number => Math.round(value * perUnit) / perUnit + 0;

/** Line pack by the measured pressures, t. */
function measuredPack(memory: readonly number[]): number {
  let sum = 0;
  lines.forEach((one, k) => {
    one.forEach(({ km, point }, i) => {
      const from = i === 0 ? 0 : (km + (one[i - 1]?.km ?? 0)) / 2;
      const to = i === one.length - 1 ? (lengths[k] ?? 0) : (km + (one[i + 1]?.km ?? 0)) / 2;
      sum += ((to - from) * 1000 * area * 1e6 * (memory[point] ?? 0)) / c2;
    });
  });
  return sum / 1000;
}

/** Rates of pressures, line pack and balance. */
function reportLines({ plc, memory }: GasLineState, fuel: number): void {
  // the filters begin with what the transmitters have measured, after they have settled
  const begins = plc.uptime < beginS;
  pressures.forEach((point, i) => {
    const now = memory[point] ?? 0;
    const before = begins ? now : (plc.filtered[i] ?? now);
    plc.filtered[i] = before + (now - before) * lag(1, rateS);
    memory[rates[i] ?? -1] = round(((now - before) * 1000 * 60) / rateS, 10);
  });
  const pack = measuredPack(memory);
  if (begins) plc.pack = pack;
  const change = ((pack - plc.pack) * 1000) / packS;
  plc.pack += (pack - plc.pack) * lag(1, packS);
  const delivered = deliveries.reduce((sum, point) => sum + (memory[point] ?? 0), 0);
  const net = (memory[supplyAt] ?? 0) - delivered - fuel;
  plc.balance += (net - change - plc.balance) * lag(1, packS);
  memory[packAt] = round(plc.pack, 10);
  memory[balanceAt] = round(plc.balance, 10);
}

/** Flow, margin and head of a unit by the readings of its transmitters, with their noise. */
function reportFlow(memory: number[], own: (typeof units)[number]): void {
  const difference = 1e3 * (memory[own.orifice] ?? 0);
  const volume = difference < cutOff ? 0 : volumeBy(1e6 * (memory[own.suction] ?? 0), difference);
  const speed = (memory[own.measuredSpeed] ?? 0) / ratedSpeed;
  memory[own.volume] = round(volume, 1000);
  memory[own.margin] = round(marginOf(speed, volume), 1000);
  memory[own.head] = speed < atRest ? 0 : round(headOf(speed, volume) / 1000, 100);
}

/** Writes what the station PLC computes into its memory, each second. */
export function reportStation(state: GasLineState): void {
  const { plc, memory } = state;
  let [requested, first, fuel, power] = [0, 0, 0, 0];
  plc.units.forEach((control, i) => {
    const own = units[i];
    if (own === undefined) return;
    reportFlow(memory, own);
    memory[own.speed] = Math.round(ratedSpeed * control.speed);
    memory[own.output] = round(100 * control.output, 10);
    memory[own.state] = control.state;
    memory[own.first] = control.first;
    memory[own.surges] = control.surges % 65_536;
    requested += memory[own.command] ?? 0;
    // totals of the readings, with their noise
    fuel += memory[own.fuel] ?? 0;
    power += memory[own.power] ?? 0;
    if (first === 0) first = control.first;
  });
  memory[requestedAt] = requested;
  memory[fuelAt] = round(fuel, 1000);
  memory[powerAt] = round(power, 1000);
  memory[firstOut] = first;
  reportLines(state, fuel);
}
