import type { DeviceCode } from 'tmdb-auth';

/** For a user without a camera at hand. Only a server gives codes. */
export function CodeToType({ code: { verificationUri, userCode } }: { code: DeviceCode }) {
  return (
    <p className="code-to-type">
      <span className="quiet">
        Or open <b>{verificationUri.replace(/^https?:\/\//, '')}</b> and type
      </span>
      <output>{userCode}</output>
    </p>
  );
}
