import { useApp } from '../store/app-context.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TagSearch } from '../ui/tag-search.tsx';
import { texts } from './text.ts';

/** Finds a tag by name or description and opens its trend. */
export function Finder(props: { readonly onClose: () => void }) {
  const { go } = useApp();
  const open = (tag: string): void => {
    props.onClose();
    go({ page: 'tag', tag });
  };
  return (
    <Dialog title={texts.title.finder} onClose={props.onClose}>
      <TagSearch label={texts.label.nameOrWords} none={texts.sentence.noTagMatches} detail={(tag) => tag.area} onChoose={open} />
    </Dialog>
  );
}
