import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import packageFile from '../package.json' with { type: 'json' };

const start = fileURLToPath(new URL('start.js', import.meta.url));
const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;

it('starts by its first line, as an installed package does', () => {
  const [interpreter = '', ...args] = /^#!(.*)$/m.exec(readFileSync(start, 'utf8'))?.[1]?.split(' ') ?? [];
  // after -S the kernel hands over what follows as one argument, which env splits
  const run = (flag: string): string =>
    execFileSync(interpreter, [args.join(' '), start, flag], { encoding: 'utf8', env: { ...process.env, PATH: path } });
  expect(run('--version')).toBe(`${packageFile.version}\n`);
  expect(run('--help')).toContain('Usage: scadawatch');
});

it('reports in one line what to do on an older Node', () => {
  const old = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.20.2"}})';
  const { status, stderr } = spawnSync(process.execPath, ['--import', old, start, '--version'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('needs Node 24.7 or newer; this is 20.20.2');
  expect(stderr).toContain('npm install node@24');
  expect(stderr.match(/\n/g)).toHaveLength(1);
});
