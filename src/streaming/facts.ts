import type { Fact } from '../core/detector.ts';
import { ScadaError } from '../core/errors.ts';

/** One number of a learned line, in the unit of the line, and how a person's own takes its place. */
export interface Figure {
  read(channel: number): number;
  /** Missing where only data can teach it. */
  readonly write?: ((channel: number, value: number) => void) | undefined;
  /** Smallest value that makes sense; none if not given. */
  readonly least?: number | undefined;
  /** Greatest value that makes sense; none if not given. */
  readonly most?: number | undefined;
  /** Must be greater than this; nothing if not given. */
  readonly above?: number | undefined;
}

/** What a detector has learned of a channel, as one line that a person reads. */
export interface Line {
  /** Empty where the detector has one line per channel, else what it is about: `at 0 m`, `running`. */
  readonly name: string;
  /** Of its figures; empty for what has none. */
  readonly unit: string;
  readonly figures: Readonly<Record<string, Figure>>;
  /** What is not a number. */
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

/** The line as others see it; figures that are not finite, which were never learned, are left out. */
export function factOf(key: string, channel: number, { name, unit, figures, words }: Line, taught?: number): Fact {
  const learned = Object.entries(figures).filter(([, figure]) => Number.isFinite(figure.read(channel)));
  const numbers = learned.map(([word, figure]) => [word, figure.read(channel)] as const);
  const editable = learned.flatMap(([word, { write }]) => (write === undefined ? [] : [word]));
  return { channel: key, name, unit, figures: { ...Object.fromEntries(numbers), ...words }, editable, taught };
}

/** Puts a person's figures in the place of learned ones, all or none. @throws ScadaError INPUT_INVALID */
export function amendLine(line: Line, channel: number, figures: Readonly<Record<string, number>>): void {
  const refuse = (what: string, hint: string): never => {
    throw new ScadaError('config', 'INPUT_INVALID', what, { hint });
  };
  const after = new Map(Object.entries(line.figures).map(([word, figure]) => [word, figure.read(channel)]));
  for (const [word, value] of Object.entries(figures)) {
    const figure = line.figures[word];
    if (figure?.write === undefined)
      refuse(`${word} is no figure of this line that can be edited`, `those are ${Object.keys(line.figures).join(', ')}`);
    else if (!suits(value, figure)) refuse(`${word} can not be ${value}`, `give a number${boundsOf(figure)}`);
    after.set(word, value);
  }
  if ((after.get('low') ?? -Infinity) > (after.get('high') ?? Infinity))
    refuse('low can not be above high', 'give both if both are to move');
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
