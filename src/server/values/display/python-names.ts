/** Which names are classes, and which calls must be named as calls. */

/** Lower-case names that are classes all the same. */
const CLASSES = new Set(
  (
    "object type int float complex bool str bytes bytearray memoryview list tuple dict set frozenset range slice " +
    "property classmethod staticmethod super enumerate filter map reversed zip " +
    "datetime.datetime datetime.date datetime.time datetime.timedelta datetime.timezone datetime.tzinfo " +
    "collections.deque collections.defaultdict functools.partial array.array ipaddress.ip_address " +
    "operator.itemgetter operator.attrgetter operator.methodcaller numpy.ndarray numpy.dtype time.struct_time"
  ).split(" "),
);

/** Modules whose callables act on the machine or run code: a call of theirs is never shown as if it were a value. */
const ACTING = new Set(
  (
    "os posix nt posixpath ntpath subprocess sys shutil socket ssl pty runpy code codeop ctypes importlib imp pickle " +
    "_pickle marshal commands platform webbrowser tempfile pip setuptools asyncio multiprocessing threading _thread " +
    "urllib http ftplib smtplib telnetlib xmlrpc requests httpx pathlib.Path io gc inspect timeit pdb bdb cProfile"
  ).split(" "),
);

/** Builtins that run code or reach for anything. */
const ACTING_BUILTINS = new Set(
  "eval exec compile open __import__ input breakpoint globals locals vars".split(" "),
);

const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

/** Whether a name looks like a class: by what is known, else by Python's naming habit. */
export function isClassName(name: string): boolean {
  return (
    CLASSES.has(name) || /^_*\p{Lu}/u.test(lastPart(name)) || /^numpy\.(u?int|float|complex)\d+$/.test(name)
  );
}

/** Whether a REDUCE of this name is a plain call and not a class making its instance. */
export function isCall(name: string): boolean {
  if (ACTING_BUILTINS.has(name)) return true;
  const parts = name.split(".");
  if (parts.length > 1 && ACTING.has(parts[0] ?? "")) return !isValueClass(name);
  return !isClassName(name);
}

/** Exceptions and results of acting modules are values. */
function isValueClass(name: string): boolean {
  return /(?:Error|Exception|Exit|Expired|Completed|CompletedProcess|Timeout|_result)$/.test(name);
}
