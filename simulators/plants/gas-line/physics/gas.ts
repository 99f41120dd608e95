/** Natural gas, molar mass 17.5 kg/kmol, at 283 K with compressibility 0.88. All pressures are absolute. */

/** Square of the isothermal speed of sound, ZRT, m²/s². */
export const c2 = 118_300;
/** Gas temperature on the line, °C. */
export const groundTemperature = 10;
/** Specific heat at constant pressure, J/kg K. */
export const heatCapacity = 2250;
/** Joule-Thomson coefficient, K/Pa. */
export const jouleThomson = 4.5e-6;

/** Density, kg/m³. @param pressure Pa */
export const densityOf = (pressure: number): number => pressure / c2;

/** Flow through a valve that is open in one direction, kg/s. @param coefficient m² @param upstream Pa @param downstream Pa */
export function valveFlow(coefficient: number, upstream: number, downstream: number): number {
  const difference = upstream - downstream;
  // the 2 kPa make the slope finite at no difference
  return difference <= 0 ? 0 : (coefficient * Math.sqrt(densityOf(upstream)) * difference) / Math.sqrt(difference + 2000);
}
