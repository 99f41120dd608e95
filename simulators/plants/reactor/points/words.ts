/** Full scale of an analog value in the controllers: 27 648 steps are 100 % of its span. */
export const fullScale = 27_648;

/** A measurement in an integer register. @param span highest value; the lowest one is 0 */
export const measured = (span: number, unit: string) => ({ type: 'int16', unit, scale: span / fullScale }) as const;

/** A value in decimal steps, as people enter it. */
export const decimal = (scale: number, unit = '') => ({ type: 'int16', unit, scale }) as const;

export const word = { type: 'uint16' } as const;
