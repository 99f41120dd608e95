import { createMemo, For, Show } from 'solid-js';
import type { Api, CaseSummary } from '../../../../api/index.ts';
import { caseGroupings, groupsOf, type CaseFilter, type CaseGrouping } from '../../pure/alerts/cases.ts';
import { Choice } from '../../ui/button.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { texts } from './text.ts';

/** Techniques, assets or clients with their cases. A press shows only the cases of one. */
export function Groups(props: {
  readonly cases: readonly CaseSummary[];
  readonly attack: Api['GET /api/security/attack']['answer'] | undefined;
  readonly grouping: CaseGrouping;
  readonly onGrouping: (grouping: CaseGrouping) => void;
  readonly filter: CaseFilter | undefined;
  readonly onFilter: (filter: CaseFilter | undefined) => void;
}) {
  const groups = createMemo(() => groupsOf(props.cases, props.grouping));
  const isChosen = (name: string): boolean => props.filter?.name === name && props.filter.grouping === props.grouping;
  const nameOf = (name: string): string =>
    props.grouping === 'technique' ? [name, techniqueName(props.attack, name)].filter(Boolean).join(' ') : name;
  return (
    <Panel title={texts.title.groups}>
      <Choice
        label={texts.title.groups}
        options={caseGroupings.map((value) => ({ value, text: texts.label.groupings[value] }))}
        value={props.grouping}
        onChoose={props.onGrouping}
      />
      <Show when={groups().length > 0} fallback={<Empty>{texts.sentence.noGroups[props.grouping]}</Empty>}>
        <div class="case-groups">
          <For each={groups()}>
            {({ name, cases, alerts }) => (
              <button
                type="button"
                aria-pressed={isChosen(name)}
                onClick={() => props.onFilter(isChosen(name) ? undefined : { grouping: props.grouping, name })}
              >
                <b>{nameOf(name)}</b>
                <small class="dim">{texts.note.group(cases, alerts)}</small>
              </button>
            )}
          </For>
        </div>
      </Show>
    </Panel>
  );
}

/** Name of a technique; empty while the matrix is not loaded. */
export const techniqueName = (attack: Api['GET /api/security/attack']['answer'] | undefined, id: string): string =>
  attack?.techniques.find((technique) => technique.id === id)?.name ?? '';
