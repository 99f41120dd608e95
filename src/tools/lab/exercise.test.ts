import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { main } from '../../main.ts';
import { exercise } from './exercise.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-exercise-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const guide = readFileSync('simulators/scenarios/README.md', 'utf8');
const [, example = ''] = /```yaml\n([^]*?)```/.exec(guide) ?? [];
const fileOf = (name: string, text: string): string => {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
};

it('plays the example of the guide with the report that the guide shows', async () => {
  const { lines, achieved } = await exercise(fileOf('low-pressure.yaml', example));
  expect(achieved).toBe(true);
  const indented = lines.map((line) => `   ${line}`).join('\n');
  expect(guide).toContain(`\`\`\`\n${indented}\n   \`\`\``);
});

it('fails if a test of the physical effect fails, and ends at a stop condition', async () => {
  const changed = example.replace('below 30 within 5m', 'below 10 within 5m');
  const stopping = changed.replace('difficulty:', 'stopWhen: [truth pressure.L4 below 30]\nseed: 7\nhours: [9, 10]\ndifficulty:');
  const { lines, achieved } = await exercise(fileOf('weak.yaml', stopping));
  expect(achieved).toBe(false);
  expect(lines[0]).toBe('low-pressure on the waterworks, random seed 7, from 9:00 UTC');
  expect(lines.at(-1)).toBe('Physical effect not achieved: 1 of 2 tests passed.');
  expect(lines.some((line) => line.endsWith('stop condition: truth pressure.L4 below 30'))).toBe(true);
});

it('refuses a file with its line, and an unknown plant with the list', async () => {
  const misspelt = fileOf('misspelt.yaml', example.replace('target: PRV1.SP', 'target: PRV1.SPP'));
  await expect(exercise(misspelt)).rejects.toThrow(
    /misspelt\.yaml:20:5 steps\.0\.target: there is no point PRV1\.SPP; known: PRV1\.SP,/,
  );
  const elsewhere = fileOf('elsewhere.yaml', example.replace('plant: waterworks', 'plant: brewery'));
  await expect(exercise(elsewhere)).rejects.toThrow(/elsewhere\.yaml:2:1 plant: there is no plant brewery; known: waterworks/);
});

it('lists what a scenario can name, as a command', async () => {
  using said = vi.spyOn(console, 'log').mockImplementation(() => {});
  await main(['node', 'scadawatch', 'exercise', 'device-scan', '--names']);
  const [text] = said.mock.calls.flat() as string[];
  expect(text).toMatch(/^ {2}PRV1\.SP {2,}PRV1, rtu2, write, 38 m: /m);
  expect(text).toMatch(/^ {2}pressure\.L4 +\d/m);
});
