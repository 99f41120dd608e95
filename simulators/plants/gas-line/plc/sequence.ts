import { at } from '../points/index.ts';
import type { GasLineState } from '../state.ts';
import { speedRange, tripCode, type UnitControl, unitState } from './state.ts';

/** Steps of the start and of the stop: time, s, speed, share, and the next step. */
const steps: Readonly<Record<number, { readonly lasts: number; readonly speed: number; readonly next: number }>> = {
  [unitState.purge]: { lasts: 60, speed: 0.12, next: unitState.crank },
  [unitState.crank]: { lasts: 20, speed: 0.2, next: unitState.lightOff },
  [unitState.lightOff]: { lasts: 10, speed: 0.22, next: unitState.idle },
  [unitState.idle]: { lasts: 120, speed: 0.4, next: unitState.warmUp },
  [unitState.warmUp]: { lasts: 60, speed: speedRange[0], next: unitState.loading },
  [unitState.unloading]: { lasts: 60, speed: speedRange[0], next: unitState.coolDown },
  [unitState.coolDown]: { lasts: 120, speed: 0.4, next: unitState.stopped },
};
const [loadingS, openS] = [60, 15] as const;
/** Permitted starts in an hour. */
const mostStarts = 3;
const places = [1, 2, 3].map((n) => ({ command: at(`K${n}.CMD`), reset: at(`K${n}.RST`) }));

/** True while starter or burner drive the shaft. */
export const isFired = ({ state }: UnitControl): boolean => state !== unitState.stopped && state !== unitState.tripped;

export const isLoaded = ({ state }: UnitControl): boolean => state === unitState.loading || state === unitState.running;

/** True if a unit can start now. */
export const isReady = ({ state, starts }: UnitControl): boolean => state === unitState.stopped && starts.length < mostStarts;

function enter(control: UnitControl, state: number): void {
  control.state = state;
  control.stateS = 0;
}

/** Trips a unit; the first reason stays. */
export function trip(state: GasLineState, unit: number, code: number): void {
  const [control, place] = [state.plc.units[unit], places[unit]];
  if (control === undefined || place === undefined || !isFired(control)) return;
  enter(control, unitState.tripped);
  control.first = code;
  control.low = false;
  state.memory[place.command] = 0;
}

function obey(control: UnitControl, commanded: boolean): void {
  const { state } = control;
  if (commanded && isReady(control)) {
    enter(control, unitState.purge);
    control.starts.push(0);
    return;
  }
  if (commanded || !isFired(control) || state === unitState.coolDown || state === unitState.unloading) return;
  // a unit that is not loaded yet has nothing to unload, and one that is not lit has nothing to cool
  if (state < unitState.idle) return enter(control, unitState.stopped);
  enter(control, isLoaded(control) ? unitState.unloading : unitState.coolDown);
}

/** Scan of the sequences, each second: commands, steps, resets. */
export function scanSequences(state: GasLineState): void {
  const { plc, memory, turbines } = state;
  plc.units.forEach((control, i) => {
    const place = places[i];
    if (place === undefined) return;
    control.stateS += 1;
    for (let k = 0; k < control.starts.length; k++) control.starts[k] = (control.starts[k] ?? 0) + 1;
    while ((control.starts[0] ?? 0) > 3600) control.starts.shift();
    if (memory[place.reset] === 1) {
      memory[place.reset] = 0;
      if (control.state === unitState.tripped && !plc.stopped) {
        enter(control, unitState.stopped);
        control.first = tripCode.none;
      }
    }
    obey(control, memory[place.command] === 1);
    const step = steps[control.state];
    if (step !== undefined) {
      // a unit keeps its speed until its anti-surge valve is open
      if (control.state !== unitState.unloading || control.stateS > openS) control.speed = step.speed;
      if (control.stateS >= step.lasts) {
        if (control.state === unitState.lightOff) countStart(turbines[i]);
        enter(control, step.next);
      }
    } else if (!isLoaded(control)) control.speed = 0;
    if (control.state === unitState.loading && control.stateS >= loadingS) enter(control, unitState.running);
  });
}

function countStart(turbine: GasLineState['turbines'][number] | undefined): void {
  if (turbine !== undefined) turbine.starts++;
}
