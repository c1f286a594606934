/** The first that matches is meant: most programs name those that they imitate too. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
]

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

const MAX_CHARACTERS = 512

/**
 * What a request says that it comes from, in words of ours: what a stranger writes is neither kept nor shown. It proves nothing.
 * @param userAgent RFC 9110, section 10.1.5
 * @returns such as `Firefox, Linux`; undefined: nothing that we know
 */
export function describeDevice(userAgent: string | undefined): string | undefined {
  const text = (userAgent ?? '').slice(0, MAX_CHARACTERS)
  const known = [PROGRAMS, SYSTEMS].flatMap((names) => names.find(([pattern]) => pattern.test(text))?.[1] ?? [])
  return known.length === 0 ? undefined : known.join(', ')
}
