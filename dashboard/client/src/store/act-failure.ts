import { createSignal, type Accessor } from 'solid-js';
import { failureText } from './api.ts';

const [failure, setFailure] = createSignal<string>();

/** Failure of the last act without a dialog, until one succeeds. The notices of every page state it. */
export const actFailure: Accessor<string | undefined> = failure;
export const dismissFailure = (): void => {
  setFailure(undefined);
};

/** Keeps the failure of an act. @param effect sentence that states what the failure means, if the page does not show it */
export const keepFailure = (work: Promise<unknown>, effect?: string): void =>
  void work.then(
    () => setFailure(undefined),
    (thrown: unknown) => setFailure([effect, failureText(thrown)].filter(Boolean).join(' ')),
  );
