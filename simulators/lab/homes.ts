import type { ScenarioStep } from '../../src/core/scenario.ts';

/** Loopback addresses of actors, so that evidence distinguishes them. Linux accepts all of 127/8, other systems do not. */
export const homes: Readonly<Record<ScenarioStep['actor'], string>> = {
  operator: '127.0.0.20',
  attacker: '127.0.0.66',
  process: '127.0.0.1',
};

/** Address of the monitor and of the simulated controllers. */
export const ownHome = '127.0.0.1';

/** Time between two polls of the display of the operator station, ms of machine time. */
export const displayMs = 2_000;
