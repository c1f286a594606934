import { resolve } from 'node:path'
import { repeatedMembers } from '../domain/repeated-members.ts'
import type { ConfigProblem, Source } from './config.ts'
import { type Environment, KEEPER_VARIABLES, VARIABLE_PREFIX } from './environment.ts'
import { nearestName } from './nearest-name.ts'
import type { ReadFile } from './read-file.ts'
import { fileNameOf, type Setting } from './setting.ts'
import { CONFIG_FILE_NAME, SETTING_KEYS, SETTINGS } from './settings.ts'

/** The texts that one source gives, by name. A layer hides those after it. */
export interface Layer {
  readonly source: Source
  readonly texts: ReadonlyMap<string, string>
}

interface Read<Value> {
  readonly value: Value
  readonly problems: readonly ConfigProblem[]
}

const ALL: readonly Setting<unknown>[] = SETTING_KEYS.map((key) => SETTINGS[key])

/** Every name that may be set in a layer, but that of the file. */
const KNOWN_NAMES = ALL.flatMap((setting) => (setting.isSecret ? [setting.name, fileNameOf(setting)] : [setting.name]))

/** @param flags by the name of the setting that each stands for */
export function readFlagLayer(flags: Readonly<Record<string, string>>): Read<Layer> {
  const texts = new Map(Object.entries(flags))
  return { value: { source: 'flag', texts }, problems: badTexts(texts) }
}

export function readEnvironmentLayer(environment: Environment): Read<Layer> {
  const texts = new Map<string, string>()
  const problems: ConfigProblem[] = []
  const serviceLinks: string[] = []
  for (const [name, text] of Object.entries(environment)) {
    if (text === undefined || !name.startsWith(VARIABLE_PREFIX) || KEEPER_VARIABLES.includes(name)) continue
    if (isServiceLink(name, text)) serviceLinks.push(name)
    else if (name === CONFIG_FILE_NAME || KNOWN_NAMES.includes(name)) texts.set(name, text)
    else problems.push(unknown(name, [...KNOWN_NAMES, CONFIG_FILE_NAME]))
  }
  if (serviceLinks.length > 0) problems.push({ name: serviceLinks.join(', '), problem: SERVICE_LINK_PROBLEM })
  problems.push(...badTexts(texts))
  return { value: { source: 'environment', texts }, problems }
}

/** Kubernetes sets `RINGKEY_PORT=tcp://…` and the like in every container beside a Service that is named `ringkey`. */
function isServiceLink(name: string, text: string): boolean {
  return (
    /^RINGKEY_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\d+_(TCP|UDP|SCTP)(_.*)?)$/.test(name) ||
    (name === SETTINGS.port.name && /^(tcp|udp|sctp):\/\//.test(text))
  )
}

const SERVICE_LINK_PROBLEM =
  'comes from a Kubernetes Service with the name "ringkey", not from an operator: set `enableServiceLinks: false` in the pod, or name the Service otherwise'

export function readFileLayer(path: string, readFile: ReadFile, workingDirectory: string): Read<Layer> {
  const texts = new Map<string, string>()
  const done = (...problems: ConfigProblem[]) => ({ value: { source: 'file' as const, texts }, problems })
  const read = readFile(resolve(workingDirectory, path))
  if (!read.ok) return done({ name: CONFIG_FILE_NAME, problem: `names ${path}, which ${read.problem}` })
  const members = parseObject(read.text)
  if (members === undefined) return done({ name: path, problem: 'must be one JSON object, with the names of the settings as its keys' })

  const problems: ConfigProblem[] = repeatedMembers(read.text, 1).map((name) => ({ name, problem: `is twice in ${path}` }))
  for (const [name, member] of Object.entries(members)) {
    const text = textOf(name, member)
    if (name === CONFIG_FILE_NAME) problems.push({ name, problem: `is a variable only and cannot be in ${path}` })
    else if (!KNOWN_NAMES.includes(name)) problems.push(unknown(name, KNOWN_NAMES, ` in ${path}`))
    else if (text === undefined)
      problems.push({ name, problem: `must be a string${isListName(name) ? ' or an array of strings' : ''} in ${path}` })
    else texts.set(name, text)
  }
  problems.push(...badTexts(texts))
  if (read.othersCanRead && ALL.some((setting) => setting.isSecret && texts.has(setting.name))) {
    problems.push({
      name: path,
      problem: 'holds a secret and can be read by others: chmod 600 it, or move the secret to a file of its own',
    })
  }
  return done(...problems)
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined // its message quotes the text, which may hold a secret
  }
}

function isListName(name: string): boolean {
  return ALL.some((setting) => setting.name === name && setting.type.isList === true)
}

function textOf(name: string, member: unknown): string | undefined {
  if (typeof member === 'string') return member
  if (typeof member === 'number') return String(member)
  if (!isListName(name) || !Array.isArray(member) || member.length === 0) return undefined
  return member.every((item) => typeof item === 'string' && !item.includes(',')) ? member.join(',') : undefined
}

/** What is wrong with texts before they are read: a secret given twice, and what is set to nothing. */
function badTexts(texts: ReadonlyMap<string, string>): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  for (const [name, text] of texts) {
    if (text.trim() === '') problems.push({ name, problem: 'is set to nothing: give it a value or take it away' })
  }
  for (const setting of ALL) {
    if (setting.isSecret && texts.has(setting.name) && texts.has(fileNameOf(setting))) {
      problems.push({ name: `${setting.name} and ${fileNameOf(setting)}`, problem: 'are both set: keep one' })
    }
  }
  return problems
}

function unknown(name: string, known: readonly string[], where = ''): ConfigProblem {
  const nearest = nearestName(name, known)
  return { name, problem: `is no setting${where}${nearest === undefined ? '' : `: did you mean ${nearest}?`}` }
}
