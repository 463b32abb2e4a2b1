/** A second correct `virtualTime`: a class, interrupts as a table by name, the account as a small machine of two states. */
import type { InterruptState, Parts, StealAccount, VirtualTime } from '#vmm';

/** By priority, highest first. */
const INTERRUPTS = { external: 9, software: 1, timer: 5 } as const;

const bit = (code: number): bigint => BigInt(2 ** code);
const has = (set: bigint, code: number): boolean => (set / bit(code)) % 2n === 1n;
const rang = (alarm: number, now: number): boolean => alarm <= now;

class Clockwork implements VirtualTime {
  pending(deadline: number, external: boolean, now: number): bigint {
    let sip = 0n;
    if (rang(deadline, now)) sip += bit(INTERRUPTS.timer);
    if (external) sip += bit(INTERRUPTS.external);
    return sip;
  }

  due({ pending, enabled, mode, open }: InterruptState): number | undefined {
    if (mode === 'S' && !open) return undefined;
    for (const code of Object.values(INTERRUPTS)) {
      if (has(pending, code) && has(enabled, code)) return code;
    }
    return undefined;
  }

  wakes({ pending, enabled }: Pick<InterruptState, 'pending' | 'enabled'>, alarm: number, now: number): boolean {
    if (rang(alarm, now)) return true;
    return Object.values(INTERRUPTS).some((code) => has(pending, code) && has(enabled, code));
  }

  budget(left: number, alarm: number, now: number): number {
    const until = alarm - now;
    return until >= 1 && until < left ? until : left;
  }

  idleUntil(alarms: readonly number[]): number {
    return alarms.reduce((first, alarm) => (alarm < first ? alarm : first), Infinity);
  }

  account(account: StealAccount, event: Parameters<VirtualTime['account']>[1], now: number): void {
    const isQueued = account.since !== undefined;
    if (event === 'enters' && isQueued) account.stolen += now - account.since!;
    if (event === 'enters' || event === 'waits') account.since = undefined;
    if (event === 'leaves' || (event === 'ready' && !isQueued)) account.since = now;
  }
}

export const virtualTime: Parts['virtualTime'] = new Clockwork();
