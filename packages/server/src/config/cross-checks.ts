import { isLoopbackHost, isUnspecifiedHost } from './addresses.ts'
import type { ConfigProblem } from './config.ts'
import { SETTINGS, type SettingKey, type SettingValues } from './settings.ts'

/** A rule about several settings. It is not asked while one of them could not be read. */
interface CrossCheck {
  readonly about: readonly [SettingKey, ...SettingKey[]]
  /** @returns a predicate that follows the name of the first setting */
  check(values: SettingValues): string | undefined
}

const { tlsCertFile, tlsKeyFile, trustedProxies, publicUrl, host, port, mailUrl } = SETTINGS

const hasTls = (values: SettingValues) => values.tlsCertFile !== undefined && values.tlsKeyFile !== undefined

/** One that says nothing without the other. */
function needs(key: SettingKey, other: SettingKey): CrossCheck {
  return {
    about: [other, key],
    check: (values) =>
      values[key] !== undefined && values[other] === undefined ? `is missing: ${SETTINGS[key].name} needs it` : undefined,
  }
}

const CROSS_CHECKS: readonly CrossCheck[] = [
  needs('tlsCertFile', 'tlsKeyFile'),
  needs('tlsKeyFile', 'tlsCertFile'),
  {
    about: ['host', 'tlsCertFile', 'tlsKeyFile', 'trustedProxies'],
    check(values) {
      if ((isLoopbackHost(values.host) || values.tlsCertFile) ?? values.tlsKeyFile ?? values.trustedProxies) return undefined
      return `is ${values.host}, beyond loopback, where tokens must not travel in clear: set ${tlsCertFile.name} and ${tlsKeyFile.name}, or ${trustedProxies.name} if a proxy ends TLS`
    },
  },
  {
    about: ['publicUrl', 'host', 'tlsCertFile', 'tlsKeyFile'],
    check(values) {
      if (values.publicUrl !== undefined || isLoopbackHost(values.host)) return undefined
      if (isUnspecifiedHost(values.host)) return `is needed: ${host.name} is ${values.host}, which is nobody's address`
      return hasTls(values) ? undefined : `is needed: behind a proxy callers use its https address, not that of ${host.name}`
    },
  },
  {
    about: ['publicUrl'],
    check(values) {
      if (values.publicUrl?.protocol !== 'http:' || isLoopbackHost(values.publicUrl.hostname)) return undefined
      return `must be https beyond loopback: with TLS files, or as the address of the proxy that ends TLS, not ${publicUrl.type.show(values.publicUrl)}`
    },
  },
  needs('smsUrl', 'smsSecret'),
  needs('smsSecret', 'smsUrl'),
  {
    about: ['smsSecret', 'smsUrl'],
    check({ smsUrl: url, smsSecret: secret }) {
      if (url === undefined || secret === undefined) return undefined
      if (url.protocol.startsWith('smpp'))
        return Buffer.byteLength(secret) > 8 ? 'is longer than the 8 octets that SMPP has for it' : undefined
      return secret.length < 16 ? 'must have 16 characters at least, because it signs messages' : undefined
    },
  },
  needs('mailUrl', 'mailFrom'),
  needs('mailFrom', 'mailUrl'),
  needs('mailPassword', 'mailUrl'),
  {
    about: ['mailPassword', 'mailUrl'],
    check({ mailUrl: url, mailPassword: password }) {
      if (url === undefined || (url.username === '') === (password === undefined)) return undefined
      return password === undefined ? `is missing: ${mailUrl.name} names a user` : `belongs to a user, and ${mailUrl.name} names none`
    },
  },
  {
    about: ['metricsPort', 'port'],
    check: (values) => (values.port !== 0 && values.metricsPort === values.port ? `must differ from ${port.name}` : undefined),
  },
]

export function crossCheck(values: SettingValues, failed: ReadonlySet<SettingKey>): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  for (const { about, check } of CROSS_CHECKS) {
    const problem = about.some((key) => failed.has(key)) ? undefined : check(values)
    if (problem !== undefined) problems.push({ name: SETTINGS[about[0]].name, problem })
  }
  return problems
}
