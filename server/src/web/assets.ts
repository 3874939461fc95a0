// The interface through which pages find their scripts and style sheets. Independent of files and HTTP.

/** Addresses of the built assets, by source name: `live.js`, `page.css`. */
export interface Assets {
  /** Path of an asset, which changes with its content. Throws for an unknown name. */
  url(name: string): string;
  /** Paths of the static imports of a script. Throws for an unknown name. */
  imports(name: string): readonly string[];
  /** Paths of the dynamic imports of a script. */
  laterImports(name: string): readonly string[];
}
