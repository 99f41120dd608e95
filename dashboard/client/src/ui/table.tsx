import { For, type JSX } from 'solid-js';
import { visibleRows } from './rows.ts';
import './table.css';

/** A scrolling part of a page. It takes the focus, so that the keyboard can scroll it. */
export function ScrollRegion(props: {
  readonly label: string;
  readonly ref?: (element: HTMLDivElement) => void;
  readonly children: JSX.Element;
}) {
  return (
    <div class="table-scroll" ref={(element) => props.ref?.(element)} tabindex="0" role="region" aria-label={props.label}>
      {props.children}
    </div>
  );
}

/** A scrolling table with one body. */
export function Table(props: {
  readonly label: string;
  /** The cells of the head. */
  readonly head: JSX.Element;
  readonly ref?: (element: HTMLDivElement) => void;
  /** The rows. */
  readonly children: JSX.Element;
}) {
  return (
    <ScrollRegion label={props.label} ref={(element) => props.ref?.(element)}>
      <table class="table">
        <thead>
          <tr>{props.head}</tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </ScrollRegion>
  );
}

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
    <Table label={props.label} head={props.head} ref={visible.scroller}>
      <tr style={{ height: `${visible.above()}px` }} aria-hidden="true" />
      <For each={visible.rows()}>{props.children}</For>
      <tr style={{ height: `${visible.below()}px` }} aria-hidden="true" />
    </Table>
  );
}
