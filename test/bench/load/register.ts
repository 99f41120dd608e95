/** What a register of the load holds in a second: its value tells when it was read. */
export const registerAt = (second: number, address: number): number => (second + address) & 0xffff;

/** Seconds since the register held that value; a value of the future is very old. */
export const ageOf = (value: number, address: number, timeMs: number): number =>
  (Math.floor(timeMs / 1000) + address - value) & 0xffff;
