import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ScadaError } from '../core/errors.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Folder of the built pages. In a checkout, builds them first if a source file is newer than the build. */
export async function builtClient(): Promise<string> {
  const source = join(root, 'dashboard/client');
  const built = join(source, 'dist');
  const page = join(built, 'index.html');
  if (!existsSync(join(source, 'vite.config.ts'))) {
    if (existsSync(page)) return built;
    throw new ScadaError('fatal', 'INTERNAL', `the pages of the dashboard are missing in ${built}`, {
      hint: 'install scadawatch again',
    });
  }
  const sources = [join(source, 'index.html'), join(source, 'src'), join(source, 'public'), join(dirname(source), 'protocol.ts')];
  if (!existsSync(page) || newest(sources) > statSync(page).mtimeMs) {
    const { build } = await import('vite');
    await build({ root: source, configFile: join(source, 'vite.config.ts'), logLevel: 'error' });
  }
  return built;
}

/** Time of the newest change in files and folders, recursively, ms UTC. */
function newest(paths: readonly string[]): number {
  return Math.max(
    ...paths
      .filter((path) => existsSync(path))
      .map((path) => {
        const stat = statSync(path);
        if (!stat.isDirectory()) return stat.mtimeMs;
        return Math.max(stat.mtimeMs, newest(readdirSync(path).map((name) => join(path, name))));
      }),
  );
}
