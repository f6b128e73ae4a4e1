import { afterEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DiscoveryError, describeResolution, resolveServerUrl } from "../../../src/discovery/index.ts";
import { cleanUp, privateHome, setEnv, tempFolder, thrownBy } from "./support.ts";

afterEach(cleanUp);

function portFileWith(content: string): string {
  const path = join(tempFolder(), "port");
  writeFileSync(path, content);
  return path;
}

const nowhere = "/nonexistent/port";

describe("the plan's order", () => {
  test("test_resolve_server_url_uses_env_variable_first", () => {
    setEnv({ CIDELDILL_SERVER_URL: "http://localhost:8080" });
    expect(resolveServerUrl({ portFile: portFileWith("5175") })).toBe("http://localhost:8080");
  });

  test("test_resolve_server_url_reads_discovery_file", () => {
    expect(resolveServerUrl({ portFile: portFileWith("5175") })).toBe("http://localhost:5175");
    expect(resolveServerUrl({ env: { CIDELDILL_PORT_FILE: portFileWith("5176") } })).toBe(
      "http://localhost:5176",
    );
  });

  test("test_resolve_server_url_falls_back_to_default", () => {
    expect(resolveServerUrl({ portFile: nowhere })).toBe("http://localhost:5174");
    privateHome();
    expect(resolveServerUrl()).toBe("http://localhost:5174");
  });

  test("test_resolve_server_url_ignores_invalid_discovery_file", () => {
    expect(resolveServerUrl({ portFile: portFileWith("invalid") })).toBe("http://localhost:5174");
  });

  test("test_configured_server_url_takes_precedence", () => {
    setEnv({ CIDELDILL_SERVER_URL: "http://localhost:8080" });
    const options = { serverUrl: "http://localhost:9999", portFile: portFileWith("5175") };
    expect(resolveServerUrl(options)).toBe("http://localhost:9999");
  });

  test("edge case 4: discovery file corruption falls back to the default port", () => {
    for (const garbage of ["", "\0\0\0", "{}", "99999"]) {
      expect(resolveServerUrl({ portFile: portFileWith(garbage) })).toBe("http://localhost:5174");
    }
  });

  test("an empty URL counts as not given", () => {
    setEnv({ CIDELDILL_SERVER_URL: " " });
    expect(resolveServerUrl({ serverUrl: "", portFile: nowhere })).toBe("http://localhost:5174");
  });

  test("describeResolution names the rule", () => {
    const portFile = portFileWith("5175");
    const env = { CIDELDILL_SERVER_URL: "http://127.0.0.1:1" };
    expect(describeResolution({ serverUrl: "http://[::1]:2/", env, portFile })).toEqual({
      url: "http://[::1]:2",
      source: "configured",
      detail: "configureDebug({ serverUrl })",
    });
    expect(describeResolution({ env, portFile }).source).toBe("environment");
    expect(describeResolution({ env: {}, portFile })).toEqual({
      url: "http://localhost:5175",
      source: "port-file",
      detail: `the port file ${portFile}`,
    });
    expect(describeResolution({ env: {}, portFile: nowhere }).source).toBe("default");
  });
});

describe("explicit URLs", () => {
  test.each([
    ["http://localhost:8080/", "http://localhost:8080"],
    ["  http://LOCALHOST:8080//  ", "http://localhost:8080"],
    ["http://127.0.0.1:1", "http://127.0.0.1:1"],
    ["http://127.9.8.7:65535", "http://127.9.8.7:65535"],
    ["http://127.1:80", "http://127.0.0.1"],
    ["http://[::1]:5174", "http://[::1]:5174"],
    ["https://localhost:8443", "https://localhost:8443"],
    ["http://localhost", "http://localhost"],
  ])("%j is used as %j", (serverUrl, expected) => {
    expect(resolveServerUrl({ serverUrl })).toBe(expected);
  });

  test.each([
    ["localhost:8080", "invalid_url", "http://localhost:8080"],
    ["127.0.0.1:8080/", "invalid_url", "http://127.0.0.1:8080"],
    ["[::1]:8080", "invalid_url", "http://[::1]:8080"],
    ["8080", "invalid_url", "http://localhost:8080"],
    ["http:localhost:8080", "invalid_url", "no scheme"],
    ["//localhost:8080", "invalid_url", "no scheme"],
    ["ftp://localhost", "invalid_url", "not an http URL"],
    ["ws://localhost:5174", "invalid_url", "not an http URL"],
    ["file:///etc/passwd", "invalid_url", "not an http URL"],
    ["javascript:alert(1)", "invalid_url", "no scheme"],
    ["http://", "invalid_url", "not a valid URL"],
    ["http://localhost:99999", "invalid_url", "not a valid URL"],
    ["http://localhost:0", "invalid_url", "port 0"],
    ["http://local\nhost:8080", "invalid_url", "white space"],
    ["http://user:secret@localhost:8080", "invalid_url", "password"],
    ["http://localhost:8080/api", "invalid_url", "give only http://localhost:8080"],
    ["http://localhost:8080?x=1", "invalid_url", "path"],
    ["http://localhost:8080#x", "invalid_url", "path"],
    ["http://example.com:5174", "not_loopback", "example.com"],
    ["http://localhost.evil.example", "not_loopback", "localhost.evil.example"],
    ["http://localhost6:5174", "not_loopback", "localhost6"],
    ["http://localhost@evil.example", "not_loopback", "evil.example"],
    ["http://0.0.0.0:5174", "not_loopback", "0.0.0.0"],
    ["http://[::]:5174", "not_loopback", "[::]"],
    ["http://128.0.0.1", "not_loopback", "128.0.0.1"],
    ["http://127.0.0.1.nip.io", "not_loopback", "nip.io"],
    ["http://10.0.0.1:5174", "not_loopback", "ssh -L"],
  ])("%j is refused as %s, naming %j", (serverUrl, code, part) => {
    const error = thrownBy(() => resolveServerUrl({ serverUrl }));
    expect(error).toBeInstanceOf(DiscoveryError);
    expect((error as DiscoveryError).code).toBe(code as DiscoveryError["code"]);
    expect((error as DiscoveryError).message).toContain(part);
    expect((error as DiscoveryError).message).toContain(JSON.stringify(serverUrl));
    expect((error as DiscoveryError).message).toContain("configureDebug({ serverUrl })");
  });

  test("a bad CIDELDILL_SERVER_URL is refused by its name", () => {
    const error = thrownBy(() => resolveServerUrl({ env: { CIDELDILL_SERVER_URL: "localhost:1" } }));
    expect(String(error)).toContain("CIDELDILL_SERVER_URL");
  });
});
