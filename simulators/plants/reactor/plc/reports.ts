import { lag } from '../../../plant-kit/noise.ts';
import { at } from '../points/index.ts';
import type { ReactorState } from '../state.ts';

const [productFlow, purgeFlow, power, steam] = [at('C1.FT'), at('FT109.PV'), at('K1.JT'), at('C1.FSTM')];
const [rateAt, ratioAt, costAt] = [at('PRD.RATE'), at('PRD.GH'), at('PRD.COST')];
const purge = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((part) => at(`AT202.${part}`));
const product = ['D', 'E', 'F', 'G', 'H'].map((part) => at(`AT203.${part}`));
const [, , , g = 0, h = 0] = product;
/** Time constant of the production, s. */
const rateS = 300;
/** Molar masses of G and H, kg/kmol. */
const [massG, massH] = [62, 76] as const;
/** Costs of Downs and Vogel: $ per kmol in purge (A to H) and product (D to F), per kWh, and per kg of steam. */
const costs = {
  purge: [2.206, 0, 6.177, 22.06, 14.56, 17.89, 30.44, 22.94] as readonly number[],
  product: [22.06, 14.56, 17.89] as readonly number[],
  power: 0.0536,
  steam: 0.0318,
};
/** kmol in a thousand standard m³, and in a m³ of product. */
const [gasMoles, productMoles] = [1 / 0.0224118, 9.21] as const;

const round = (value: number, perUnit: number): number => Math.round(value * perUnit) / perUnit + 0;

/** Production, grade and cost from what the transmitters and analysers report. */
export function reportProduction({ memory, plc }: ReactorState, dt: number): void {
  const flow = memory[productFlow] ?? 0;
  plc.rate = plc.uptime < 3 ? flow : plc.rate + (flow - plc.rate) * lag(dt, rateS);
  memory[rateAt] = round(plc.rate, 100);
  memory[ratioAt] = round((massG * (memory[g] ?? 0)) / Math.max(1, massH * (memory[h] ?? 0)), 1000);
  const lost = costs.purge.reduce((total, cost, i) => total + (cost * (memory[purge[i] ?? -1] ?? 0)) / 100, 0);
  const spoiled = costs.product.reduce((total, cost, i) => total + (cost * (memory[product[i] ?? -1] ?? 0)) / 100, 0);
  const cost =
    lost * (memory[purgeFlow] ?? 0) * gasMoles +
    spoiled * plc.rate * productMoles +
    costs.power * (memory[power] ?? 0) +
    costs.steam * (memory[steam] ?? 0);
  memory[costAt] = round(Math.min(1000, cost), 10);
}
