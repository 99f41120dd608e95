import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { readDocument } from '../../src/config/document.ts';
import { duration } from '../../src/config/duration.ts';
import { line } from '../../src/config/line.ts';
import { configError, schemaProblems, unknownName } from '../../src/config/problems.ts';
import { ScadaError } from '../../src/core/errors.ts';

/** Most scenarios of a campaign, delay before one in days, and size of a file. */
const most = { scenarios: 50, days: 1, bytes: 100_000 } as const;
const guide = 'simulators/scenarios/README.md shows how to write a campaign';

const delay = duration
  .transform((ms) => ms / 1_000)
  .refine(Number.isInteger, 'whole seconds, because a plant advances by seconds')
  .refine((s) => s <= most.days * 86_400, `at most ${most.days}d`);

const campaignSchema = z.strictObject({
  title: line(80),
  plant: line(64),
  seed: z.int().min(0).max(0xffffffff).optional(),
  hour: z.int().min(0).max(23).optional(),
  scenarios: z
    .array(z.strictObject({ scenario: line(500), after: delay.optional() }))
    .min(1)
    .max(most.scenarios),
});

/** Several scenarios that are played one after another on one plant. */
export interface Campaign {
  readonly title: string;
  /** Type of the plant. */
  readonly plant: string;
  readonly seed: number | undefined;
  /** Hour of the day, UTC, at which it begins. */
  readonly hour: number | undefined;
  readonly parts: readonly {
    /** Id of a shipped scenario, or path of a file, relative to that of the campaign. */
    readonly scenario: string;
    /** Normal operation before it, s. */
    readonly afterS: number;
  }[];
}

/**
 * Reads a campaign.
 * @param plants types of all plants
 * @returns undefined for a file without `scenarios`, such as that of a scenario
 * @throws ScadaError `config` with file, line and column of each problem
 */
export function readCampaign(file: string, plants: readonly string[]): Campaign | undefined {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  if (statSync(file).size > most.bytes) return undefined;
  const { value, locate } = readDocument(readFileSync(file, 'utf8'), file);
  if (typeof value !== 'object' || value === null || !('scenarios' in value)) return undefined;
  const parsed = campaignSchema.safeParse(value);
  const problems = parsed.success ? [] : schemaProblems(parsed.error);
  if (parsed.success && !plants.includes(parsed.data.plant)) unknownName(problems, ['plant'], 'plant', parsed.data.plant, plants);
  if (problems.length > 0 || !parsed.success) throw configError(file, problems, locate, `try again; ${guide}`);
  const { title, plant, seed, hour, scenarios } = parsed.data;
  return { title, plant, seed, hour, parts: scenarios.map(({ scenario, after = 0 }) => ({ scenario, afterS: after })) };
}

/** Error for a scenario of another plant than that of its campaign. */
export const otherPlant = (file: string, id: string, plant: string): ScadaError =>
  new ScadaError('config', 'CONFIG_INVALID', `${file}: the scenario ${id} is for the plant ${plant}`, {
    hint: 'A campaign has one plant: write a campaign for each.',
  });
