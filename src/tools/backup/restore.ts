import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { consoleActor } from '../../core/console-actor.ts';
import { isAbort, ScadaError } from '../../core/errors.ts';
import { holderFile, lockFile, openDataDirectory } from '../../data-directory/index.ts';
import { openState } from '../../state/state.ts';
import { prepareState } from '../../state/recovery.ts';
import { replacedPrefix, stagingPrefix } from './contents.ts';
import { isInside, longestManifest, type Manifest, manifestName, manifestSchema } from './manifest.ts';

export interface Restored {
  readonly manifest: Manifest;
  /** Folder of the replaced data; undefined if there were none. */
  readonly replaced: string | undefined;
}

/** Size and SHA-256 of the files of a backup by path. */
type Found = Map<string, { readonly size: number; readonly sha256: string }>;

/**
 * Replaces a data directory by a backup. First, the hash of every file is checked. Existing data are moved to a folder
 * `before-restore-TIME` in the data directory; nothing is overwritten.
 * @param now ms UTC
 * @throws ScadaError INPUT_INVALID for a damaged backup, which changes nothing; DATA_IN_USE while a monitor runs
 */
export async function restoreBackup(file: string, dataDir: string, now: number): Promise<Restored> {
  if (!existsSync(file)) throw refused(`${file} is not there`, 'Give the path of a file that `scadawatch backup` wrote.');
  using directory = openDataDirectory(dataDir, 'restore', now);
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const staging = join(directory.path, `${stagingPrefix}${stamp}`);
  for (const old of readdirSync(dataDir).filter((name) => name.startsWith(stagingPrefix)))
    rmSync(join(dataDir, old), { recursive: true, force: true });
  mkdirSync(staging, { mode: 0o700 });
  try {
    const manifest = await unpack(file, staging);
    audit(staging, file, manifest, now);
    const replaced = replace(directory.path, staging, `${replacedPrefix}${stamp}`);
    // stores the accounts outside of the database, as a start does
    prepareState(directory.path, now);
    return { manifest, replaced };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function unpack(file: string, staging: string): Promise<Manifest> {
  const damaged = (what: string): ScadaError =>
    refused(`${file} is damaged: ${what}`, 'Nothing was changed. Restore another backup.');
  const found: Found = new Map();
  let text: string | undefined;
  const entries = extract();
  const fed = pipeline(createReadStream(file), createGunzip(), entries);
  fed.catch(() => undefined);
  try {
    for await (const entry of entries) {
      const { name, type, size } = entry.header;
      if (type !== 'file' || !isInside(name) || found.has(name) || text !== undefined)
        throw damaged(`the entry ${JSON.stringify(name)} does not belong into a backup`);
      if (name === manifestName) {
        if (size > longestManifest) throw damaged('its manifest is too long');
        text = await textOf(entry as AsyncIterable<Buffer>);
      } else {
        found.set(name, { size, sha256: await write(entry as AsyncIterable<Buffer>, join(staging, name)) });
      }
    }
    await fed;
  } catch (thrown) {
    if (thrown instanceof ScadaError || isAbort(thrown)) throw thrown;
    throw damaged((thrown as Error).message);
  }
  if (text === undefined) throw damaged('it has no manifest, so that its end is missing');
  return checked(text, found, damaged);
}

async function textOf(source: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** @returns the SHA-256 of the written bytes */
async function write(source: AsyncIterable<Buffer>, file: string): Promise<string> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(source, hashing, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
  return hash.digest('hex');
}

function checked(text: string, found: Found, damaged: (what: string) => ScadaError): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged('its manifest is not JSON');
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) throw damaged('its manifest is not one of this version');
  const { files } = parsed.data;
  for (const { path, size, sha256 } of files) {
    const file = found.get(path);
    if (file === undefined) throw damaged(`${path} is missing`);
    if (file.size !== size || file.sha256 !== sha256) throw damaged(`${path} has another SHA-256 than its manifest states`);
  }
  if (files.length !== found.size) throw damaged('it holds files that its manifest does not name');
  if (!found.has('state.db')) throw damaged('it holds no state.db');
  return parsed.data;
}

/** Opens the restored database before anything is replaced, so that a database of a later version is refused. */
function audit(staging: string, file: string, { createdAt }: Manifest, now: number): void {
  using state = openState(staging);
  // sessions that were ended after the backup must not continue
  for (const { secretHash } of state.sessions.list()) state.sessions.remove(secretHash);
  state.audit.append({
    time: now,
    ...consoleActor(),
    action: 'data.restored',
    object: file,
    after: `backup of ${createdAt}`,
  });
}

function replace(dataDir: string, staging: string, asideName: string): string | undefined {
  const present = readdirSync(dataDir).filter(
    (name) =>
      name !== holderFile && !name.startsWith(lockFile) && !name.startsWith(replacedPrefix) && !name.startsWith(stagingPrefix),
  );
  const aside = join(dataDir, asideName);
  if (present.length > 0) mkdirSync(aside, { mode: 0o700 });
  for (const name of present) renameSync(join(dataDir, name), join(aside, name));
  // the database last: until it exists, a start finds no accounts and keeps sign-in closed
  const restored = readdirSync(staging).toSorted((a, b) => Number(a.startsWith('state.db')) - Number(b.startsWith('state.db')));
  for (const name of restored) renameSync(join(staging, name), join(dataDir, name));
  return present.length > 0 ? aside : undefined;
}

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
