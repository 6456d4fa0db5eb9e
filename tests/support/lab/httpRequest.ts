import { request } from "node:http";

/** What a server answered. */
export interface Answer {
  status: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

/** One request, to its end. */
export function ask(
  url: string,
  method = "GET",
  body = "",
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (data: string) => (text += data));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers });
      });
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
