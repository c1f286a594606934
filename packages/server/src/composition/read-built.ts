import { readFile } from 'node:fs/promises'
import type { BuiltFile } from '../front-doors/guide/material.ts'

/** Reads what stands beside the program. It is read when it is asked for: a start does not wait for it. */
export function readBuilt(name: BuiltFile): Promise<string> {
  return readFile(new URL(name, import.meta.url), 'utf8')
}
