import { For, type JSX } from 'solid-js';
import { visibleRows } from './rows.ts';
import './table.css';

/** A table that draws only the rows on screen. All rows have one height. */
export function LongTable<T>(props: {
  readonly label: string;
  /** The cells of the head. */
  readonly head: JSX.Element;
  readonly rows: readonly T[];
  /** One `tr`. */
  readonly children: (row: T) => JSX.Element;
}) {
  const visible = visibleRows(() => props.rows);
  return (
    <div class="table-scroll" ref={visible.scroller} tabindex="0" role="region" aria-label={props.label}>
      <table class="table">
        <thead>
          <tr>{props.head}</tr>
        </thead>
        <tbody>
          <tr style={{ height: `${visible.above()}px` }} aria-hidden="true" />
          <For each={visible.rows()}>{props.children}</For>
          <tr style={{ height: `${visible.below()}px` }} aria-hidden="true" />
        </tbody>
      </table>
    </div>
  );
}
