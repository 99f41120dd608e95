import type { KeepAct, KeptStores } from '../../src/core/state.ts';

/** Stores in memory as those that keep an act at once. */
export const keepIn =
  (stores: Partial<KeptStores>): KeepAct =>
  async (act) =>
    act(stores as KeptStores);
