/**
 * The 13 circuit breakers in the order of their addresses. T1 feeds busbar A, T2 feeds B; H is the 110 kV side, L the 20 kV side;
 * QC couples A and B; QCB1 and QCB2 switch the capacitors.
 */
export const breakerNames = [
  'QT1H',
  'QT2H',
  'QT1L',
  'QT2L',
  'QC',
  'QF1',
  'QF2',
  'QF3',
  'QF4',
  'QG1',
  'QG2',
  'QCB1',
  'QCB2',
] as const;

export type BreakerName = (typeof breakerNames)[number];

/** Index of each breaker in the arrays of the state. */
export const breaker = Object.fromEntries(breakerNames.map((name, i) => [name, i])) as Readonly<Record<BreakerName, number>>;

/** Description of each breaker. */
export const breakerTitles: Readonly<Record<BreakerName, string>> = {
  QT1H: 'Transformer 1 breaker 110 kV',
  QT2H: 'Transformer 2 breaker 110 kV',
  QT1L: 'Transformer 1 breaker 20 kV',
  QT2L: 'Transformer 2 breaker 20 kV',
  QC: 'Busbar coupler',
  QF1: 'Feeder 1 breaker',
  QF2: 'Feeder 2 breaker',
  QF3: 'Feeder 3 breaker',
  QF4: 'Feeder 4 breaker',
  QG1: 'Hydro breaker',
  QG2: 'Diesel breaker',
  QCB1: 'Capacitor 1 breaker',
  QCB2: 'Capacitor 2 breaker',
};

export const feederBreakers = [breaker.QF1, breaker.QF2, breaker.QF3, breaker.QF4] as const;
