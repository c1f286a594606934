/** The files of `deploy/`, as somebody uses them: with the marked addresses changed, and nothing else. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const DEPLOY = new URL('../../deploy/', import.meta.url)
const MARK = /# address$/

/** @param addresses what stands in the file, and what takes its place. @throws if one of them is on no marked line */
export function readShipped(file: string, addresses: Readonly<Record<string, string>>): string {
  const missing = new Set(Object.keys(addresses))
  const lines = readFileSync(new URL(file, DEPLOY), 'utf8')
    .split('\n')
    .map((line) => {
      if (!MARK.test(line)) return line
      let changed = line
      for (const [here, there] of Object.entries(addresses)) {
        if (!line.includes(here)) continue
        missing.delete(here)
        changed = changed.replace(here, there)
      }
      return changed
    })
  if (missing.size > 0) throw new Error(`on no marked line of ${file}: ${[...missing].join(', ')}`)
  return lines.join('\n')
}

export function pathOfShipped(file: string): string {
  return new URL(file, DEPLOY).pathname
}

/** Another configuration, for a test that must fail with it. @throws if there is nothing to change */
export function weaken(configuration: string, ...changes: readonly (readonly [from: string | RegExp, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    const weakened = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), to)
    if (weakened === text) throw new Error(`there is no ${from} to weaken`)
    return weakened
  }, configuration)
}

export interface Certificate {
  readonly pem: string
  readonly certFile: string
  readonly keyFile: string
  /** Both, as HAProxy wants them. */
  readonly bothFile: string
}

/** A certificate of a day for the names that the files use. */
export function makeCertificate(folder: string): Certificate {
  const [keyFile, certFile, bothFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem'), join(folder, 'both.pem')] as const
  const subject = ['-subj', '/CN=tokens.example', '-addext', 'subjectAltName=DNS:tokens.example,DNS:api.example']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '1', ...curve, '-keyout', keyFile, '-out', certFile, ...subject], {
    stdio: 'ignore',
  })
  const pem = readFileSync(certFile, 'utf8')
  writeFileSync(bothFile, pem + readFileSync(keyFile, 'utf8'), { mode: 0o600 })
  return { pem, certFile, keyFile, bothFile }
}
