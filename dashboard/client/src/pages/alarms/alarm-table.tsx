import { createEffect, createMemo, For, on, onCleanup, onMount, Show } from 'solid-js';
import { needsAcknowledgement, type Alert, mainTag } from '../../../../../src/core/alert.ts';
import { deviceOf } from '../../../../../src/core/self-device.ts';
import type { TagInfo } from '../../../../api/index.ts';
import type { AlarmSection } from './alarm-sections.ts';
import { firstThing, hidingReason, lastedText, limitText, placeOf, stateTextAt } from '../../pure/alerts/alert-words.ts';
import { incidentName } from '../../pure/alerts/incidents.ts';
import { marksOf } from '../../pure/alerts/marks.ts';
import { useApp } from '../../store/app-context.ts';
import { useNamedTags } from '../../store/tags.ts';
import { MaintenanceMark } from '../../ui/maintenance-mark.tsx';
import { Badge } from '../../ui/badge.tsx';
import '../../ui/table.css';
import { Value } from '../../ui/value.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Rows of alerts in their sections. Reports the visible rows, because an action applies to these only. */
export function AlarmTable(props: {
  readonly sections: readonly AlarmSection[];
  /** Ids of the first-out alerts of incidents. */
  readonly firstOut: ReadonlySet<string>;
  readonly cursor: string | undefined;
  readonly marked: ReadonlySet<string>;
  readonly onCursor: (id: string) => void;
  readonly onOpen: (alert: Alert) => void;
  readonly onPointer: (inside: boolean) => void;
  readonly onScreen: (ids: readonly string[]) => void;
}) {
  const { tags: catalogue } = useApp();
  let scroller!: HTMLDivElement;
  const tags = useNamedTags(catalogue, () =>
    props.sections.flatMap((section) => section.alerts.flatMap((alert) => mainTag(alert) ?? [])),
  );
  const tagOf = (alert: Alert): TagInfo | undefined =>
    tags.state === 'errored' ? undefined : tags.latest?.find((tag) => tag.name === mainTag(alert));
  const look = (): void => {
    const { top, bottom } = scroller.getBoundingClientRect();
    const rows = [...scroller.querySelectorAll<HTMLElement>('[data-row]')].filter((row) => {
      const box = row.getBoundingClientRect();
      return box.height > 0 && box.top >= top && box.bottom <= bottom + 1;
    });
    props.onScreen(rows.map((row) => row.dataset['row'] ?? ''));
  };
  onMount(() => {
    const observer = new ResizeObserver(look);
    observer.observe(scroller);
    onCleanup(() => observer.disconnect());
  });
  createEffect(
    on(
      () => props.sections,
      () => queueMicrotask(look),
    ),
  );
  createEffect(() => {
    if (props.cursor !== undefined)
      scroller.querySelector(`[data-row="${CSS.escape(props.cursor)}"]`)?.scrollIntoView({ block: 'nearest' });
  });
  return (
    <div
      class="table-scroll"
      ref={(element) => (scroller = element)}
      onScroll={look}
      onPointerEnter={() => props.onPointer(true)}
      onPointerLeave={() => props.onPointer(false)}
      tabindex="0"
      role="region"
      aria-label={texts.label.tableKeys}
    >
      <table class="table">
        <thead>
          <tr>
            <th>
              <span class="unseen">{shared.column.priority}</span>
            </th>
            <th>{shared.column.since}</th>
            <th>{shared.column.tag}</th>
            <th class="large-only">{shared.column.area}</th>
            <th>{shared.column.alarm}</th>
            <th class="large-only">{texts.column.firstResponse}</th>
            <th class="num">{shared.column.value}</th>
            <th class="num">{texts.column.limit}</th>
            <th class="num">{shared.column.duration}</th>
            <th>{shared.column.state}</th>
          </tr>
        </thead>
        <For each={props.sections}>
          {(section, index) => (
            <tbody classList={{ 'large-only': section.large === true }}>
              <Show when={index() > 0 || section.title !== texts.title.sections.new}>
                <tr class="section">
                  <th colspan="10" scope="rowgroup">
                    {section.title}
                  </th>
                </tr>
              </Show>
              <For each={section.alerts}>
                {(alert) => (
                  <Row
                    alert={alert}
                    tag={tagOf(alert)}
                    firstOut={props.firstOut}
                    selected={props.cursor === alert.id}
                    marked={props.marked.has(alert.id)}
                    onChoose={() => props.onCursor(alert.id)}
                    onOpen={() => props.onOpen(alert)}
                  />
                )}
              </For>
            </tbody>
          )}
        </For>
      </table>
    </div>
  );
}

function Row(props: {
  readonly alert: Alert;
  readonly tag: TagInfo | undefined;
  readonly firstOut: ReadonlySet<string>;
  readonly selected: boolean;
  readonly marked: boolean;
  readonly onChoose: () => void;
  readonly onOpen: () => void;
}) {
  const { clock, zone, site } = useApp();
  const area = createMemo(() => placeOf(props.alert, site.areas));
  return (
    <tr
      data-row={props.alert.id}
      data-marked={props.marked}
      classList={{ new: needsAcknowledgement(props.alert.state) }}
      aria-selected={props.selected || props.marked}
      onClick={() => props.onChoose()}
      onDblClick={() => props.onOpen()}
    >
      <td>
        <Show when={props.alert.state !== 'A'}>
          <Badge priority={props.alert.priority} state={props.alert.state} />
        </Show>
      </td>
      <td>{zone().moment(props.alert.since, clock.second())}</td>
      <td>{mainTag(props.alert) ?? deviceOf(props.alert) ?? props.alert.equipment}</td>
      <td class="dim large-only">{area()}</td>
      <td class="wide whole" title={incidentName(props.alert)}>
        <For each={marksOf(props.alert, props.firstOut, clock.second())}>{(mark) => <small class="mark">{mark}</small>}</For>
        <MaintenanceMark of={props.alert} tag={props.tag} />
        {props.alert.title}
      </td>
      <td class="part plain dim large-only" title={props.alert.response || incidentName(props.alert)}>
        {hidingReason(props.alert) ?? (firstThing(props.alert) || incidentName(props.alert))}
      </td>
      <td class="num">
        <Show when={props.alert.state !== 'A' && props.tag}>{(tag) => <Value tag={tag()} />}</Show>
      </td>
      <td class="num">{limitText(props.alert, props.tag?.decimals ?? 2)}</td>
      <td class="num">{lastedText(props.alert, clock.second())}</td>
      <td title={hidingReason(props.alert)}>{stateTextAt(props.alert, clock.second())}</td>
    </tr>
  );
}
