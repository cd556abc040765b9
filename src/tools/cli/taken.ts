/** Says what to do about a port that somebody else has. */
export function taken(error: NodeJS.ErrnoException): never {
  if (error.code === 'EADDRINUSE')
    error.message = 'That port is taken. Choose another with --port, or 0 for any.';
  throw error;
}
