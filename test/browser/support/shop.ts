/** A program under debugging with the real client: it refunds when it is told to, and prints what came of it. */
import { withDebug } from "../../../src/client/index.ts";

class RefundRequest {
  readonly #secret = "private";
  constructor(
    public orderId: string,
    public amount: number,
    public lines: { sku: string; qty: number }[],
  ) {}
  reveal(): string {
    return this.#secret;
  }
}

const tools = {
  async issueRefund(request: RefundRequest, options: { notify: boolean; log: () => string }) {
    if (request.amount > 1_000) throw new RangeError(`too much: ${request.amount}`);
    return { refunded: request.amount, sku: request.lines[0]?.sku, log: options.log() };
  },
};

withDebug("ON");
const debugged = withDebug(["tools", tools]);
const options = { notify: true, log: () => "same function" };

for await (const line of console) {
  const amount = Number(line);
  try {
    const request = new RefundRequest("A-1042", amount, [{ sku: "KX-7", qty: 1 }]);
    console.log(JSON.stringify(await debugged.issueRefund(request, options)));
  } catch (error) {
    console.log(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}
