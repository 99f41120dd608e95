import type { MonitorConfig } from '../../config/resolve.ts';

/** Changes of `shadow` against the live detection, as text. */
export function changesOf({ shadow, detectors, budgetPerDay }: MonitorConfig): string[] {
  if (shadow === undefined) return [];
  const live = new Map(detectors.map(({ plugin, config }) => [plugin.type, settingsOf(config)]));
  const changed = new Map(shadow.detectors.map(({ plugin, config }) => [plugin.type, settingsOf(config)]));
  const settings = [...new Set([...live.keys(), ...changed.keys()])].flatMap((type) => {
    const [before, after] = [live.get(type), changed.get(type)];
    if (before === undefined) return [`${type}: runs`];
    if (after === undefined) return [`${type}: left out`];
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys
      .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
      .map((key) => `${type}.${key}: ${JSON.stringify(before[key])} → ${JSON.stringify(after[key])}`);
  });
  return shadow.budgetPerDay === budgetPerDay
    ? settings
    : [`alarm budget: ${budgetPerDay} → ${shadow.budgetPerDay} a day`, ...settings];
}

const settingsOf = (config: unknown): Readonly<Record<string, unknown>> => ({ ...(config as object) });
