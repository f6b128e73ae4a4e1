/** `cideldill port` */
import { defineLookUp } from "./look-up.ts";

export const command = defineLookUp("port");
