import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../../src/config/document.ts';
import { configError, type ConfigProblem, schemaProblems, unknownName } from '../../src/config/problems.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Plant } from '../../src/core/plant.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { checkNames } from './check.ts';
import { resolveScenario } from './resolve.ts';
import { scenarioFileSchema } from './schema.ts';

/** Most scenario files of a folder, and size of the largest one. */
const most = { files: 200, bytes: 1_000_000 } as const;
const guide = 'simulators/scenarios/README.md shows how to write one';

/** What a scenario is checked against, besides itself. */
export interface ScenarioChecks {
  /** Types of all plants; any type is accepted if absent. */
  readonly plants?: readonly string[];
  /** Plant whose scenarios may only name what it has. */
  readonly against?: { readonly type: string; readonly plant: Plant };
  /** Ids that others have already. */
  readonly taken?: readonly string[];
}

/**
 * Reads a scenario from YAML. `file` is only used in messages.
 * @throws ScadaError `config` with file, line and column of each problem
 */
export function parseScenario(text: string, file: string, { plants, against }: ScenarioChecks = {}): Scenario {
  const { value, locate } = readDocument(text, file);
  const parsed = scenarioFileSchema.safeParse(value);
  const problems: ConfigProblem[] = parsed.success ? [] : schemaProblems(parsed.error);
  const scenario = parsed.success ? resolveScenario(parsed.data, problems) : undefined;
  if (scenario !== undefined && plants?.includes(scenario.plant) === false)
    unknownName(problems, ['plant'], 'plant', scenario.plant, plants);
  if (scenario !== undefined && scenario.plant === against?.type) checkNames(scenario, against.plant, problems);
  if (problems.length > 0 || scenario === undefined) throw configError(file, problems, locate, `try again; ${guide}`);
  return scenario;
}

/** Reads a scenario file. @throws ScadaError `config` as `parseScenario`, and if the file cannot be read */
export function readScenario(file: string, checks: ScenarioChecks = {}): Scenario {
  try {
    if (statSync(file).size > most.bytes) throw new Error(`it has more than ${most.bytes} bytes`);
    return parseScenario(readFileSync(file, 'utf8'), file, checks);
  } catch (cause) {
    if (cause instanceof ScadaError) throw cause;
    throw new ScadaError('config', 'CONFIG_UNREADABLE', `${file} cannot be read: ${(cause as Error).message}`, {
      hint: `Give a scenario file, or a folder of them; ${guide}.`,
      cause,
    });
  }
}

/**
 * Reads a scenario file, or the files `*.yaml` of a folder and `scenario.yaml` of its subfolders.
 * @throws ScadaError `config` as `scenarioFilesIn` and `readScenarioFiles`
 */
export const readScenarios = (path: string, checks: ScenarioChecks = {}): readonly Scenario[] =>
  readScenarioFiles(scenarioFilesIn(path), checks);

/** Files of scenarios and campaigns: a file itself, or those of a folder. @throws ScadaError `config` for a folder without one */
export function scenarioFilesIn(path: string): readonly string[] {
  const files = filesOf(path);
  if (files.length === 0 || files.length > most.files)
    throw new ScadaError('config', 'CONFIG_UNREADABLE', `${path} has ${files.length} scenario files (*.yaml)`, {
      hint: `Give a folder with 1 to ${most.files} of them; ${guide}.`,
    });
  return files;
}

/**
 * Reads scenarios in the order of their files.
 * @throws ScadaError `config` for the first file that cannot be used, and for a second scenario with one id
 */
export function readScenarioFiles(files: readonly string[], { taken = [], ...checks }: ScenarioChecks = {}): readonly Scenario[] {
  const places = new Map(taken.map((id) => [id, 'a shipped scenario']));
  return files.map((file) => {
    const scenario = readScenario(file, checks);
    const other = places.get(scenario.id);
    if (other !== undefined)
      throw new ScadaError('config', 'CONFIG_INVALID', `${file}: the id ${scenario.id} is that of ${other}`, {
        hint: 'Give the scenario another id.',
      });
    places.set(scenario.id, file);
    return scenario;
  });
}

function filesOf(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  return globSync(['*.yaml', '*.yml', '*/scenario.yaml'], { cwd: path })
    .toSorted()
    .map((file) => join(path, file));
}
