/**
 * `ringkey doctor --server`: what a start would meet, and what callers meet now. It reads and asks, and changes nothing; a server on the
 * same data directory goes on meanwhile.
 */
import type { Finding } from '../../cli/finding.ts'
import type { LoadedConfig } from '../../config/config.ts'
import { systemTime } from '../../system-clock.ts'
import { examineFiles } from './examine-files.ts'
import { examinePlaces } from './examine-places.ts'
import { examineStore } from './examine-store.ts'

export async function examineServer({ config, configFile, effective }: LoadedConfig): Promise<readonly Finding[]> {
  const set = effective.filter(({ source }) => source !== 'default').length
  const settings: Finding = { check: 'settings', of: configFile, found: `They hold together; ${set} are set.` }
  const at = systemTime.wallMs()
  const files = await examineFiles(config)
  const store = examineStore(config, at)
  const places = await examinePlaces(config, { isRunning: store.isRunning, at })
  return [settings, ...files, ...store.findings, ...places, describeTexts(config), describeLetters(config)]
}

/** The host alone: an address may name an account. */
function describeTexts({ sms }: LoadedConfig['config']): Finding {
  const check = 'text messages'
  if (sms !== undefined) return { check, of: sms.url.host, found: 'They go there. None was sent to try it.' }
  return {
    check,
    found: 'None leaves: no gateway is set. Codes, registration and recovery by telephone need one.',
    remedy: 'Set RINGKEY_SMS_URL and RINGKEY_SMS_SECRET where a tenant needs them; else nothing.',
  }
}

function describeLetters({ mail }: LoadedConfig['config']): Finding {
  const check = 'letters'
  if (mail !== undefined) return { check, of: mail.url.host, found: 'They go there. None was sent to try it.' }
  return {
    check,
    found: 'None leaves: no mail server is set. People without a telephone number are not told what happens to their account.',
    remedy: 'Set RINGKEY_MAIL_URL and RINGKEY_MAIL_FROM where that matters; else nothing.',
  }
}
