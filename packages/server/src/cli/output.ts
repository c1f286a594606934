import type { Writable } from 'node:stream'
import type { CliStreams } from './cli-streams.ts'
import { escapeHiddenInLines } from './terminal-text.ts'

/** The two streams of a command. A reader that has left (`ringkey … | head`) is no error; a full disk is. */
export interface Output {
  data(data: string | Uint8Array): Promise<void>
  /** A message of our own, in which texts of others may stand. */
  message(text: string): Promise<void>
  /** Why standard output could not be written. */
  failure(): Error | undefined
  /** Lets go of the streams. */
  detach(): void
}

export function createOutput({ stdout, stderr }: Pick<CliStreams, 'stdout' | 'stderr'>): Output {
  let failure: Error | undefined
  const onDataError = (error: Error) => {
    if (!isClosedPipe(error)) failure ??= error
  }
  const onMessageError = () => undefined // there is nowhere left to say it
  stdout.on('error', onDataError)
  stderr.on('error', onMessageError)
  return {
    data: (data) => write(stdout, data),
    message: (text) => write(stderr, `${escapeHiddenInLines(text)}\n`),
    failure: () => failure,
    detach() {
      stdout.off('error', onDataError)
      stderr.off('error', onMessageError)
    },
  }
}

/** Resolves when the text has been handed over, or cannot be; then the stream's `error` event says why. */
function write(stream: Writable, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    stream.write(data, () => resolve())
  })
}

function isClosedPipe(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')
}
