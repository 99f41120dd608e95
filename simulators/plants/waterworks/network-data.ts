/** Kind of customers at a junction, which determines its daily demand pattern. */
export type DemandClass = 'residential' | 'commercial' | 'industrial';

export interface Junction {
  readonly id: string;
  /** Elevation, m above datum. */
  readonly elevation: number;
  /** Mean demand, L/s. */
  readonly demand: number;
  readonly customers: DemandClass;
}

export interface Tank {
  readonly id: string;
  /** Elevation of the bottom, m above datum. */
  readonly bottom: number;
  /** Levels above the bottom, m. */
  readonly min: number;
  readonly max: number;
  readonly diameter: number;
}

export interface Pipe {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly length: number;
  /** Diameter, mm. */
  readonly diameter: number;
  /** Hazen-Williams coefficient. */
  readonly roughness: number;
}

const customers = { R: 'residential', C: 'commercial', I: 'industrial' } as const;

function junction(row: string): Junction {
  const [id = '', place = ''] = row.split(' ');
  const [elevation, load = '0'] = place.split('/');
  const letter = load.slice(-1);
  return {
    id,
    elevation: Number(elevation),
    demand: Number.parseFloat(load),
    customers: letter === 'C' || letter === 'I' ? customers[letter] : 'residential',
  };
}

function pipe(row: string): Pipe {
  const [id = '', ends = '', size = ''] = row.split(' ');
  const [from = '', to = ''] = ends.split('-');
  const [length, diameter, roughness] = size.split('/').map(Number);
  return { id, from, to, length: length ?? 0, diameter: diameter ?? 0, roughness: roughness ?? 0 };
}

/** `id elevation/mean demand and class`: main zone J, low zone L, high zone H. */
export const junctions: readonly Junction[] = [
  'J1 24/0, J2 28/0, J3 31/4.0R, J4 34/5.5R, J5 36/4.5R, J6 33/6.0C, J7 30/7.0I, J8 32/5.0R, J9 35/5.5R, J10 38/4.5R',
  'J11 40/4.0R, J12 37/4.5C, J13 41/4.0R, J14 43/3.5R, J15 39/0',
  'L0 14/0, L1 12/4.5R, L2 9/5.5R, L3 7/6.0I, L4 10/4.5R, L5 6/4.0C, L6 13/3.5R',
  'H0 48/0, H1 56/3.5R, H2 60/4.0R, H3 64/4.0R, H4 66/3.0R, H5 62/3.5C, H6 58/2.0R',
]
  .flatMap((line) => line.split(', '))
  .map(junction);

export const tanks: readonly Tank[] = [
  { id: 'T1', bottom: 73, min: 0.3, max: 6, diameter: 18 },
  { id: 'T2', bottom: 72.5, min: 0.3, max: 6, diameter: 14 },
  { id: 'T3', bottom: 104, min: 0.3, max: 5, diameter: 12 },
];

/** `id from-to length/diameter/C` in m and mm. M4, M13 and S4 are the only connections of the tanks. */
export const pipes: readonly Pipe[] = [
  'M0 J1-J2 150/600/130, M1 J2-J3 900/500/125, M2 J3-J4 700/450/125, M3 J4-J5 650/400/125, M4 J5-T1 250/400/125',
  'M5 J3-J6 800/350/120, M6 J6-J7 600/300/120, M7 J7-J8 750/250/115, M8 J8-J4 700/250/115, M9 J5-J9 600/350/120',
  'M10 J9-J10 700/300/120, M11 J10-J11 650/300/115, M12 J11-J15 400/300/115, M13 J15-T2 200/300/115',
  'M14 J8-J9 850/200/110, M15 J10-J12 600/250/115, M16 J12-J13 550/200/110, M17 J13-J14 500/200/110',
  'M18 J14-J15 650/250/115, M19 J6-J12 1400/250/115, Q1 J7-L0 400/300/120, Q2 L1-L2 600/300/120, Q3 L2-L3 700/250/115',
  'Q4 L3-L4 600/200/110, Q5 L4-L1 800/200/110, Q6 L3-L5 500/200/110, Q7 L4-L6 450/150/110, S1 J11-H0 500/300/120',
  'S2 H1-H2 500/250/120, S3 H2-H3 450/250/120, S4 H3-T3 300/250/120, S5 H3-H4 500/200/115, S6 H4-H5 600/150/110',
  'S7 H5-H1 700/200/115, S8 H1-H6 400/150/110',
]
  .flatMap((line) => line.split(', '))
  .map(pipe);

/** Links without volume: station pumps, boosters, and the valve that feeds the low zone. */
export const machines = {
  station: ['P1', 'P2', 'P3', 'P4'].map((id) => ({ id, from: 'CW', to: 'J1' })),
  boosters: ['B1', 'B2'].map((id) => ({ id, from: 'H0', to: 'H1' })),
  reducer: { id: 'PRV1', from: 'L0', to: 'L1', diameter: 250 },
} as const;

/** Pump curves: flow L/s, head m. */
export const pumpCurves = {
  station: [
    [0, 80],
    [60, 64],
    [100, 38],
  ],
  booster: [
    [0, 52],
    [25, 42],
    [42, 26],
  ],
} as const;

/** Hour multipliers of demand by kind of customers, before division by their mean. */
export const hourlyDemand: Readonly<Record<DemandClass, readonly number[]>> = {
  residential: [
    0.42, 0.34, 0.3, 0.3, 0.38, 0.72, 1.32, 1.62, 1.48, 1.24, 1.12, 1.06, 1.1, 1.02, 0.96, 0.98, 1.12, 1.38, 1.62, 1.58, 1.36,
    1.08, 0.82, 0.68,
  ],
  commercial: [
    0.3, 0.28, 0.28, 0.28, 0.32, 0.45, 0.75, 1.15, 1.55, 1.7, 1.72, 1.7, 1.6, 1.62, 1.62, 1.55, 1.42, 1.25, 1.05, 0.85, 0.7, 0.55,
    0.42, 0.35,
  ],
  industrial: [
    0.75, 0.72, 0.72, 0.72, 0.75, 0.85, 1.15, 1.3, 1.32, 1.3, 1.28, 1.25, 1.1, 1.22, 1.25, 1.22, 1.12, 1.0, 0.9, 0.85, 0.82, 0.8,
    0.78, 0.78,
  ],
};

/** Weekend factor of demand by kind of customers. */
export const weekendDemand: Readonly<Record<DemandClass, number>> = { residential: 1.08, commercial: 0.7, industrial: 0.55 };
