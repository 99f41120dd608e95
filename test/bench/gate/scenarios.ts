import { waterworks } from '../../../simulators/plants/waterworks/index.ts';
import type { BenchOptions } from '../options.ts';
import { falsifications } from './alone.ts';
import { incidentScenarios } from './incidents.ts';
import { type GateScenario, higher, lower } from './scenario.ts';
import { speedScenarios } from './speed.ts';

/** Of 12 calibrations that each lack a month. */
const without = (figure: string): string => `batadal-dev ${figure}, mean of 12 calibrations without a month`;

const budgets = [2.4, 12, 24] as const;
const attacks = ['chlorine-setpoint', 'clearwell-flat', 'pumps-stopped', 'replay-valve'] as const;
const attackers = ['gdyn', 'wb', 'wbn', 'replay', 'donor', 'adaptive'] as const;
const twins = ['operator-setpoint', 'analyser-calibration'] as const;

/** Faults of single tags: share of the tags in which each is found, %. */
const faults = {
  'drift-1': 'drifts by 1 % of its range per hour',
  'drift-0.3': 'drifts by 0.3 % of its range per hour',
  'hunting-30': 'hunts by ±0.7 % every 30 scans',
  'hunting-120': 'hunts by ±2 % every 120 scans',
  'of-3-h-ago': 'shows its values of 3 h ago',
  'finer-steps': 'moves in a fraction of its steps',
  'coarser-steps': 'moves in fourfold steps',
  'spike-range': 'has one sample an hour off by 5 % of its range',
  'spike-noise': 'has one sample an hour off by 10 times its noise',
  'noise-double': 'has twice its noise',
  'noise-half': 'is damped to half its noise',
  'noise-tenth': 'is damped to a tenth of its noise',
  'shift-1': 'reads 1 % of its range too high',
  'shift-3': 'reads 3 % of its range too high',
  'stands-still': 'stands still',
  'stands-still-10-min': 'stands still for 10 min an hour',
  missing: 'gives no samples',
  'counter-slow': 'counts at half its pace',
  'counter-reset': 'is reset',
  'command-without-effect': 'no longer follows its command',
  'contact-bounces': 'bounces for a minute an hour',
  'contact-wrong-once': 'reads its other state for one scan an hour',
  'state-stays': 'stays in its state',
  'state-new': 'shows a code that it never had',
} as const;

/** Every scenario of the gate: speed, the open suites, the simulated waterworks, and each detector alone. */
export const scenarios: readonly GateScenario[] = [
  ...speedScenarios,
  higher('batadal-dev/S', 'batadal-dev', 'batadal-dev S', 0.01),
  higher('batadal-dev/S-12', 'batadal-dev', without('S'), 0.005, 0.95),
  higher('batadal-dev/S_CM-12', 'batadal-dev', without('S_CM'), 0.003, 0.955),
  higher('batadal-dev/TNR-12', 'batadal-dev', without('TNR'), 0.005),
  higher('batadal-dev/attacks-12', 'batadal-dev', without('attacks found'), 0, 7),
  lower('batadal-dev/false-episodes-12', 'batadal-dev', without('false episodes'), 0.5, 3),
  higher('tep/FDR21', 'tep', 'tep FDR21', 0.5),
  higher('tep/FDR18', 'tep', 'tep FDR18', 0.5, 94),
  lower('tep/false-alarms', 'tep', 'tep false alarm rows, blocks of d00 kept out', 0.3, 1),
  higher('skab/F1', 'skab', 'skab F1', 0.01, 0.81),
  lower('skab/false-alarms', 'skab', 'skab false alarm rows', 2, 20),
  higher('skab/change-points', 'skab', 'skab change points', 1, 36),
  lower('skab/start-shift', 'skab', 'skab F1 when the start is shifted, largest move', 0.01),
  higher('nab/fixed', 'nab', 'nab, threshold fixed in advance', 1, 60),
  higher('nab/published', 'nab', 'nab, published protocol', 1, 66),
  lower('uncalibrated/calm', 'uncalibrated', 'batadal dataset03, no calibration', 0.02),
  ...incidentScenarios,
  higher('uncalibrated/attacks', 'uncalibrated', 'batadal dataset04, no calibration', 1),
  lower('uncalibrated/rig', 'uncalibrated', 'skab anomaly-free, no calibration', 3),
  higher('hard/open', 'hard', 'hard S, nothing more concealed', 0.005),
  ...attackers.map((name) => higher(`hard/${name}`, 'hard', `hard mean S, ${name}`, 0.01)),
  ...budgets.map((budget) => higher(`waterworks/kept-${budget}`, 'waterworks', `waterworks, budget ${budget}/day`, 0, 9)),
  ...budgets.flatMap((budget) => [
    ...attacks.map((id) => lower(`waterworks/${id}-${budget}`, 'waterworks', `${id}, budget ${budget}/day`, 30)),
    ...attacks.map((id) =>
      higher(`waterworks/${id}-${budget}-in-time`, 'waterworks', `${id}, budget ${budget}/day, in time`, 0, 100),
    ),
    ...twins.map((id) => lower(`waterworks/${id}-${budget}`, 'waterworks', `${id}, budget ${budget}/day`, 0.34)),
  ]),
  ...[3, 10, 30].flatMap((days) => [
    higher(`weeks/promised-${days}`, 'weeks', `weeks: ${days} days learned, budgets promised`, 0),
    lower(`weeks/normal-${days}`, 'weeks', `weeks: ${days} days learned, normal days`, 0.5),
    higher(`weeks/in-time-${days}`, 'weeks', `weeks: ${days} days learned, attacks found in time`, 0),
  ]),
  ...['untold', 'approved'].flatMap((modes) =>
    [2.4, 24].flatMap((budget) => [
      lower(`modes/normal-${modes}-${budget}`, 'modes', `modes ${modes}: normal days, budget ${budget}`, 0.5),
      higher(`modes/found-${modes}-${budget}`, 'modes', `modes ${modes}: faults in one mode, budget ${budget}`, 7.5),
    ]),
  ),
  ...[2.4, 24].flatMap((budget) => [
    lower(`modes/relations-normal-${budget}`, 'modes', `modes: relations by mode, budget ${budget}: normal days`, 0.5),
    higher(`modes/relations-found-${budget}`, 'modes', `modes: relations by mode, budget ${budget}: faults in one mode`, 7.5),
  ]),
  lower('faults/none', 'faults', 'faults: none', 0),
  ...Object.entries(faults).map(([id, name]) => higher(`faults/${id}`, 'faults', `faults: ${name}`, 3)),
  ...[4, 8].map((flow) => higher(`night/${flow}`, 'night', `night: ${flow} L/s drawn off`, 0, 100)),
  lower('night/calm', 'night', 'night: findings of profile on normal days', 0.15),
  ...[2.4, 24].flatMap((budget) => [
    ...['leak', 'theft', 'meter', 'attacker'].map((kind) =>
      higher(`leaks/${kind}-${budget}`, 'leaks', `leaks: ${kind}, budget ${budget}`, 10),
    ),
    higher(`leaks/alone-${budget}`, 'leaks', `leaks: found by balance alone, budget ${budget}`, 2),
    lower(`leaks/calm-${budget}`, 'leaks', `leaks: normal days, budget ${budget}`, 0.5, budget),
  ]),
  higher('lemay/CnC', 'lemay', 'lemay CnC_uploading_exe: malicious packets alarmed', 0),
  higher('lemay/moving_two_files', 'lemay', 'lemay moving_two_files: malicious packets alarmed', 0),
  // the bar is one false packet at the most
  lower('lemay/CnC-false', 'lemay', 'lemay CnC_uploading_exe: normal packets alarmed', 1),
  lower('lemay/moving_two_files-false', 'lemay', 'lemay moving_two_files: normal packets alarmed', 1),
  ...Object.keys(falsifications).map((type) => higher(`alone/${type}`, 'alone', `alone: ${type}`, 0.02)),
  ...['never', 'always'].map((name) => higher(`alone/${name}`, 'alone', `alone: ${name}`, 0)),
  higher('alone/random', 'alone', 'alone: random', 0.05),
];

/** The scenarios of a run. @param plant `--plant`; undefined for the plant that each bench takes without it */
export const scenariosOfPlant = (plant: string | undefined): readonly GateScenario[] =>
  scenarios.filter((one) => (plant === undefined ? (one.plant ?? waterworks.type) === waterworks.type : one.plant === plant));

/**
 * Gates that a run of the bench decides: those of its plant. Of the plays of `incidents`, a run can choose one speed, or the pairs, of
 * which it then has every play. A run of one scenario or random seed decides none.
 */
export function scenariosOfRun({ plant, scenario, speed, seed }: BenchOptions): readonly GateScenario[] {
  const all = scenariosOfPlant(plant);
  if (scenario === 'pairs' && seed === undefined) return all.filter(({ id }) => /^incidents.*\/pairs$/.test(id));
  if (scenario !== undefined || seed !== undefined) return [];
  return speed === undefined ? all : all.filter(({ id }) => id.startsWith('incidents') && id.endsWith(`-${speed}`));
}

/** Detectors that no scenario judges alone, and why. */
export const exclusions: Readonly<Record<string, string>> = {
  profile: 'it needs a week, which a bench of seconds has not: the bench `night` judges it on three weeks',
  novelty: 'it watches what no calibration has learned: nab and uncalibrated judge it, where the others are silent',
  counter: 'there is no counter among the few tags: the bench `faults` judges it in every counter of the waterworks',
  sequence:
    'no equipment among the few tags has two discrete ones: the bench `faults` judges it on the pumps that no longer follow their commands',
  interlock: 'it needs days of visits to each state, which a bench of seconds has not: waterworks judges it with the others',
  response:
    'no equipment among the few tags has a command: test/detection/response.test.ts judges it on commands and set-points of the waterworks',
  overdue:
    'it needs days of operations, which a bench of seconds has not: its own tests judge it on washes, rotations and reports',
  agreement:
    'it compares two channels by a stated rule, right or wrong without a score: test/detection/agreement.test.ts judges it with falsified connections on real sockets',
  habits: 'it makes minor findings only, after weeks of writes: its own tests judge it',
  traffic: 'it hears packets, not samples: lemay judges it alone',
  'device-health':
    'its findings are rules about events of devices, right or wrong without a score: its own tests go through them',
  parameters:
    'it compares values with approved ones by a stated rule, right or wrong without a score: test/interop/reference.test.ts judges it on a real plant',
  posture:
    'its findings are rules about what a device says of itself, right or wrong without a score: its own tests go through them',
};
