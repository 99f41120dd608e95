import type { Fact } from '../core/detector.ts';
import { ScadaError } from '../core/errors.ts';

/** One number of a baseline entry, in the unit of the entry, with the function that replaces it by a person's number. */
export interface Figure {
  read(channel: number): number;
  /** Absent if the number can only be learned. */
  readonly write?: ((channel: number, value: number) => void) | undefined;
  /** Smallest valid value; none if absent. */
  readonly least?: number | undefined;
  /** Greatest valid value; none if absent. */
  readonly most?: number | undefined;
  /** Exclusive lower bound; none if absent. */
  readonly above?: number | undefined;
}

/** One baseline entry of a channel, for a person to read. */
export interface BaselineLine {
  /** Empty if the detector has one entry per channel, else its subject: `at 0 m`, `running`. */
  readonly name: string;
  /** Unit of the figures; empty if they have none. */
  readonly unit: string;
  readonly figures: Readonly<Record<string, Figure>>;
  /** Entries that are not numbers. */
  readonly words?: Readonly<Record<string, string>> | undefined;
}

/** A figure that is a column of a baseline, times `per`: 1 000 for a column in ms that is shown in s. */
export function column(
  data: Float64Array,
  { per = 1, ...bounds }: Pick<Figure, 'least' | 'most' | 'above'> & { readonly per?: number } = {},
): Figure {
  return {
    read: (channel) => (data[channel] as number) / per,
    write: (channel, value) => (data[channel] = value * per),
    ...bounds,
  };
}

/** The entry in its public form; figures that are not finite, which were never learned, are omitted. */
export function factOf(key: string, channel: number, { name, unit, figures, words }: BaselineLine, taught?: number): Fact {
  const learned = Object.entries(figures).filter(([, figure]) => Number.isFinite(figure.read(channel)));
  const numbers = learned.map(([word, figure]) => [word, figure.read(channel)] as const);
  const editable = learned.flatMap(([word, { write }]) => (write === undefined ? [] : [word]));
  return { channel: key, name, unit, figures: { ...Object.fromEntries(numbers), ...words }, editable, taught };
}

/** Replaces learned figures by a person's, all or none. @throws ScadaError INPUT_INVALID */
export function amendLine(line: BaselineLine, channel: number, figures: Readonly<Record<string, number>>): void {
  const refuse = (what: string, hint: string): never => {
    throw new ScadaError('config', 'INPUT_INVALID', what, { hint });
  };
  const after = new Map(Object.entries(line.figures).map(([word, figure]) => [word, figure.read(channel)]));
  for (const [word, value] of Object.entries(figures)) {
    const figure = line.figures[word];
    if (figure?.write === undefined)
      refuse(`${word} is not an editable figure of this entry`, `figures of this entry: ${Object.keys(line.figures).join(', ')}`);
    else if (!suits(value, figure)) refuse(`${word} cannot be ${value}`, `give a number${boundsOf(figure)}`);
    after.set(word, value);
  }
  if ((after.get('low') ?? -Infinity) > (after.get('high') ?? Infinity))
    refuse('low cannot be above high', 'change both at once');
  for (const [word, value] of Object.entries(figures)) line.figures[word]?.write?.(channel, value);
}

const suits = (value: number, { least = -Infinity, most = Infinity, above = -Infinity }: Figure): boolean =>
  Number.isFinite(value) && value >= least && value <= most && value > above;

/** Completes "give a number". */
function boundsOf({ least, most, above }: Figure): string {
  const bounds = [
    ...(least === undefined ? [] : [`of at least ${least}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(most === undefined ? [] : [`of at most ${most}`]),
  ];
  return bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`;
}
