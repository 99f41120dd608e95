import type { NetworkState } from './network.ts';

/** Energy since commissioning, kWh and kvarh. Plain data. */
export interface EnergyState {
  readonly feeders: number[];
  readonly reactive: number[];
  hydro: number;
  diesel: number;
  imported: number;
  exported: number;
  /** Energy of customers and station, and losses: the other side of the balance. */
  served: number;
  lost: number;
}

export function initialEnergy(random: () => number): EnergyState {
  const long = (): number => Math.round(1e7 * (1 + random()));
  return {
    feeders: [long(), long(), long(), long()],
    reactive: [long(), long(), long(), long()],
    hydro: long(),
    diesel: Math.round(1e5 * (1 + random())),
    imported: long(),
    exported: Math.round(1e5 * random()),
    served: 0,
    lost: 0,
  };
}

/** Integrates the flows of a solution over `dt` seconds. Counters of feeders count consumption only. */
export function stepMeters(energy: EnergyState, network: NetworkState, dt: number): void {
  const kwh = (mw: number): number => (Math.max(0, mw) * 1000 * dt) / 3600;
  network.feeders.forEach(({ p, q }, i) => {
    energy.feeders[i] = (energy.feeders[i] ?? 0) + kwh(p);
    energy.reactive[i] = (energy.reactive[i] ?? 0) + kwh(q);
  });
  energy.hydro += kwh(network.hydro.p);
  energy.diesel += kwh(network.diesel.p);
  energy.imported += kwh(network.grid.p);
  energy.exported += kwh(-network.grid.p);
  energy.served += kwh(network.served + network.station + network.faulted);
  energy.lost += kwh(network.losses);
}
