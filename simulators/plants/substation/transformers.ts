/** One transformer, plain data. */
export interface TransformerState {
  tap: number;
  /** Remaining time of the tap changer's motor, s, and its direction. */
  motorLeft: number;
  direction: number;
  /** Top oil and hot spot, °C. */
  oil: number;
  hot: number;
  fan: boolean;
  /** Life used, hours at 98 °C hot spot. */
  aged: number;
}

/** Rated current at 20 kV, A. */
export const ratedAmps = 25_000 / (Math.sqrt(3) * 20);
export const [lowestTap, highestTap] = [1, 19] as const;
const motorS = 5;
/** IEC 60076-7, ONAN: top oil rise, loss ratio, exponents, hot spot gradient, time constant of the oil. */
const [oilRise, lossRatio, oilExponent, gradient, windingExponent, oilTimeS] = [55, 6, 0.8, 23, 1.3, 180 * 60] as const;
/** Fans carry heat as if the load were this much smaller. */
const fanGain = 1.25;
const [fansOn, fansOff] = [65, 55] as const;

/** Steady rise of the top oil over air at a load factor. */
const oilRiseAt = (k: number): number => oilRise * ((1 + lossRatio * k * k) / (1 + lossRatio)) ** oilExponent;

export function initialTransformer(tap: number, air: number, k: number): TransformerState {
  const oil = air + oilRiseAt(k);
  return { tap, motorLeft: 0, direction: 0, oil, hot: oil + gradient * k ** windingExponent, fan: false, aged: 0 };
}

/** Heat of a transformer. @param amps current at 20 kV @param fansFail true if the fans do not start */
export function stepHeat(transformer: TransformerState, amps: number, air: number, fansFail: boolean, dt: number): void {
  const k = amps / ratedAmps;
  if (transformer.oil > fansOn) transformer.fan = true;
  else if (transformer.oil < fansOff) transformer.fan = false;
  if (fansFail) transformer.fan = false;
  const cooled = transformer.fan ? k / fanGain : k;
  transformer.oil += ((air + oilRiseAt(cooled) - transformer.oil) * dt) / oilTimeS;
  transformer.hot = transformer.oil + gradient * k ** windingExponent;
  transformer.aged += (2 ** ((transformer.hot - 98) / 6) * dt) / 3600;
}

/** Starts the motor of the tap changer. It moves on after five seconds; a pulse in between has no effect. */
export function pulseTap(transformer: TransformerState, direction: 1 | -1): void {
  if (transformer.motorLeft > 0) return;
  transformer.motorLeft = motorS;
  transformer.direction = direction;
}

/** @returns true if the tap has changed */
export function stepTap(transformer: TransformerState, dt: number): boolean {
  if (transformer.motorLeft <= 0) return false;
  transformer.motorLeft -= dt;
  if (transformer.motorLeft > 1e-6) return false;
  transformer.motorLeft = 0;
  const before = transformer.tap;
  transformer.tap = Math.min(highestTap, Math.max(lowestTap, transformer.tap + transformer.direction));
  return transformer.tap !== before;
}
