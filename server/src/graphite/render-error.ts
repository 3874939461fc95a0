// Defines the error for targets that cannot be rendered.

/** Thrown inside graphite/ for an invalid target; `render` returns its message. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
}
