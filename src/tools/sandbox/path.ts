/** Percent-decodes a path once and resolves `.` and `..`, like TMDB. Null if it cannot be decoded. */
export function resolvePath(raw: string): string[] | null {
  const path = decode(raw);
  if (path === null) return null;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

function decode(raw: string): string | null {
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}

/** The path for the log: secrets, and segments that look like one, are replaced by a name. */
export function withoutSecrets(segments: readonly string[]): string {
  const [first, second] = segments;
  const shown = segments.map((segment, index) => {
    if (first === 'authenticate' && index === 1) return ':request_token';
    if (second === 'guest_session' && index === 2) return ':guest_session_id';
    // A v4 account id is not a secret, but a session sent in its place is.
    if (first === '4' && second === 'account' && index === 2 && /^[0-9a-f]{24}$/.test(segment))
      return segment;
    return /^[0-9a-f]{24,}$|^eyJ/i.test(segment) ? ':secret' : segment;
  });
  return `/${shown.join('/')}`;
}
