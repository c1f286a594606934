/** What is published: small, without dependencies, and the same from every entry. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import { describe, expect, it } from 'vitest'
import { CLIENT } from '../../../scripts/build-client.mjs'
import { platforms } from './registry.ts'

const manifest = JSON.parse(readFileSync(join(CLIENT, 'package.json'), 'utf8')) as Record<string, unknown> & {
  exports: Record<string, string | Record<string, string>>
}
const MAX_GZIPPED = 12_000

/** What a browser loads for an entry, as a bundler makes it of the published file. */
async function bundleForBrowser(file: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(CLIENT, file)],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

describe('the package', () => {
  it('has no dependency', () => {
    expect(Object.keys(manifest).filter((name) => /dependencies$/i.test(name))).toEqual([])
  })

  it('has an entry for each platform, and every file that it names is built', () => {
    for (const name of [...Object.keys(platforms), 'oauth']) expect(Object.keys(manifest.exports)).toContain(`./${name}`)
    const files = Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)))
    expect(files.filter((file) => !existsSync(join(CLIENT, file)))).toEqual([])
  })

  it.each([...Object.keys(platforms), 'oauth'])(
    `for a browser %s is at most ${MAX_GZIPPED} bytes, and needs nothing of Node`,
    async (name) => {
      const text = await bundleForBrowser(`dist/browser/platforms/${name}.js`)
      const size = gzipSync(text).length
      expect(size).toBeGreaterThan(2000)
      expect(size).toBeLessThanOrEqual(MAX_GZIPPED)
      expect(text).not.toMatch(/node:|process\./)
    },
  )

  it.each([
    ['node', /^node:/],
    ['browser', /^$/],
  ] as const)('for %s imports nothing of others, and of Node only where it is', async (folder, allowed) => {
    const { metafile } = await esbuild.build({
      entryPoints: [join(CLIENT, `dist/${folder}/index.js`)],
      bundle: true,
      format: 'esm',
      packages: 'external',
      external: ['node:*'],
      write: false,
      metafile: true,
      logLevel: 'silent',
    })
    const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
    expect(imported.filter((path) => !allowed.test(path))).toEqual([])
  })

  it.each(['dist/browser/axios.js', 'dist/node/undici.js'])('%s is a few lines, without the library that it is for', async (file) => {
    const text = await bundleForBrowser(file)
    expect(gzipSync(text).length).toBeLessThanOrEqual(2000)
    expect(text).not.toMatch(/\bimport\b|node:|process\./)
  })
})
