import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Damage } from '../core/damage.ts';
import type { ApiTokenStore, SessionStore, SignInClosed, StateStore, UserStore } from '../core/state.ts';
import { openQueuedState, type QueuedStateOptions } from './queued.ts';
import { type PreparedState, prepareState } from './recovery.ts';
import { openSecret, secretFile } from './secret.ts';

/** Accounts by which people and programs sign in. */
export interface Accounts extends AsyncDisposable {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly apiTokens: ApiTokenStore;
  /** Set if accounts were lost. */
  readonly signInClosed: SignInClosed | undefined;
  /** Damages of the directory of the accounts, if it is another one. */
  readonly damages: readonly Damage[];
}

/** The accounts of a data directory that has its own. */
export const ownAccounts = (state: StateStore, { signInClosed }: PreparedState): Accounts => ({
  users: state.users,
  sessions: state.sessions,
  apiTokens: state.apiTokens,
  signInClosed,
  damages: [],
  [Symbol.asyncDispose]: async () => {},
});

/**
 * Opens the accounts of an installation for a plant with a data directory of its own. The plant receives the secret of the installation, by
 * which second factors are sealed and pseudonyms computed.
 * @param dir data directory of the installation
 * @param dataDir that of the plant
 * @throws ScadaError STATE_CORRUPT
 */
export async function openSharedAccounts(dir: string, dataDir: string, options: QueuedStateOptions): Promise<Accounts> {
  const prepared = prepareState(dir, options.clock.now());
  const state = await openQueuedState(dir, options);
  openSecret(dir);
  const [from, to] = [join(dir, secretFile), join(dataDir, secretFile)];
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (existsSync(from) && !existsSync(to)) copyFileSync(from, to);
  return {
    ...ownAccounts(state, prepared),
    damages: prepared.damages,
    [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
  };
}
