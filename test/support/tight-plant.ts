import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const plantFile = fileURLToPath(new URL('../../simulators/plants/waterworks/plant.yaml', import.meta.url));

/**
 * Limits that need no learning: two neighbouring ones are exceeded from the start, the last one when the scenario `pumps-stopped`
 * stops the pumps.
 */
const lows: Readonly<Record<string, number>> = { 'RW.FT01': 240, 'RW.LT01': 5.9, 'PS.FT01': 20 };

/** Writes the example configuration with tight limits into a folder. Returns the file. */
export function tightPlant(dir: string): string {
  let yaml = readFileSync(plantFile, 'utf8');
  for (const [tag, low] of Object.entries(lows)) {
    const line = new RegExp(`^(  ${tag.replaceAll('.', '\\.')}: \\{.*)\\}$`, 'm');
    if (!line.test(yaml)) throw new Error(`${plantFile} has no line for ${tag}`);
    yaml = yaml.replace(line, `$1, limits: {low: ${low}, priority: 2, response: 'Look at it'}}`);
  }
  const file = join(dir, 'plant.yaml');
  writeFileSync(file, yaml);
  for (const beside of ['alarms.yaml', 'mimics.yaml']) copyFileSync(join(dirname(plantFile), beside), join(dir, beside));
  return file;
}
