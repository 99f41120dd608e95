import type { JSX } from 'solid-js';
import { useApp } from '../store/app-context.ts';
import { Button } from './button.tsx';
import { useKeys } from './keys.ts';
import { shared } from '../text.ts';

/** Search field and export of a list: `/` focuses the field, `E` exports the matching rows. */
export function FindBar(props: {
  /** Label of the search field, e.g. `Find a tag or text`. */
  readonly label: string;
  readonly onFind: (text: string) => void;
  /** Number of matching rows. */
  readonly count: number;
  readonly onExport: () => void;
  readonly children?: JSX.Element;
}) {
  const { back } = useApp();
  let field: HTMLInputElement | undefined;
  useKeys(() => [
    { caption: '/', text: shared.key.find, on: ['/'], run: () => field?.focus() },
    { caption: 'E', text: shared.key.export, on: ['e'], run: () => props.onExport() },
    { caption: 'Esc', text: shared.key.back, on: ['Escape'], run: back },
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
        {shared.button.exportRows(props.count)}
      </Button>
    </>
  );
}
