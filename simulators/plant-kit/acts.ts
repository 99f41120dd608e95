/** A named act of operators, weather or machines. */
export interface Act<State> {
  readonly summary: string;
  /** Meaning and default of `value`. */
  readonly value?: { readonly meaning: string; readonly standard: number };
  readonly run: (state: State, value: number) => void;
}

/**
 * Performs a named act. @param plant name of the plant in errors
 * @throws RangeError for an unknown act or an invalid value
 */
export function performAct<State>(
  acts: Readonly<Record<string, Act<State>>>,
  plant: string,
  state: State,
  name: string,
  value?: number,
): void {
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined) throw new RangeError(`the ${plant} does not know the act ${name}: ${Object.keys(acts).join(', ')}`);
  act.run(state, value ?? act.value?.standard ?? 0);
}
