import { open, readFile, rename } from 'node:fs/promises'
import type { DemoSettings } from '../front-doors/door-demo.ts'

export type DemoFile = Readonly<Record<string, DemoSettings>>

/** @returns undefined if there is none yet @throws if it is there and is not what we wrote */
export async function readDemoFile(path: string): Promise<DemoFile | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new Error(`${path} cannot be read; delete it to get new demo passwords and keys`, { cause: error })
  }
}

/** Written beside with mode 0600, synced, renamed: it holds passwords, and a crash leaves the old or the new one. */
export async function writeDemoFile(path: string, content: DemoFile): Promise<void> {
  const beside = `${path}.new`
  const handle = await open(beside, 'w', 0o600)
  try {
    await handle.chmod(0o600)
    await handle.writeFile(`${JSON.stringify(content, undefined, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(beside, path)
}
