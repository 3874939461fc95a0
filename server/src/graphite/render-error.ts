// Why a target cannot be rendered.

/** Thrown inside graphite/ for what is wrong with a target; `render` returns its message. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
}
