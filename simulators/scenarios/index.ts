import { fileURLToPath } from 'node:url';
import { ScadaError } from '../../src/core/errors.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { readScenario } from '../scenario-kit/read.ts';

/** Folders of the shipped scenarios by plant; those of one plant with attacks first. */
const shipped: Readonly<Record<string, readonly string[]>> = {
  waterworks: [
    'chlorine-setpoint',
    'clearwell-flat',
    'pumps-stopped',
    'replay-valve',
    'device-scan',
    'connections-held',
    'reports-blocked',
    'tag-harvest',
    'tank-overfill',
    'alarms-hidden',
    'pumps-hunting',
    'gauge-toggled',
    'insider-night',
    'hmi-takeover',
    'plc-restarts',
    'level-dead',
    'pressure-stuck',
    'pressure-noisy',
    'tank-leaks',
    'filters-fouled',
    'pump-worn',
    'operator-setpoint',
    'on-call-setpoint',
    'planned-restart',
    'analyser-calibration',
  ],
  substation: [
    'breaker-sweep',
    'relay-relaxed',
    'reclose-disabled',
    'taps-apart',
    'voltage-setpoint',
    'hydro-overspeed',
    'out-of-phase',
    'feeder-replay',
    'hydro-misled',
    'commands-blocked',
    'oil-sensor-drift',
    'charger-failed',
    'fuse-blown',
    'gate-stuck',
    'planned-switching',
    'relay-test',
    'diesel-test',
    'storm',
    'load-transfer',
  ],
  'robot-cell': [
    'pendant-takeover',
    'speed-limit-raised',
    'zone-muted',
    'program-swapped',
    'touch-up',
    'product-change',
    'program-trial',
    'curtain-stop',
  ],
  'gas-line': [
    'surge-valve-shut',
    'pressure-drift',
    'gate-heater-off',
    'scrubber-fouled',
    'line-leaks',
    'unit-changeover',
    'pig-run',
  ],
  reactor: [
    'pressure-logic',
    'safety-unlocked',
    'cooling-shut',
    'temperature-drift',
    'valve-slow',
    'program-download',
    'safety-test',
  ],
};

/** Scenarios that were read: files are read at their first use, because most commands need none. */
const known = new Map<string, Scenario>();

/** The shipped scenarios of a plant, in the order of the list; none for another plant. */
export const scenariosOf = (plant: string): readonly Scenario[] => (shipped[plant] ?? []).map(scenarioOf);

/** All shipped scenarios, by plant. */
export const allScenarios = (): readonly Scenario[] => Object.keys(shipped).flatMap(scenariosOf);

/** Ids of all shipped scenarios. */
export const shippedIds: readonly string[] = Object.values(shipped).flat();

/** File of a shipped scenario. */
export const scenarioFile = (id: string): string => fileURLToPath(new URL(`./${id}/scenario.yaml`, import.meta.url));

/** A shipped scenario. @throws ScadaError LAB_REFUSED if there is none with this id */
export function scenarioOf(id: string): Scenario {
  if (!shippedIds.includes(id)) {
    throw new ScadaError('config', 'LAB_REFUSED', `there is no scenario ${id}`, {
      hint: `choose one of ${shippedIds.join(', ')}`,
    });
  }
  const scenario = known.get(id) ?? readScenario(scenarioFile(id));
  known.set(id, scenario);
  return scenario;
}

/** Files of the shipped campaigns. */
export const shippedCampaigns: readonly string[] = ['waterworks', 'substation'].map((name) =>
  fileURLToPath(new URL(`./campaign-${name}.yaml`, import.meta.url)),
);
