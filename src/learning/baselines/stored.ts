import { z } from 'zod';
import { episodeDecisions } from '../../core/episode-decision.ts';
import type { BaselineStore, StoredBaseline } from '../../core/state.ts';
import { calibrationVersion } from '../../detection/baseline/format.ts';

/** Unlike zod's own schema, accepts infinity and NaN, which baselines may contain. */
const number = z.custom<number>((value) => typeof value === 'number');
const text = z.string();
const entry = z.looseObject({});

const baseline = z.looseObject({
  fingerprint: text,
  calibration: z.looseObject({ version: number }),
  modes: z.array(z.looseObject({ equipment: text, tag: text, of: entry })).optional(),
});
const episode = z.looseObject({
  id: text,
  from: number,
  to: number,
  area: text,
  equipment: text,
  tags: z.array(text),
  detectors: z.array(text),
  sentence: text,
  score: number,
  lasting: z.boolean(),
  decided: z.looseObject({ as: z.enum(episodeDecisions), by: text, at: number }).optional(),
});
/** A baseline in the format of this version. */
const currentBaseline = z.looseObject({
  episodes: z.looseObject({ maxima: text.optional(), withoutMaxima: text.optional(), list: z.array(episode) }).optional(),
  bands: z.record(text, entry),
  calibration: z.looseObject({
    source: text,
    from: number,
    to: number,
    promise: z.looseObject({ days: number, text }),
    detectors: z.record(text, z.looseObject({ thresholds: z.record(text, z.unknown()) })),
  }),
});
const shapes: Readonly<Record<string, z.ZodType>> = {
  site: baseline,
  'site/shadow': baseline,
  'site/traffic': z.looseObject({ source: text, baseline: z.unknown() }),
  'site/review': z.looseObject({ of: number, lines: z.array(z.looseObject({ detector: text, channel: text, name: text })) }),
  'site/limits': z.looseObject({
    of: number,
    from: number,
    to: number,
    text,
    decided: z.record(text, text),
    tags: z.array(z.looseObject({ tag: text, limits: z.array(entry) })),
  }),
  'site/followed': z.looseObject({ from: number, to: number, thresholds: z.array(entry) }),
};

/** Names under which baselines and related records are stored. */
export const storedNames: readonly string[] = Object.keys(shapes);

/** Newest version under a name; undefined if there is none or its content is damaged. */
export function latestReadable(store: BaselineStore, name: string): StoredBaseline | undefined {
  const stored = store.latest(name);
  return stored === undefined || isDamaged(stored) ? undefined : stored;
}

/** True if the content is not JSON, or not of the required shape. */
export function isDamaged({ name, content }: StoredBaseline): boolean {
  if (shapes[name]?.safeParse(content).success !== true) return true;
  if (shapes[name] !== baseline) return false;
  const { version } = (content as unknown as z.infer<typeof baseline>).calibration;
  return version === calibrationVersion && !currentBaseline.safeParse(content).success;
}
