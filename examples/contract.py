"""A client in a language that has none: the whole HTTP contract (docs/protocol.md) with Python's standard library.

  cideldill                        in one terminal
  cideldill break add charge       in another
  python3 examples/contract.py

Then change, skip or break the call, at the page or with `cideldill resume`. To be translated, not imported: it knows JSON
values and positional arguments, and evaluates nothing.
"""
import hashlib
import inspect
import json
import os
import sys
import time
import urllib.request

PROCESS = {"process_pid": os.getpid(), "process_start_time": time.time()}
FUNCTIONS = {}


def server_url():
    given = os.environ.get("CIDELDILL_SERVER_URL")
    if given:
        return given.rstrip("/")
    home = os.environ.get("CIDELDILL_HOME") or os.path.expanduser("~/.cideldill")
    with open(os.path.join(home, "port")) as file:
        return f"http://localhost:{int(file.read())}"


def ask(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def item(value):
    """A value under its CID, the SHA-512 of its text."""
    text = json.dumps(value)
    cid = hashlib.sha512(text.encode()).hexdigest()
    return {"cid": cid, "data": text, "serialization_format": "json"}


def decided(action):
    """Waits while the call is paused; answers what to do."""
    while action["action"] == "poll":
        answer = ask(action["poll_url"])
        if answer["status"] == "ready":
            action = answer["action"]
        else:
            time.sleep(action["poll_interval_ms"] / 1000)
    return action


def run(function, args, action):
    kind = action["action"]
    if kind == "skip":
        return json.loads(action["fake_result_data"])
    if kind == "raise":
        raise RuntimeError(f"{action['exception_type']}: {action['exception_message']}")
    if kind == "modify":
        own = {item(arg)["cid"]: arg for arg in args}
        # An item without data is one of the call's own values.
        args = [json.loads(new["data"]) if "data" in new else own[new["cid"]] for new in action["modified_args"]]
    if kind == "replace":
        function = FUNCTIONS[action["function_name"]]
    return function(*args)


def debugged(function):
    """Reports every call of a function, and does with it what the server says."""
    name = function.__name__
    FUNCTIONS[name] = function
    ask("/api/functions", {"function_name": name, "signature": str(inspect.signature(function))})

    def wrapper(*args):
        caller = sys._getframe(1)
        frame = {"filename": caller.f_code.co_filename, "lineno": caller.f_lineno, "function": caller.f_code.co_name}
        started = ask("/api/call/start", {
            "method_name": name,
            "args": [item(arg) for arg in args],
            "kwargs": {},
            "call_site": {"timestamp": time.time(), "stack_trace": [frame]},
            "preferred_format": "json",
            **PROCESS,
        })
        end = {"call_id": started["call_id"], **PROCESS}
        try:
            result = run(function, args, decided(started))
        except Exception as error:
            failed = {"exception_type": type(error).__name__, "exception_message": str(error)}
            decided({"action": "continue", **ask("/api/call/complete", {**end, "status": "exception", **failed})})
            raise
        told = {f"result_{key}": value for key, value in item(result).items()}
        # The call may pause once more, after it ran.
        decided({"action": "continue", **ask("/api/call/complete", {**end, "status": "success", **told})})
        return result

    return wrapper


URL = server_url()
if ask("/api/health").get("service") != "cideldill":
    sys.exit(f"Another program answers at {URL}; start cideldill.")


@debugged
def charge(order, amount):
    return f"charged {order}: {amount}"


if __name__ == "__main__":
    print(charge("A-1042", 249.9))
