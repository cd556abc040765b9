import { useTmdbAuth } from 'tmdb-auth/react';
import { TimeLeft } from '../shared/time-left.tsx';
import { CodeToType } from './code-to-type.tsx';
import { CopyAddress } from './copy-address.tsx';
import { QrCode } from './qr-code.tsx';
import { quietly } from './quietly.ts';
import { Reason } from './reason.tsx';

/** The user approves on another device while this page asks TMDB every few seconds. */
export function DevicePanel() {
  const { auth, cancel, guest } = useTmdbAuth();
  const address = auth.approvalUrl;
  return (
    <>
      <Reason />
      <p className="quiet">
        Scan this with your phone and approve there.{guest && ' Your guest visit stays until then.'}
      </p>
      {address && <QrCode text={address} alt="QR code of the address below" />}
      {auth.deviceCode && <CodeToType code={auth.deviceCode} />}
      {address && <CopyAddress address={address} />}
      <div className="side-by-side">
        <button type="button" className="button" onClick={() => quietly(cancel())}>
          Cancel
        </button>
        <p className="quiet">
          <TimeLeft label="Time left" />
        </p>
      </div>
    </>
  );
}
