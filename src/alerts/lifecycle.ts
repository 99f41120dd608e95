import { type AlertState, isHidden } from '../core/alert.ts';

/** Events of an alert: the process leaves or regains its normal state, an operator acts, a suppression begins or ends. */
export type LifecycleStep =
  | 'occur'
  | 'return'
  | 'acknowledge'
  | 'reset'
  | 'shelve'
  | 'suppress'
  | 'remove-from-service'
  | 'release';

/** Configured behaviour of an alert. */
export interface LifecycleOptions {
  /** A latching alert stays until it is reset, also when the process is back to normal. */
  readonly latching: boolean;
}

const hidden: Readonly<Partial<Record<LifecycleStep, AlertState>>> = { shelve: 'G', suppress: 'H', 'remove-from-service': 'I' };

/**
 * The state machine of ISA-18.2-2016 / IEC 62682 (figure of the alarm state transitions; letters as in the standard).
 * Returns the state after the step; a step without a meaning in a state leaves it unchanged. The release of a hidden alert is
 * `occur` or `return` by the state of the process then, so `inAlarm` decides.
 */
export function nextState(state: AlertState, step: LifecycleStep, inAlarm: boolean, options: LifecycleOptions): AlertState {
  if (isHidden(state)) {
    if (step === 'release') return inAlarm ? 'B' : 'A';
    return hidden[step] ?? state;
  }
  switch (step) {
    case 'occur':
      return state === 'C' ? 'C' : 'B';
    case 'return':
      if (state === 'B') return options.latching ? 'E' : 'D';
      if (state === 'C') return options.latching ? 'F' : 'A';
      return state;
    case 'acknowledge':
      if (state === 'B') return 'C';
      if (state === 'D') return 'A';
      return state === 'E' ? 'F' : state;
    case 'reset':
      return state === 'F' ? 'A' : state;
    case 'shelve':
    case 'suppress':
    case 'remove-from-service':
      return hidden[step] ?? state;
    case 'release':
      return state;
  }
}
