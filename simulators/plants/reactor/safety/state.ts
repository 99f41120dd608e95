/** First causes of a shut-down, in `SIS.FIRST`. */
export const safetyCause = {
  none: 0,
  pressure: 1,
  temperature: 2,
  reactorLevel: 3,
  separatorLevel: 4,
  stripperLevel: 5,
} as const;

/** Checksum of the program of the safety system at commissioning. */
export const safetySum = 27_183;
/** Shut-down pressure, kPa, and temperature, °C. */
export const safetyLimits = { pressure: 3000, temperature: 175 } as const;

/** Logic of the safety system. Plain data. */
export interface SafetyState {
  /** Key switch at PROGRAM: only a person at the cabinet turns it. */
  key: boolean;
  tripped: boolean;
  first: number;
  /** Time since the safety transmitters agreed, s. */
  disagreeS: number;
}

export const initialSafety = (): SafetyState => ({ key: false, tripped: false, first: safetyCause.none, disagreeS: 0 });
