import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Coverage, CoverageScenario } from '../../src/core/coverage.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { allScenarios } from './index.ts';

/** Results of `npm run bench:scenarios`, which ship with the package. */
export const measuredFile = fileURLToPath(new URL('./measured.json', import.meta.url));

const play = z.strictObject({
  id: z.string(),
  speed: z.number().positive(),
  seed: z.int().min(0),
  delayS: z.number().nullable(),
  assetRight: z.boolean().nullable(),
  named: z.array(z.string()).readonly(),
  falseAlerts: z.int().min(0),
  /** Incidents of its true alerts. Absent in results of earlier versions. */
  incidents: z.int().min(0).optional(),
});

/** A day of normal operation of a plant, without a scenario. */
const normalDay = z.strictObject({ plant: z.string(), seed: z.int().min(0), alerts: z.int().min(0) });

const measuredSchema = z.strictObject({
  code: z.string().regex(/^[0-9a-f]{12}$/),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,40}$/)
    .optional(),
  measuredOn: z.iso.date(),
  /** Random seeds with which each scenario is played in a complete measurement. */
  seeds: z.array(z.int().min(0)).min(1).max(100),
  plays: z.array(play).max(100_000).readonly(),
  normalDays: z.array(normalDay).max(1_000).readonly().optional(),
});

/** Results of the bench as the file has them. */
export type Measured = z.output<typeof measuredSchema>;

/**
 * The measured coverage of the shipped scenarios; undefined if the installation has no measurement.
 * @throws ScadaError INTERNAL if the file cannot be used
 */
export function readCoverage(file = measuredFile): Coverage | undefined {
  const text = textOf(file);
  return text === undefined ? undefined : coverageOf(parseMeasured(text, file), allScenarios());
}

/** The content of a file of results. @throws ScadaError INTERNAL if it cannot be used */
export function parseMeasured(text: string, file: string): Measured {
  try {
    return measuredSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ScadaError('fatal', 'INTERNAL', `${file} is not a result of npm run bench:scenarios`, {
      hint: 'Install scadawatch again.',
      cause,
    });
  }
}

/** The results with their scenarios. Plays of scenarios that no longer exist are left out. */
export function coverageOf({ code, commit, measuredOn, seeds, plays }: Measured, scenarios: readonly Scenario[]): Coverage {
  const known = new Set(scenarios.map(({ id }) => id));
  return {
    code,
    commit,
    measuredOn,
    playsPerScenario: seeds.length,
    scenarios: scenarios.map(coverageScenario),
    plays: plays
      .filter(({ id }) => known.has(id))
      .map(({ id, seed, delayS, assetRight, named, falseAlerts }) => ({
        id,
        seed,
        delayS: delayS ?? Number.NaN,
        assetRight: assetRight === true,
        named,
        falseAlerts,
      })),
  };
}

const coverageScenario = ({ id, plant, kind, title, techniques, expect }: Scenario): CoverageScenario => ({
  id,
  plant,
  kind,
  title,
  techniques,
  ...(expect === undefined ? {} : { withinS: expect.withinS }),
});

/** Undefined if the file does not exist. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ScadaError('fatal', 'INTERNAL', `${file} cannot be read: ${(cause as Error).message}`, {
      hint: 'Install scadawatch again.',
      cause,
    });
  }
}
