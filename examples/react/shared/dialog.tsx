import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { Announcer } from './announcer.tsx';
import { Icon } from './icon.tsx';

interface Props {
  label: string;
  className?: string;
  onClose(): void;
  children: ReactNode;
}

/** A modal `<dialog>`: Escape, the button and a click beside it close it, and the focus goes back to where it was. */
export function Dialog({ label, className = '', onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  // A layout effect: closed while it is still in the page, it gives the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const close = () => dialog.current?.close();

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has Escape
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-label={label}
      onClose={() => dialog.current?.open || onClose()}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div className="dialog-body">{children}</div>
      <button type="button" className="dialog-close" onClick={close} aria-label="Close">
        <Icon name="close" />
      </button>
      {/* The one of the page is out of reach while this is open. */}
      <Announcer />
    </dialog>
  );
}
