import { copyFileSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Most damaged copies of one file; older ones are deleted. */
const mostKept = 5;
const mark = '.damaged-';

/**
 * Renames a damaged file or folder to `NAME.damaged-20261124T060000Z`. The newest five of a name are kept.
 * @param now ms UTC
 * @param folder target folder; default: its own folder
 * @returns the new path; undefined if the file system does not permit it
 */
export const moveAside = (path: string, now: number, folder: string = dirname(path)): string | undefined =>
  aside(path, now, renameSync, folder);

/** Copies a damaged file to the target of `moveAside`, for a file that is still partly in use. */
export const copyAside = (path: string, now: number): string | undefined => aside(path, now, copyFileSync, dirname(path));

function aside(path: string, now: number, put: (from: string, to: string) => void, folder: string): string | undefined {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const name = `${basename(path)}${mark}${stamp}`;
  let target = join(folder, name);
  for (let again = 2; existsSync(target); again++) target = join(folder, `${name}-${again}`);
  try {
    put(path, target);
    const copies = readdirSync(folder).filter((name) => name.startsWith(`${basename(path)}${mark}`));
    for (const old of copies.toSorted().slice(0, -mostKept)) rmSync(join(folder, old), { recursive: true, force: true });
    return target;
  } catch {
    return existsSync(target) ? target : undefined;
  }
}

/** True for the name of a file that was moved aside. */
export const isAside = (name: string): boolean => name.includes(mark);
