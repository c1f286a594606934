/** A connection to a message centre that is made when it is needed, kept, and made again when it is lost. */
import { openSmppConnection, type SmppAddress, type SmppConnection, type SmppLimits } from './smpp-connection.ts'

export interface SmppLink {
  /** @returns undefined if there is none to be had now; who asks while one is being made waits for the same */
  connection(): Promise<SmppConnection | undefined>
  stop(): Promise<void>
}

export interface LinkLimits extends SmppLimits {
  readonly firstBackOffMs: number
  readonly maxBackOffMs: number
}

export function createSmppLink(address: SmppAddress, limits: LinkLimits, onDelivery: Parameters<typeof openSmppConnection>[2]): SmppLink {
  let current: Promise<SmppConnection | undefined> | undefined
  let again: NodeJS.Timeout | undefined
  let isStopped = false

  function connection(): Promise<SmppConnection | undefined> {
    current ??= openSmppConnection(address, limits, onDelivery).then((opened) => {
      if (opened === undefined) current = undefined
      void opened?.ended.then(() => {
        current = undefined
        reconnect(limits.firstBackOffMs)
      })
      return opened
    })
    return current
  }

  /** One that was lost is opened again before somebody needs it. */
  function reconnect(afterMs: number): void {
    if (isStopped || again !== undefined) return
    again = setTimeout(async () => {
      again = undefined
      if ((await connection()) === undefined) reconnect(Math.min(2 * afterMs, limits.maxBackOffMs))
    }, afterMs).unref()
  }

  return {
    connection,
    async stop() {
      isStopped = true
      clearTimeout(again)
      await (await current)?.close()
    },
  }
}
