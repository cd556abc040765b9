import { useAction } from '../library/use-action.ts';
import { Outcome } from '../shared/outcome.tsx';

/** An address to read, select or copy. */
export function CopyAddress({ address }: { address: string }) {
  const { run, outcome } = useAction();
  return (
    <div className="copy-address">
      <label htmlFor="approval-address">Or open this address there</label>
      <Outcome outcome={outcome} />
      <input
        id="approval-address"
        readOnly
        value={address}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <button
        type="button"
        className="button"
        onClick={() => run(() => navigator.clipboard.writeText(address), 'Copied.')}
      >
        Copy<span className="visually-hidden"> the address</span>
      </button>
    </div>
  );
}
