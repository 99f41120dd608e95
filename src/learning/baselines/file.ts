import { Document, isMap, isScalar } from 'yaml';
import { z } from 'zod';
import { readDocument } from '../../config/document.ts';
import { ScadaError } from '../../core/errors.ts';
import type { BaselineLine, LearnedFrom, LineMark } from '../../core/monitor.ts';
import type { ReviewedLine } from './reviewed-line.ts';

const format = 1;

const mark = z.strictObject({ by: z.string(), at: z.iso.datetime(), reason: z.string().optional() });
const lineSchema = z
  .object({
    unit: z.string().optional(),
    threshold: z.number().optional(),
    learned: z.string(),
    samples: z.number().optional(),
    followed: z.strictObject({ since: z.iso.datetime(), by: z.number() }).optional(),
    approved: mark.optional(),
    edited: mark.extend({ was: z.record(z.string(), z.number()) }).optional(),
    unlearned: mark.optional(),
    raised: mark.extend({ alert: z.string(), was: z.number(), to: z.number().positive() }).optional(),
  })
  .catchall(z.union([z.number(), z.string()]));
const fileSchema = z.strictObject({
  format: z.literal(format),
  site: z.string(),
  learned: z.record(z.string(), z.strictObject({ at: z.iso.datetime(), from: z.string() })),
  lines: z.record(z.string(), z.record(z.string(), lineSchema)),
});
type FileLine = z.infer<typeof lineSchema>;

/** Key of an entry within its channel: detector and property. */
export const keyInFile = ({ detector, name }: Pick<BaselineLine, 'detector' | 'name'>): string => `${detector} ${name}`.trim();

/** Writes entries as YAML with one line of text each. Numbers are exact, so that reading the file returns the same entries. */
export function writeFileText(site: string, learned: LearnedFrom, lines: readonly BaselineLine[]): string {
  const version = `v${learned.version}`;
  const channels = Map.groupBy(lines, ({ channel }) => channel);
  const content = {
    format,
    site,
    learned: { [version]: { at: iso(learned.at), from: learned.from } },
    lines: Object.fromEntries(
      [...channels].map(([channel, own]) => [
        channel,
        Object.fromEntries(own.map((line) => [keyInFile(line), fileLine(line, version)])),
      ]),
    ),
  };
  const document = new Document(content);
  document.commentBefore =
    ' What is known of normal operation: a line for each learned fact, in engineering units, times in s.\n' +
    ' A finding begins where the surprise passes `threshold`, 1 being the edge of what was learned, or where slow change has\n' +
    ' raised it to: by that part of it, as `followed` says. `samples` is how many taught the line (vectors, in a group).\n' +
    ' Numbers that were edited here take effect by `scadawatch baseline import`.';
  const { contents } = document;
  for (const section of isMap(contents) ? contents.items : []) {
    if (!isMap(section.value)) continue;
    for (const { value } of section.value.items) {
      if (!isMap(value)) continue;
      if (isScalar(section.key) && section.key.value === 'learned') value.flow = true;
      for (const line of value.items) if (isMap(line.value)) line.value.flow = true;
    }
  }
  return document.toString({ lineWidth: 0 });
}

function fileLine(line: BaselineLine, learned: string): object {
  const { figures, unit, threshold, samples, followed, approved, edited, unlearned, raised } = line;
  return {
    ...figures,
    ...(unit === '' ? {} : { unit }),
    ...(threshold === undefined ? {} : { threshold }),
    learned,
    ...(samples === undefined ? {} : { samples }),
    ...(followed === undefined ? {} : { followed: { since: iso(followed.since), by: followed.by } }),
    ...(approved === undefined ? {} : { approved: toFile(approved) }),
    ...(edited === undefined ? {} : { edited: { ...toFile(edited), was: edited.was } }),
    ...(unlearned === undefined ? {} : { unlearned: toFile(unlearned) }),
    ...(raised === undefined ? {} : { raised: { ...toFile(raised), alert: raised.alert, was: raised.was, to: raised.to } }),
  };
}

/**
 * Decisions of a file about the learned entries: figures that differ are edits.
 * @param own mark of the importing user, for edits without a mark
 * @throws ScadaError INPUT_INVALID with the path in the file
 */
export function readFileText(text: string, learned: readonly BaselineLine[], own: LineMark): ReviewedLine[] {
  const channels = parseFile(text);
  const known = new Map(learned.map((line) => [`${line.channel}\n${keyInFile(line)}`, line]));
  return Object.entries(channels).flatMap(([channel, lines]) =>
    Object.entries(lines).flatMap(([key, line]) => {
      const base = known.get(`${channel}\n${key}`);
      if (base === undefined) throw invalid(`lines.${channel}.${key}: nothing like that was learned`);
      return decided(base, line, own, `lines.${channel}.${key}`);
    }),
  );
}

/** Entries of a file by channel and key. @throws ScadaError INPUT_INVALID */
export function parseFile(text: string): Readonly<Record<string, Readonly<Record<string, FileLine>>>> {
  const parsed = fileSchema.safeParse(readValue(text));
  if (parsed.success) return parsed.data.lines;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it does not read as one'}`);
}

/** An exported file has no aliases. */
function readValue(text: string): unknown {
  try {
    return readDocument(text, 'line', { aliasedNodes: 0 }).value;
  } catch (thrown) {
    throw invalid((thrown as Error).message);
  }
}

/** Figures of an entry in a file, without its other properties. */
export function figuresOf({
  unit: _u,
  threshold: _t,
  learned: _l,
  samples: _s,
  followed: _f,
  approved: _a,
  edited: _e,
  unlearned: _n,
  raised: _r,
  ...figures
}: FileLine) {
  return figures as Readonly<Record<string, number | string>>;
}

function decided(base: BaselineLine, line: FileLine, own: LineMark, path: string): ReviewedLine[] {
  const figures = figuresOf(line);
  const differing = Object.entries(figures).filter(([word, value]) => !Object.is(value, base.figures[word]));
  const numbers = differing.map(([word, value]): [string, number] => {
    if (typeof value === 'number' && typeof base.figures[word] === 'number') return [word, value];
    throw invalid(`${path}.${word}: it was learned as ${base.figures[word] ?? 'nothing'}, and cannot be edited`);
  });
  const { approved, edited, unlearned, raised } = line;
  if (numbers.length === 0 && approved === undefined && unlearned === undefined && raised === undefined) return [];
  const { detector, channel, name } = base;
  return [
    {
      detector,
      channel,
      name,
      ...(approved === undefined ? {} : { approved: fromFile(approved) }),
      ...(numbers.length === 0
        ? {}
        : { edited: { ...(edited === undefined ? own : fromFile(edited)), figures: Object.fromEntries(numbers) } }),
      ...(unlearned === undefined ? {} : { unlearned: fromFile(unlearned) }),
      ...(raised === undefined ? {} : { raised: { ...fromFile(raised), alert: raised.alert, was: raised.was, to: raised.to } }),
    },
  ];
}

const iso = (time: number): string => new Date(time).toISOString();
const toFile = ({ by, at, reason }: LineMark) => ({ by, at: iso(at), ...(reason === undefined ? {} : { reason }) });
const fromFile = ({ by, at, reason }: z.infer<typeof mark>): LineMark => ({
  by,
  at: Date.parse(at),
  ...(reason === undefined ? {} : { reason }),
});

const invalid = (what: string): ScadaError =>
  new ScadaError('config', 'INPUT_INVALID', `the baseline file cannot be used: ${what}`, {
    hint: 'scadawatch baseline export writes one as it should be',
  });
