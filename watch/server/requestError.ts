/** The reason why a request is refused. The page shows its message. */
export class RequestError extends Error {
  /** @param status The HTTP status, 4xx. */
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}
