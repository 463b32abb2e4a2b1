/** What a person gave the machine cannot be used: an image, a device tree, a size, a map. House rule "Outcomes". */

/** The message is one whole sentence that says what is wrong and where; the command line prints it and ends with exit code 2. */
export class InputError extends Error {
  override readonly name: string = 'InputError';
}
