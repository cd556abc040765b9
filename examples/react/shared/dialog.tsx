import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { Announcer } from './announcer.tsx';
import { Icon } from './icon.tsx';

interface Props {
  label: string;
  className?: string;
  onClose(): void;
  children: ReactNode;
}

/** A modal `<dialog>`. Escape, its button and a click outside close it and give the focus back. */
export function Dialog({ label, className = '', onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  // A layout effect closes the dialog while it is still in the page; only then does it give the focus back.
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
      {/* The page's own announcer is inert while a modal dialog is open. */}
      <Announcer />
    </dialog>
  );
}
