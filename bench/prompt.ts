/** A prompt of busybox's shell at the end of what a system has printed; where its input is a terminal, it asks for the cursor behind it. */
export const PROMPT = /# (?:\x1b\[6n)?$/; // oxlint-disable-line no-control-regex
