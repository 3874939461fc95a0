// Common font families of machines, each alone, for a browser that finds no others.

import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';

const fontFolders = ['/usr/share/fonts', '/usr/local/share/fonts'];

/** The installed fonts of a family, as files. */
export function fontsOf(family: 'DejaVu' | 'Liberation' | 'Noto'): string[] {
  return fontFolders.flatMap((folder) => {
    const names = filesBelow(folder).filter((name) => /\.(?:ttf|otf|ttc)$/.test(name));
    return names.filter((name) => name.includes(`/${family}`)).map((name) => join(folder, name));
  });
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}

/** The configuration (fontconfig's, for FONTCONFIG_FILE) of a machine with only these fonts. */
export function fontConfiguration(files: readonly string[]): string {
  const folder = temporaryFolder();
  const fonts = join(folder, 'fonts');
  mkdirSync(fonts);
  for (const [i, file] of files.entries()) symlinkSync(file, join(fonts, `${i}${extname(file)}`));
  const configuration = join(folder, 'fonts.conf');
  writeFileSync(
    configuration,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>${fonts}</dir><cachedir>${join(folder, 'cache')}</cachedir></fontconfig>
`,
  );
  return configuration;
}
