import type { CaseSummary } from '../../../../api/index.ts';
import { act } from '../../store/api.ts';
import { VerdictDialog } from '../../ui/verdict-dialog.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Dialog that closes a case with a verdict on its incident. */
export function CloseDialog(props: { readonly of: CaseSummary; readonly onClose: () => void }) {
  return (
    <VerdictDialog
      title={texts.title.close(props.of.id)}
      about={props.of.title}
      before={props.of.verdict}
      scope={shared.sentence.incidentVerdict}
      text={texts.button.closeCase}
      judge={async (given) => await act('POST /api/security/close', { id: props.of.id, ...given })}
      onClose={props.onClose}
    />
  );
}
