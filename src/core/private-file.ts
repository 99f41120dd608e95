import { stat } from 'node:fs/promises';
import { ScadaError } from './errors.ts';

/**
 * Refuses a private key that other users of the machine can read. A key of root that is readable by its group is accepted from a
 * process of another user, which could not read it otherwise. Windows has no such permission bits.
 * @param setting path in the configuration, e.g. `dashboard.tls.key`
 * @throws ScadaError CONFIG_INVALID, with the command that corrects it
 */
export async function assertPrivateKey(file: string, setting: string): Promise<void> {
  if (process.platform === 'win32') return;
  const found = await stat(file).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ENOENT' && thrown.code !== 'ENOTDIR') throw thrown;
  });
  if (found === undefined) return;
  const allowed = found.uid === 0 && process.geteuid?.() !== 0 ? 0o640 : 0o700;
  if ((found.mode & 0o777 & ~allowed & 0o077) === 0) return;
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  throw new ScadaError(
    'config',
    'CONFIG_INVALID',
    `${setting}: other users of this machine can read the private key ${file} (mode ${mode})`,
    { hint: `Type: chmod 600 ${/^[\w./@+-]+$/.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`}` },
  );
}
