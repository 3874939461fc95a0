// What a wrong setting is told with. Knows no setting.

/** A setting that is unknown, or that has a value it cannot have. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
