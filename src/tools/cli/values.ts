import { InvalidArgumentError } from 'commander';

/** The value of `--port`. */
export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError(`'${text}' is not a port (0 to 65535).`);
}

/** The value of `--user`. */
export function userOf(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('A user needs a name.');
}

/** The value of `--inspect`. */
export function viewerOf(text: string): string {
  if (URL.canParse(text) && /^(http|ws)s?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError(`'${text}' is not the address of a viewer, e.g. http://127.0.0.1:8790.`);
}
