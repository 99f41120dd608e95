import type { Position } from '../core/monitor.ts';
import { type ConfigProblem, unknownName } from './problems.ts';
import type { ConfigFile } from './schema.ts';

/** The operator positions. Adds to `problems`: an unknown area, an area of two positions, a budget above that of the plant. */
export function resolvePositions(file: ConfigFile, problems: ConfigProblem[]): Position[] {
  const known = file.areas.map(({ id }) => id);
  const names = new Set<string>();
  const owners = new Map<string, string>();
  return file.positions.map(({ name, areas, alarmBudget }, i) => {
    if (names.has(name)) problems.push({ path: ['positions', i, 'name'], message: `the position ${name} is defined twice` });
    names.add(name);
    if (alarmBudget > file.alarmBudget)
      problems.push({
        path: ['positions', i, 'alarmBudget'],
        message: `larger than the alarm budget of the whole plant, ${file.alarmBudget}`,
      });
    areas.forEach((area, j) => {
      const path = ['positions', i, 'areas', j];
      if (!known.includes(area)) unknownName(problems, path, 'area', area, known);
      const owner = owners.get(area);
      if (owner !== undefined) problems.push({ path, message: `the area ${area} belongs to the position ${owner}` });
      owners.set(area, name);
    });
    return { name, areas, budgetPerDay: alarmBudget };
  });
}
