/** Why an order is not followed; the message is shown to who gave it. */
export class Refusal extends Error {
  /** @param status The HTTP status, 4xx. */
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}
