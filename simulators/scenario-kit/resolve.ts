import type { ConfigProblem } from '../../src/config/problems.ts';
import { attackMatrix, techniqueById } from '../../src/core/attack.ts';
import { maintenanceKinds } from '../../src/core/maintenance.ts';
import {
  hostileStartS,
  type Scenario,
  type ScenarioAct,
  type ScenarioMaintenance,
  type ScenarioStep,
} from '../../src/core/scenario.ts';
import { effectIn } from './conditions.ts';
import type { ScenarioFile, ScenarioFileStep } from './schema.ts';

/** The scenario of a file. Adds to `problems` what contradicts itself. */
export function resolveScenario(file: ScenarioFile, problems: ConfigProblem[]): Scenario {
  const { duration, effects, stopWhen, hints, seed, hours, maintenance, expect, truth, ...same } = file;
  const base: Scenario = {
    ...same,
    durationS: duration,
    steps: file.steps.map(stepOf),
    truth: truth.map(({ from, to, tags, equipment }) => ({ fromS: from, toS: to, tags, equipment })),
    ...(hints === undefined ? {} : { hints }),
    ...(seed === undefined ? {} : { seed }),
    ...(hours === undefined ? {} : { hours }),
    ...(stopWhen === undefined ? {} : { stopWhen }),
    ...(maintenance === undefined ? {} : { maintenance: maintenance.map(maintenanceOf) }),
    ...(expect === undefined ? {} : { expect: expectationOf(expect) }),
  };
  const hostileS = hostileStartS(base);
  const scenario: Scenario =
    effects === undefined ? base : { ...base, effects: effects.map((effect) => effectIn(effect, hostileS, duration)) };
  checkTimes(scenario, problems);
  checkTechniques(scenario, problems);
  checkKind(scenario, problems);
  return scenario;
}

const expectationOf = ({ within, equipment, tags, devices }: NonNullable<ScenarioFile['expect']>): Scenario['expect'] => ({
  finding: { equipment, tags, ...(devices === undefined ? {} : { devices }) },
  withinS: within,
});

function maintenanceOf({ lasts, reason, ...places }: NonNullable<ScenarioFile['maintenance']>[number]): ScenarioMaintenance {
  const kind = maintenanceKinds.find((one) => places[one] !== undefined) ?? 'equipment';
  return { place: { kind, id: places[kind] ?? '' }, lastsS: lasts, reason };
}

function stepOf(step: ScenarioFileStep): ScenarioStep {
  const { at: atS, every, until, actor, text } = step;
  return {
    atS,
    ...(every === undefined ? {} : { everyS: every }),
    ...(until === undefined ? {} : { untilS: until }),
    actor,
    act: actOf(step),
    text,
  };
}

function actOf(step: ScenarioFileStep): ScenarioAct {
  switch (step.operation) {
    case 'write': {
      const place = step.addressOf === undefined ? {} : { addressOf: step.addressOf };
      if (step.protocol === 'modbus')
        return { type: 'modbus-write', controller: step.controller, point: step.target, value: step.value, ...place };
      const certificate = step.certificateOf === undefined ? {} : { certificateOf: step.certificateOf };
      return { type: 'opcua-write', point: step.target, value: step.value, ...certificate, ...place };
    }
    case 'scan':
      return { type: 'modbus-scan', controller: step.controller, from: step.addresses[0], to: step.addresses[1] };
    case 'connect':
      return { type: 'modbus-connect', controller: step.controller, connections: step.connections };
    case 'restart':
      return { type: 'modbus-restart', controller: step.controller };
    case 'block':
      return { type: 'modbus-block', controller: step.controller };
    case 'display':
      return { type: 'modbus-display', controller: step.controller, points: step.targets };
    case 'blank':
      return { type: 'modbus-blank', controller: step.controller };
    case 'sensor-stuck':
      return { type: 'plant', action: { type: 'sensor-stuck', point: step.target, value: step.value } };
    case 'sensor-bias': {
      const drift = step.driftPerHour === undefined ? {} : { driftPerHour: step.driftPerHour };
      return { type: 'plant', action: { type: 'sensor-bias', point: step.target, offset: step.value, ...drift } };
    }
    case 'sensor-noise':
      return { type: 'plant', action: { type: 'sensor-noise', point: step.target, deviation: step.value } };
    case 'replay':
      return { type: 'plant', action: { type: 'replay', points: step.targets, lengthS: step.length } };
    case 'release':
      return { type: 'plant', action: { type: 'release', point: step.target } };
    case 'act':
      return {
        type: 'plant',
        action: { type: 'act', name: step.name, ...(step.value === undefined ? {} : { value: step.value }) },
      };
  }
}

function checkTimes({ durationS, steps, truth, effects = [], maintenance = [] }: Scenario, problems: ConfigProblem[]): void {
  const late = `after the end of the scenario, whose duration is ${durationS}s`;
  const check = (s: number, ...path: PropertyKey[]): void => {
    if (s > durationS) problems.push({ path, message: `${s}s is ${late}: move it forward or raise \`duration\`` });
  };
  steps.forEach(({ atS, everyS, untilS, act }, i) => {
    check(atS, 'steps', i, 'at');
    if (untilS !== undefined) check(untilS, 'steps', i, 'until');
    if (untilS !== undefined && everyS === undefined)
      problems.push({ path: ['steps', i, 'until'], message: 'a step that does not repeat has no end: state `every` too' });
    if (act.type === 'modbus-scan' && act.from > act.to)
      problems.push({ path: ['steps', i, 'addresses'], message: 'the first address must not be above the last one' });
  });
  maintenance.forEach(({ lastsS }, i) => check(lastsS, 'maintenance', i, 'lasts'));
  truth.forEach(({ fromS, toS }, i) => {
    check(toS, 'truth', i, 'to');
    if (fromS >= toS) problems.push({ path: ['truth', i, 'from'], message: 'must be before `to`' });
  });
  effects.forEach(({ fromS, toS }, i) => {
    check(toS, 'effects', i);
    if (fromS > toS) problems.push({ path: ['effects', i], message: 'its time ends before it begins' });
  });
}

function checkTechniques({ techniques }: Scenario, problems: ConfigProblem[]): void {
  techniques.forEach((id, i) => {
    if (techniqueById(id) !== undefined) return;
    const now = attackMatrix.techniques.filter(({ v18 }) => v18 === id).map((technique) => technique.id);
    const hint = now.length > 0 ? `it is ${now.join(' or ')} since v19` : 'take an id of the matrix, such as T0836';
    problems.push({
      path: ['techniques', i],
      message: `ATT&CK for ICS ${attackMatrix.version} has no technique ${id}: ${hint}`,
    });
  });
}

/** A benign scenario has no ground truth, and any other one has. */
function checkKind({ kind, truth, techniques, expect, steps }: Scenario, problems: ConfigProblem[]): void {
  if (kind !== 'benign') {
    if (truth.length === 0) problems.push({ path: ['truth'], message: `a scenario of kind ${kind} needs at least one span` });
    return;
  }
  const none = 'a benign scenario has none: remove it, or change `kind`';
  if (truth.length > 0) problems.push({ path: ['truth'], message: none });
  if (techniques.length > 0) problems.push({ path: ['techniques'], message: none });
  if (expect !== undefined) problems.push({ path: ['expect'], message: none });
  steps.forEach(({ actor }, i) => {
    if (actor === 'attacker') problems.push({ path: ['steps', i, 'actor'], message: 'a benign scenario has no attacker' });
  });
}
