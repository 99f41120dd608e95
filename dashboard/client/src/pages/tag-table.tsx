import { createMemo, For, Show } from 'solid-js';
import type { Equipment } from '../../../../src/core/monitor.ts';
import type { TagInfo } from '../../../protocol.ts';
import { worstOf } from '../pure/urgency.ts';
import { useStation } from '../store/station.ts';
import { Badge } from '../ui/badge.tsx';
import { visibleRows } from '../ui/rows.ts';
import '../ui/table.css';
import { Value } from '../ui/value.tsx';

/** Tags with their values by equipment; only what is on screen is in the page and subscribed. */
export function TagTable(props: { readonly tags: readonly TagInfo[]; readonly equipment: readonly Equipment[] }) {
  const { go, alerts } = useStation();
  const sorted = createMemo(() =>
    props.tags.toSorted((a, b) => order(a, props.equipment) - order(b, props.equipment) || a.index - b.index),
  );
  const visible = visibleRows(sorted);
  const nameOf = (id: string): string => props.equipment.find((one) => one.id === id)?.name ?? id;
  const worst = (name: string) => worstOf(alerts.open().filter((alert) => alert.tags.includes(name)))[0];
  return (
    <div class="table-room" ref={visible.room} tabindex="0" role="region" aria-label="Tags of this area">
      <table class="table">
        <thead>
          <tr>
            <th>
              <span class="unseen">Alert</span>
            </th>
            <th>Tag</th>
            <th>Name</th>
            <th>Equipment</th>
            <th class="num">Value</th>
            <th class="large-only">Device</th>
          </tr>
        </thead>
        <tbody>
          <tr style={{ height: `${visible.above()}px` }} aria-hidden="true" />
          <For each={visible.rows()}>
            {(tag) => (
              <tr data-row onClick={() => go({ page: 'tag', tag: tag.name })}>
                <td>
                  <Show when={worst(tag.name)}>{(alert) => <Badge priority={alert().priority} state={alert().state} />}</Show>
                </td>
                <td>
                  <button type="button" class="link" onClick={() => go({ page: 'tag', tag: tag.name })}>
                    {tag.name}
                  </button>
                </td>
                <td class="wide">{tag.description}</td>
                <td class="dim">{nameOf(tag.equipment)}</td>
                <td class="num">
                  <Value tag={tag} />
                </td>
                <td class="dim large-only">{tag.device}</td>
              </tr>
            )}
          </For>
          <tr style={{ height: `${visible.below()}px` }} aria-hidden="true" />
        </tbody>
      </table>
    </div>
  );
}

const order = (tag: TagInfo, equipment: readonly Equipment[]): number => {
  const at = equipment.findIndex((one) => one.id === tag.equipment);
  return at < 0 ? equipment.length : at;
};
