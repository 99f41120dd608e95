/** Content of a load register in a given second: the value identifies the time of the read. */
export const registerAt = (second: number, address: number): number => (second + address) & 0xffff;

/** Seconds since the register held that value; a value of the future is very old. */
export const ageOf = (value: number, address: number, timeMs: number): number =>
  (Math.floor(timeMs / 1000) + address - value) & 0xffff;
