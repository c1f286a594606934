import { createPrivateKey, X509Certificate } from 'node:crypto'
import { resolve } from 'node:path'
import type { ConfigProblem, Tls } from './config.ts'
import type { FileRead, ReadFile } from './read-file.ts'
import { SETTINGS, type SettingValues } from './settings.ts'

const CERT = SETTINGS.tlsCertFile.name
const KEY = SETTINGS.tlsKeyFile.name

/** Reads the certificate and its private key, and finds out now what would otherwise fail at the first handshake. */
export function loadTls(
  values: Pick<SettingValues, 'tlsCertFile' | 'tlsKeyFile'>,
  { readFile, workingDirectory }: { readonly readFile: ReadFile; readonly workingDirectory: string },
): { value: Tls | undefined; problems: ConfigProblem[] } {
  if (values.tlsCertFile === undefined || values.tlsKeyFile === undefined) return { value: undefined, problems: [] }
  const certFile = resolve(workingDirectory, values.tlsCertFile)
  const keyFile = resolve(workingDirectory, values.tlsKeyFile)
  const certRead = readFile(certFile)
  const keyRead = readFile(keyFile)
  const certificate = parse(certRead, (text) => new X509Certificate(text))
  const privateKey = parse(keyRead, (text) => createPrivateKey(text))

  const problems: ConfigProblem[] = []
  if (!certRead.ok) problems.push({ name: CERT, problem: `names ${certFile}, which ${certRead.problem}` })
  else if (certificate === undefined) problems.push({ name: CERT, problem: `names ${certFile}, which is no certificate in PEM` })
  if (!keyRead.ok) problems.push({ name: KEY, problem: `names ${keyFile}, which ${keyRead.problem}` })
  else if (privateKey === undefined)
    problems.push({ name: KEY, problem: `names ${keyFile}, which is no private key in PEM without a passphrase` })
  if (keyRead.ok && keyRead.othersCanRead)
    problems.push({ name: KEY, problem: `names ${keyFile}, which can be read by others: chmod 600 it` })
  if (certificate !== undefined && privateKey !== undefined && !certificate.checkPrivateKey(privateKey)) {
    problems.push({ name: `${CERT} and ${KEY}`, problem: 'do not belong together: the certificate is of another key' })
  }
  if (problems.length > 0 || !certRead.ok || !keyRead.ok) return { value: undefined, problems }
  return { value: { certFile, keyFile, certificatePem: certRead.text, privateKeyPem: keyRead.text }, problems }
}

function parse<Value>(read: FileRead, make: (text: string) => Value): Value | undefined {
  if (!read.ok) return undefined
  try {
    return make(read.text)
  } catch {
    return undefined // OpenSSL's message says nothing that helps, and could quote a key
  }
}
