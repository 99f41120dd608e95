import type { JSX } from 'solid-js';
import { Button } from './button.tsx';
import { useKeys } from './keys.ts';

/** What stands over a list that can be searched and exported: `/` finds, `E` exports what was found, `Esc` leaves. */
export function FindBar(props: {
  /** What is looked for, e.g. `Find device or text`. */
  readonly label: string;
  readonly onFind: (text: string) => void;
  /** Rows that were found. */
  readonly count: number;
  readonly onExport: () => void;
  readonly children?: JSX.Element;
}) {
  let field: HTMLInputElement | undefined;
  useKeys(() => [
    { caption: '/', text: 'find', on: ['/'], run: () => field?.focus() },
    { caption: 'E', text: 'export', on: ['e'], run: () => props.onExport() },
    {
      caption: 'Esc',
      text: 'back',
      on: ['Escape'],
      run: () => (document.activeElement === field ? field?.blur() : history.back()),
    },
  ]);
  return (
    <>
      <input
        class="field"
        ref={(element) => (field = element)}
        type="search"
        placeholder={`${props.label}  /`}
        aria-label={props.label}
        onInput={(event) => props.onFind(event.currentTarget.value)}
      />
      {props.children}
      <Button key="E" disabled={props.count === 0} onPress={() => props.onExport()}>
        Export {props.count}
      </Button>
    </>
  );
}
