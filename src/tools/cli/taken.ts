/** Adds advice to the error of a port in use. */
export function taken(error: NodeJS.ErrnoException & { port?: number }): never {
  if (error.code === 'EADDRINUSE')
    error.message = `Port ${error.port} is in use. Choose another one with --port, or 0 for any free port.`;
  throw error;
}
