import { createMemo, createSignal, For, Show, type Resource } from 'solid-js';
import type { Api } from '../../../../api/index.ts';
import { groupsOf } from '../../pure/alerts/cases.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { ScrollRegion } from '../../ui/table.tsx';
import { texts } from './text.ts';

type Attack = Api['GET /api/security/attack']['answer'];

/** Tactics as columns, techniques as cells with their cases. A press shows the cases of a technique. */
export function Matrix(props: {
  readonly attack: Resource<Attack>;
  readonly cases: Resource<Api['GET /api/security/cases']['answer']>;
  readonly onShow: (technique: string) => void;
  readonly retry: () => void;
}) {
  const [all, setAll] = createSignal(true);
  const counts = createMemo(() => {
    const cases = props.cases.state === 'errored' ? [] : (props.cases.latest?.cases ?? []);
    return new Map(groupsOf(cases, 'technique').map((group) => [group.name, group]));
  });
  const end = (): string => {
    const known = props.attack.state === 'errored' ? undefined : props.attack.latest;
    return known === undefined ? '' : texts.note.matrix(known.version, counts().size, known.techniques.length);
  };
  /** Techniques of a tactic; sub-techniques only if they have cases. */
  const shown = (known: Attack, tactic: string) =>
    known.techniques.filter(({ id, tactics }) => tactics.includes(tactic) && (counts().has(id) || (all() && !id.includes('.'))));
  return (
    <main class="page security-matrix">
      <Panel
        title={texts.title.matrix}
        end={
          <>
            {end()} <Button onPress={() => setAll(!all())}>{all() ? texts.button.showFound : texts.button.showAll}</Button>
          </>
        }
      >
        <Loaded of={props.cases} retry={props.retry} cells={8}>
          {() => (
            <Loaded of={props.attack} retry={props.retry} cells={8}>
              {(known) => (
                <Show when={all() || counts().size > 0} fallback={<Empty>{texts.sentence.noneFound}</Empty>}>
                  <ScrollRegion label={texts.title.matrix}>
                    <div class="matrix">
                      <For each={known().tactics}>
                        {({ name, shortname }) => (
                          <section>
                            <h3>{name}</h3>
                            <For each={shown(known(), shortname)}>
                              {({ id, name: technique }) => (
                                <Show
                                  when={counts().get(id)}
                                  fallback={
                                    <div class="technique">
                                      <span>{id}</span> {breakable(technique)}
                                    </div>
                                  }
                                >
                                  {(group) => (
                                    <button type="button" class="technique" onClick={() => props.onShow(id)}>
                                      <span>{id}</span>
                                      <b>{breakable(technique)}</b>
                                      <span>{texts.note.group(group().cases, group().alerts)}</span>
                                    </button>
                                  )}
                                </Show>
                              )}
                            </For>
                          </section>
                        )}
                      </For>
                    </div>
                    <p class="dim">{known().notice}</p>
                  </ScrollRegion>
                </Show>
              )}
            </Loaded>
          )}
        </Loaded>
      </Panel>
    </main>
  );
}

/** A name that may continue on a new line after a slash: a column is as narrow as "Restart/Shutdown". */
const breakable = (name: string): string => name.replaceAll('/', '/\u200B');
