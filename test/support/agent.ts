/** An agent of a few lines: the official client, connected over stdio or HTTP, speaking the newest revision or an older one. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

export type Fields = Record<string, unknown>;
export type Era = "modern" | "legacy";

export class Agent {
  readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  /** What a tool answers; throws what it refuses. */
  async use(name: string, input: Fields = {}, onprogress?: (message: string) => void): Promise<Fields> {
    const answer = await this.call(name, input, onprogress);
    if (answer.isError) throw new Error(answer.text);
    return answer.data;
  }

  /** The sentence with which a tool refuses. */
  async refusal(name: string, input: Fields = {}): Promise<string> {
    const { isError, text } = await this.call(name, input);
    if (!isError) throw new Error(`${name} was not refused: ${text}`);
    return text;
  }

  async call(name: string, input: Fields, onprogress?: (message: string) => void) {
    const answer = await this.client.callTool(
      { name, arguments: input },
      onprogress ? { onprogress: ({ message }) => onprogress(message ?? "") } : {},
    );
    const [content] = answer.content;
    return {
      isError: answer.isError === true,
      text: content?.type === "text" ? content.text : "",
      data: (answer.structuredContent ?? {}) as Fields,
    };
  }

  async read(uri: string): Promise<Fields> {
    const { contents } = await this.client.readResource({ uri });
    const [first] = contents;
    return JSON.parse(first && "text" in first ? String(first.text) : "null") as Fields;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.client.close();
  }
}

const newClient = (era: Era): Client =>
  new Client(
    { name: "test-agent", version: "1.0.0" },
    era === "modern" ? { versionNegotiation: { mode: "auto" } } : {},
  );

export async function agentOverHttp(url: string, era: Era = "modern"): Promise<Agent> {
  const client = newClient(era);
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  return new Agent(client);
}

export async function agentOverStdio(
  [command = "", ...args]: readonly string[],
  how: { env: Record<string, string>; cwd: string; era?: Era; onStderr?: (text: string) => void },
): Promise<Agent> {
  const transport = new StdioClientTransport({ command, args, env: how.env, cwd: how.cwd, stderr: "pipe" });
  transport.stderr?.on("data", (chunk: Buffer) => how.onStderr?.(String(chunk)));
  const client = newClient(how.era ?? "modern");
  await client.connect(transport);
  return new Agent(client);
}
