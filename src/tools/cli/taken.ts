/** Adds advice to the error of a port in use. */
export function taken(error: NodeJS.ErrnoException): never {
  if (error.code === 'EADDRINUSE')
    error.message = 'The port is in use. Choose another one with --port, or 0 for any free port.';
  throw error;
}
