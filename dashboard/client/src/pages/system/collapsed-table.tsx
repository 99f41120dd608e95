import { createSignal, type JSX, Show } from 'solid-js';
import { ListToggle } from '../../ui/button.tsx';
import { LongTable } from '../../ui/table.tsx';

/** A sentence about a long list, and the list itself after a press of its button. */
export function CollapsedTable<Row>(props: {
  readonly summary: string;
  readonly label: string;
  readonly rows: readonly Row[];
  readonly head: JSX.Element;
  /** A remark above an incomplete list. */
  readonly note?: string | undefined;
  readonly children: (row: Row) => JSX.Element;
}) {
  const [open, setOpen] = createSignal(false);
  return (
    <>
      <p>
        {props.summary}{' '}
        <Show when={props.rows.length > 0}>
          <ListToggle open={open()} onToggle={setOpen} />
        </Show>
      </p>
      <Show when={open() && props.rows.length > 0}>
        <Show when={props.note}>{(note) => <p class="dim">{note()}</p>}</Show>
        <div class="collapsed-table">
          <LongTable label={props.label} rows={props.rows} head={props.head}>
            {props.children}
          </LongTable>
        </div>
      </Show>
    </>
  );
}
