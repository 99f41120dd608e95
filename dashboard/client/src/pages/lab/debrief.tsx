import { createResource, createSignal, Show } from 'solid-js';
import { query } from '../../store/api.ts';
import { Button, Choice } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { saveText } from '../../ui/save.ts';
import { PrintedTables } from '../shift/printed-tables.tsx';
import '../shift/shift.css';
import { texts } from './text.ts';

const kinds = ['scenario', 'campaign'] as const;
type Kind = (typeof kinds)[number];

/** Debrief of the last scenario that has ended, or of the last campaign: ground truth beside findings and acts. */
export function Debrief() {
  const [kind, setKind] = createSignal<Kind>('scenario');
  const [found, { refetch }] = createResource(
    kind,
    async (of) => await (of === 'campaign' ? query('GET /api/lab/debrief/campaign', {}) : query('GET /api/lab/debrief', {})),
  );
  const known = () => (found.state === 'errored' ? undefined : found.latest?.debrief);
  const fileName = (from: number): string =>
    `debrief-${kind()}-${new Date(from).toISOString().slice(0, 16).replace(':', '')}.html`;
  return (
    <main class="page shift">
      <Panel label={texts.title.debrief[kind()]}>
        <div class="filters">
          <Choice
            label={texts.label.debriefOf}
            options={kinds.map((value) => ({ value, text: texts.label.debriefs[value] }))}
            value={kind()}
            onChoose={setKind}
          />
          <Button onPress={() => void refetch()}>{texts.button.refresh}</Button>
          <Show when={known()}>
            {(debrief) => (
              <Button primary onPress={() => saveText(fileName(debrief().document.from), debrief().html)}>
                {texts.button.saveHtml}
              </Button>
            )}
          </Show>
          <span class="dim">{texts.sentence.debrief}</span>
        </div>
        <Loaded of={found} retry={() => void refetch()} cells={8}>
          {(answer) => (
            <Show
              when={answer().debrief}
              fallback={<p class="dim">{kind() === 'campaign' ? texts.sentence.noCampaignDebrief : texts.sentence.noDebrief}</p>}
            >
              {(debrief) => <PrintedTables document={debrief().document} />}
            </Show>
          )}
        </Loaded>
      </Panel>
    </main>
  );
}
