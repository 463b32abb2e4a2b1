/** Small programs for the bare machine, in M-mode: what tests of `hv boot --bare` boot. Both talk through the serial port. */
/** Sends back every byte plus one, polling; a byte of 0x10 switches off with code 5. */
export const ECHO = `
  li s0, 0x10000000
again:
  lbu t0, 5(s0)
  andi t0, t0, 1
  beqz t0, again
  lbu t1, 0(s0)
  li t0, 0x10
  beq t1, t0, off
  addi t1, t1, 1
  sb t1, 0(s0)
  j again
off:
  li t0, 0x100000
  li t1, 0x53333
  sw t1, 0(t0)
`;

/** Prints a letter and waits for ever, looking at nothing. */
export const SLEEPER = `
  li s0, 0x10000000
  li t1, 'z'
  sb t1, 0(s0)
again:
  wfi
  j again
`;
