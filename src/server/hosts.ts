/** Which addresses to listen on for a `--host`, and what others may call them. */
import { hostname, networkInterfaces } from "node:os";
import { isLoopbackAddress } from "./http/access.ts";

export interface HostPlan {
  /** Addresses to listen on; optional ones are left out where the system does not have them. */
  addresses: { address: string; optional: boolean }[];
  /** Only this machine can connect. */
  isLoopback: boolean;
  /** `Host` names besides the loopback ones, without port. */
  names: string[];
}

const LOOPBACK = [
  { address: "127.0.0.1", optional: false },
  // Clients of a name like localhost may try either family: owning both keeps strangers off the other.
  { address: "::1", optional: true },
];

/** Loopback is always included: it is where clients on this machine look. */
export function planHosts(host: string | undefined): HostPlan {
  if (host === undefined || host === "localhost") return { addresses: LOOPBACK, isLoopback: true, names: [] };
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  if (isLoopbackAddress(bare)) {
    return {
      addresses: [{ address: bare, optional: false }, ...others(bare)],
      isLoopback: true,
      names: [inUrl(bare)],
    };
  }
  if (bare === "::")
    return { addresses: [{ address: bare, optional: false }], isLoopback: false, names: everyName() };
  if (bare === "0.0.0.0") {
    const addresses = [
      { address: bare, optional: false },
      { address: "::1", optional: true },
    ];
    return { addresses, isLoopback: false, names: everyName() };
  }
  return {
    addresses: [{ address: bare, optional: false }, ...LOOPBACK],
    isLoopback: false,
    names: [inUrl(bare)],
  };
}

const others = (address: string) => LOOPBACK.filter((loopback) => loopback.address !== address);

/** An address as it stands in a URL: IPv6 in brackets. */
export const inUrl = (address: string): string => (address.includes(":") ? `[${address}]` : address);

/** What another machine may call this one. Addresses cannot be rebound by a hostile name; our own name is ours. */
function everyName(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [hostname().toLowerCase(), ...addresses.map(({ address }) => inUrl(address))];
}
