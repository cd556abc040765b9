import { useTmdbAuth } from 'tmdb-auth/react';
import { TimeLeft } from '../shared/time-left.tsx';
import { CopyAddress } from './copy-address.tsx';
import { QrCode } from './qr-code.tsx';
import { quietly } from './quietly.ts';
import { Reason } from './reason.tsx';

/** The user approves with their phone, say, while this page asks TMDB every few seconds. */
export function DevicePanel() {
  const { auth, cancel, guest } = useTmdbAuth();
  const address = auth.approvalUrl;
  return (
    <>
      <Reason />
      <p className="quiet">Scan this with your phone and approve the app there. This page will notice.</p>
      {address && <QrCode text={address} alt="QR code of the address below" />}
      {address && <CopyAddress address={address} />}
      {guest && <p className="quiet">Your guest visit stays until then.</p>}
      <button type="button" className="button" onClick={() => quietly(cancel())}>
        Cancel
      </button>
      <p className="fine">
        <TimeLeft label="Time left" />
      </p>
    </>
  );
}
