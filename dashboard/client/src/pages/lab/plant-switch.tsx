import { createSignal, For } from 'solid-js';
import type { LabPlant } from '../../../../../src/core/lab.ts';
import { act } from '../../store/api.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { Choice } from '../../ui/button.tsx';
import { texts } from './text.ts';

/** Dialog to switch the lab to another plant. The server ends then, so that the page loses its link and loads again. */
export function PlantSwitch(props: {
  readonly plants: readonly LabPlant[];
  readonly running: string;
  readonly onClose: () => void;
}) {
  const others = (): readonly LabPlant[] => props.plants.filter(({ type }) => type !== props.running);
  const [chosen, setChosen] = createSignal<string>();
  const plant = (): LabPlant | undefined => others().find(({ type }) => type === chosen()) ?? others()[0];
  return (
    <ActDialog
      title={texts.title.switchPlant}
      text={texts.button.switchTo(plant()?.type ?? '')}
      disabled={plant() === undefined}
      run={() => act('POST /api/lab/plant', { plant: plant()?.type ?? '' })}
      onClose={props.onClose}
    >
      <Choice
        label={texts.label.plant}
        options={others().map(({ type }) => ({ value: type, text: type }))}
        value={plant()?.type}
        onChoose={setChosen}
      />
      <p>{plant()?.summary}</p>
      <For each={texts.sentence.switchMeaning}>{(sentence) => <p>{sentence}</p>}</For>
    </ActDialog>
  );
}
