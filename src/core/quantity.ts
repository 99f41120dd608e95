import type { Tag } from './tag.ts';

/** Physical quantity of an analog tag, as far as balances need it. */
export type Quantity = 'level' | 'flow' | 'pressure' | 'speed' | 'other';

const perTime = /\/(s|sec|min|h|hr|d|day)$|^(lps|lpm|cms|cmh|cfs|gpm|gpd|mgd|k?w|mw)$/i;
const pressureUnit = /^([mk]?pa|hpa|m?bar([ag]|\(\w\))?|psi[agd]?|mm?h2o|mwc|mws|in(hg|h2o)|mmhg|torr|atm)$/i;
const speedUnit = /^(rpm|1\/min|hz|r\/min)$/i;
/** Units in which something is stored. A length may also be a pressure, as metres of water. */
const storedUnit = /^(m|cm|mm|ft|in|%|m³|m3|l|hl|kl|ml|gal|kgal|ft3|ft³|kg|t|lb|kwh|mwh|kj|mj)$/i;

const words: readonly (readonly [Quantity, RegExp])[] = [
  ['level', /\b(level|volume|stored|storage|contents?|inventory)\b/i],
  ['pressure', /\b(pressure|head|npsh|suction|vacuum)\b/i],
  ['speed', /\b(speed|frequency)\b/i],
];
/** Letter codes of ISA-5.1 as a part of a name: a first letter for the quantity, then functions, then a number. */
const codes: readonly (readonly [Quantity, RegExp])[] = [
  ['pressure', /^PD?[TIRC]{1,3}\d*$/i],
  ['level', /^L[TIRCV]{1,3}\d*$/i],
  ['speed', /^S(PD|[TI]{1,2}\d*)$/i],
];

/**
 * Quantity of a tag. The unit decides where it can, otherwise the description, otherwise the letter code in the name (ISA-5.1).
 * Neither a pressure in metres of water nor a valve position in % is a level.
 */
export function quantityOf({ kind, unit, name, description }: Tag): Quantity {
  if (kind !== 'analog') return 'other';
  const own = unit.trim();
  if (speedUnit.test(own)) return 'speed';
  if (perTime.test(own)) return 'flow';
  if (pressureUnit.test(own)) return 'pressure';
  if (own !== '' && !storedUnit.test(own)) return 'other';
  const byWord = words.find(([, word]) => word.test(description));
  if (byWord !== undefined) return byWord[0];
  const parts = name.split(/[^A-Za-z0-9]+/);
  return codes.find(([, code]) => parts.some((part) => code.test(part)))?.[0] ?? 'other';
}
