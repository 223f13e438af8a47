/** What keeps the command from doing its work: its message goes to the terminal, behind `zonetrace: `. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  /** `exitCode`: 1 for a failure, 2 where the command line is wrong. */
  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
