// The names by which pages call for their scripts and style sheets. Knows no file and no HTTP.

/** Addresses of the built assets, by the names of their sources: `live.js`, `page.css`. */
export interface Assets {
  /** Path of an asset, which changes with its content. Throws where there is none of that name. */
  url(name: string): string;
  /** Paths of what a script imports before it runs. Throws where there is none of that name. */
  imports(name: string): readonly string[];
  /** Paths of what it imports while it runs. */
  laterImports(name: string): readonly string[];
}
