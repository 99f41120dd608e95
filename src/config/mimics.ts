import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ScadaError } from '../core/errors.ts';
import { type Mimic, mimicLimits as most, mimicSides, mimicSize, mimicSymbols, tagsOfObject } from '../core/mimic.ts';
import { readDocument } from './document.ts';
import { configError, type ConfigProblem, schemaProblems, unknownName } from './problems.ts';

const point = z.tuple([z.number().min(0).max(mimicSize.width), z.number().min(0).max(mimicSize.height)]).readonly();
const tag = z.string().min(1).max(128);
const words = (longest: number) => z.string().trim().min(1).max(longest);
const list = <Item extends z.ZodType>(item: Item, longest: number) => z.array(item).max(longest).default([]);

const object = z.strictObject({
  symbol: z.enum(mimicSymbols),
  name: words(most.name),
  at: point,
  size: z
    .tuple([z.number().min(20).max(mimicSize.width), z.number().min(20).max(mimicSize.height)])
    .readonly()
    .optional(),
  facing: z.enum(mimicSides).default('right'),
  state: tag.optional(),
  on: z.array(z.number()).min(1).max(32).optional(),
  fault: tag.optional(),
  level: tag.optional(),
  values: list(tag, most.objectValues),
  label: z.enum(mimicSides).default('below'),
});

const fileSchema = z.strictObject({
  mimics: z
    .array(
      z.strictObject({
        area: z.string(),
        title: words(60),
        objects: list(object, most.objects),
        values: list(z.strictObject({ tag, at: point, from: point.optional() }), most.values),
        pipes: list(
          z.strictObject({ through: z.array(point).min(2).max(most.points), arrow: z.boolean().default(false) }),
          most.pipes,
        ),
        texts: list(z.strictObject({ text: words(60), at: point }), most.texts),
      }),
    )
    .max(most.mimics),
});

/** Names that a drawing may use. */
export interface MimicNames {
  readonly areas: readonly string[];
  readonly tags: readonly string[];
}

/** Reads the drawings of a plant. @throws ScadaError `config` with line and column of each problem */
export async function readMimics(file: string, names: MimicNames): Promise<readonly Mimic[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ScadaError('config', 'CONFIG_UNREADABLE', `${file} cannot be read: ${(cause as Error).message}`, {
      hint: 'Check the path: it is the key `mimics` of the configuration. Without the key, displays are made from the tags.',
      cause,
    });
  }
  return parseMimics(text, file, names);
}

/** Reads drawings from YAML. `file` is only used in messages. */
export function parseMimics(text: string, file: string, names: MimicNames): readonly Mimic[] {
  const { value, locate } = readDocument(text, file);
  const parsed = fileSchema.safeParse(value);
  const mimics = parsed.data?.mimics ?? [];
  const problems = parsed.success ? nameProblems(mimics, names) : schemaProblems(parsed.error);
  if (problems.length > 0) throw configError(file, problems, locate);
  return mimics;
}

/** Unknown areas and tags, and areas with two drawings. */
function nameProblems(mimics: readonly Mimic[], { areas, tags }: MimicNames): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const known = new Set(tags);
  const seen = new Set<string>();
  const check = (names: readonly string[], path: readonly PropertyKey[]): void => {
    for (const name of names) if (!known.has(name)) unknownName(problems, path, 'tag', name, tags);
  };
  mimics.forEach(({ area, objects, values }, i) => {
    const path = ['mimics', i];
    if (!areas.includes(area)) unknownName(problems, [...path, 'area'], 'area', area, areas);
    if (seen.has(area)) problems.push({ path: [...path, 'area'], message: `the area ${area} has two drawings` });
    seen.add(area);
    objects.forEach((one, j) => {
      check(tagsOfObject(one), [...path, 'objects', j]);
      if (tagsOfObject(one).length === 0)
        problems.push({ path: [...path, 'objects', j], message: 'an object needs a tag: state, level or values' });
    });
    values.forEach((one, j) => check([one.tag], [...path, 'values', j, 'tag']));
  });
  return problems;
}
