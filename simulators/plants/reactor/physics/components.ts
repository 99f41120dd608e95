/**
 * Properties of the components A to H, in this order: A hydrogen-like gas, B inert, C gas, D and E reactants, F by-product, G and H
 * products. Source of all values: Downs and Vogel 1993, in SI units.
 */
export const components = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const;
export const count = components.length;
/** The first component that condenses: A, B and C are gases. */
export const firstLiquid = 3;

/** Molar mass, kg/kmol. */
export const molarMass = [2, 25.4, 28, 32, 46, 48, 62, 76] as const;
/** Gas constant, kJ/(kmol·K), which is kPa·m³/(kmol·K). */
export const gasConstant = 8.314;
export const kelvin = 273.15;

/** Antoine constants of D to H: ln p[kPa] = A + B/(T[°C] + C). */
const antoine = [
  [13.905, -1444, 259],
  [14.335, -2114, 265.5],
  [14.335, -2114, 265.5],
  [14.415, -2748, 232.9],
  [15.195, -3318, 249.6],
] as const;

type Cubic = readonly [a: number, b: number, c: number];

const light: Cubic = [16.02, 0, 0];
/** Density of the liquid, kg/m³, by °C. Traces of A to C that are dissolved have the first one. */
const density: readonly Cubic[] = [
  light,
  light,
  light,
  [373.2, -1.121, -3.2e-3],
  [543, -1.533, -2.43e-3],
  [525.4, -1.594, -3.73e-3],
  [799.3, -0.306, -6.81e-3],
  [808.9, -0.867, -2.4e-3],
];

/** Kilojoules of a kilocalorie, in which the source has heat capacities. */
const kcal = 4.1868;
/** Heat capacity of the liquid, kcal/(kg·K), by °C. */
const liquidHeat: readonly Cubic[] = [
  [1, 0, 0],
  [1, 0, 0],
  [1, 0, 0],
  [0.96, 8.7e-3, 4.81e-5],
  [0.573, 2.41e-3, 1.82e-5],
  [0.652, 2.18e-3, 1.94e-5],
  [0.515, 5.65e-4, 3.82e-6],
  [0.471, 8.7e-4, 2.62e-6],
];
/** Heat capacity of the gas, kcal/(kg·K), by °C. */
const gasHeat: readonly Cubic[] = [
  [3.411, 7.18e-4, 6e-7],
  [0.3799, 1.08e-3, -3.98e-7],
  [0.2491, 1.36e-5, -3.93e-8],
  [0.3567, 8.51e-4, -3.12e-7],
  [0.3463, 8.96e-4, -3.27e-7],
  [0.393, 1.02e-3, -3.12e-7],
  [0.17, 0, 0],
  [0.15, 0, 0],
];
/** Heat of evaporation at 0 °C, kJ/kg. */
const latent = [2.326, 2.326, 2.326, 201.7, 372.2, 372.2, 523.4, 486.1] as const;

/** Highest temperature at which the fitted densities hold, °C. */
const densityLimit = 170;

/** Saturation pressure of a component from D on, kPa. @param t °C */
export function saturation(component: number, t: number): number {
  const [a, b, c] = antoine[component - firstLiquid] ?? antoine[0];
  return Math.exp(a + b / (t + c));
}

/** Volume of liquid with these amounts, m³. @param from first component that is in it */
export function liquidVolume(n: readonly number[], t: number, from: number): number {
  const at = Math.min(densityLimit, t);
  let volume = 0;
  for (let i = from; i < count; i++) {
    const [a, b, c] = density[i] ?? light;
    volume += ((n[i] ?? 0) * (molarMass[i] ?? 0)) / (a + (b + c * at) * at);
  }
  return volume;
}

/** Enthalpy, kJ, and heat capacity, kJ/K, of amounts in kmol. */
export interface Heat {
  readonly enthalpy: number;
  readonly capacity: number;
}

function heatOf(n: readonly number[], t: number, table: readonly Cubic[]): Heat {
  let [enthalpy, capacity] = [0, 0];
  for (let i = 0; i < count; i++) {
    const [a, b, c] = table[i] ?? light;
    const mass = kcal * (n[i] ?? 0) * (molarMass[i] ?? 0);
    enthalpy += mass * (a + (b / 2 + (c / 3) * t) * t) * t;
    capacity += mass * (a + (b + c * t) * t);
  }
  return { enthalpy, capacity };
}

export const liquidHeatOf = (n: readonly number[], t: number): Heat => heatOf(n, t, liquidHeat);

/** Heat of a gas, with that of its evaporation. */
export function gasHeatOf(n: readonly number[], t: number): Heat {
  const { enthalpy, capacity } = heatOf(n, t, gasHeat);
  let evaporation = 0;
  for (let i = 0; i < count; i++) evaporation += (n[i] ?? 0) * (molarMass[i] ?? 0) * (latent[i] ?? 0);
  return { enthalpy: enthalpy + evaporation, capacity };
}

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Mole fractions; amounts below a gram have those of an even mixture. */
export function fractions(n: readonly number[]): number[] {
  const total = sum(n);
  return total < 1e-6 ? n.map(() => 1 / count) : n.map((value) => value / total);
}

/** Mean molar mass of mole fractions, kg/kmol. */
export function meanMass(y: readonly number[]): number {
  let mass = 0;
  for (let i = 0; i < count; i++) mass += (y[i] ?? 0) * (molarMass[i] ?? 0);
  return mass;
}

/** Mass of amounts, kg. */
export const massOf = (n: readonly number[]): number => meanMass(n);
