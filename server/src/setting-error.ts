// Defines the error for invalid settings. Independent of individual settings.

/** A setting that is unknown, or has an invalid value. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
