"""Measures `verify serve`: throughput beside the same work without HTTP, overload, a mixed soak.

    cargo build --release && cargo install oha      # the load generator (MIT)
    python benches/server.py target/release/verify                        # throughput and programs; all: --overload --soak MINUTES

Everything runs on this machine, on loopback addresses, and ends by itself. Ratios are of one run. Linux only: memory and descriptors are
read from /proc.

- math: `oha` sends one request of 64 short rows over 4 connections for --seconds; beside it `verify score --jobs N` of as many copies of
  the same rows.
- programs: `print(1)` by /run_code over 4 connections; beside it a new CPython for each program, two at a time, without HTTP.
- overload: requests of 64 rows of programs at ten times the rate that the server answers, for a minute, open loop: a request is sent
  when it is due, whether others were answered or not.
- soak: math rows, programs, requests that are refused, and clients that go away, in turn; memory and descriptors every 10 seconds; the slope
  is that of a line through the second half (least squares).
"""

import argparse
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def math_rows(count=64):
    draw = random.Random(0)
    rows = []
    for _ in range(count):
        a, b = draw.randrange(2, 9999), draw.randrange(2, 9999)
        rows.append({"completion": f"We add them. The answer is \\boxed{{{a + b + (draw.random() < 0.4)}}}.", "answer": str(a + b)})
    return rows


def program_rows(count):
    tests = {"kind": "stdio", "tests": [{"input": "3\n", "output": "6"}]}
    return [{"completion": f"```python\nprint(int(input()) * 2 + {number} * 0)\n```", "tests": tests} for number in range(count)]


class Server:
    """`verify serve` on a free port; a context manager."""

    def __init__(self, verify, jobs, settings=""):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory()
        config = Path(self.folder.name, "serve.toml")
        config.write_text(settings)
        command = [verify, "serve", "--listen", f"127.0.0.1:{self.port}", "--jobs", str(jobs), "--config", str(config)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        for _ in range(600):
            try:
                if self.send("GET", "/ready")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        sys.exit("the server did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        self.folder.cleanup()

    def send(self, method, path, value=None, timeout=120):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        connection.request(method, path, None if value is None else json.dumps(value), {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return response.status, text

    def memory(self):
        """MiB of resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def load(self, path, value, seconds, connections=4, rate=None):
        """What `oha` says."""
        body = Path(self.folder.name, "body.json")
        body.write_text(json.dumps(value))
        command = ["oha", "--no-tui", "--output-format", "json", "-z", f"{seconds}s", "-c", str(connections), "-m", "POST"]
        command += ["-H", "Content-Type: application/json", "-D", str(body), "--wait-ongoing-requests-after-deadline"]
        command += [] if rate is None else ["-q", str(rate), "--latency-correction"]
        done = subprocess.run([*command, f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"oha failed: {done.stderr or done.stdout}")
        return json.loads(done.stdout)


def rate_of(told, statuses=("200",)):
    counts = told["statusCodeDistribution"]
    return sum(counts.get(status, 0) for status in statuses) / told["summary"]["total"]


def measure_math(verify, jobs, seconds):
    rows = math_rows()
    with Server(verify, jobs) as server:
        server.load("/score", {"rows": rows}, 1)
        sent = rate_of(server.load("/score", {"rows": rows}, seconds)) * len(rows)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "rows.jsonl")
        text = "".join(json.dumps(row) + "\n" for row in rows)
        copies = 20000
        with source.open("w") as out:
            for _ in range(copies):
                out.write(text)
        command = [verify, "score", str(source), "-o", f"{folder}/out.jsonl", "--jobs", str(jobs), "-q"]
        best = 1e9
        for _ in range(3):
            start = time.monotonic()
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            best = min(best, time.monotonic() - start)
    alone = copies * len(rows) / best
    print(f"math rows, batches of 64: {sent:,.0f} rows/s by HTTP, {alone:,.0f} by `verify score`: {sent / alone:.2f}")


def measure_programs(verify, jobs, seconds):
    with Server(verify, jobs) as server:
        request = {"code": "print(1)", "language": "python"}
        server.send("POST", "/run_code", request)
        sent = rate_of(server.load("/run_code", request, seconds))
    python = sys.executable

    def one(folder):
        program = Path(folder, f"{threading.get_ident()}.py")
        program.write_text("print(1)")
        return subprocess.run([python, str(program)], capture_output=True, check=True).stdout

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        count, start = 0, time.monotonic()
        while time.monotonic() - start < seconds:
            count += len(list(pool.map(one, [folder] * 50)))
        alone = count / (time.monotonic() - start)
    print(f"print(1): {sent:,.0f}/s by /run_code, {alone:,.1f}/s as processes of {python}: {sent / alone:.1f} times")


def measure_overload(verify, jobs, seconds):
    rows = {"rows": program_rows(64)}
    with Server(verify, jobs, "[limits]\nwait_ms = 500\n") as server:
        server.load("/score", rows, 3)
        capacity = rate_of(server.load("/score", rows, 5))
        rate = max(10, round(10 * capacity))
        memory, stop = [], threading.Event()

        def watch():
            while not stop.wait(0.5):
                memory.append(server.memory())

        watcher = threading.Thread(target=watch)
        watcher.start()
        told = server.load("/score", rows, seconds, connections=256, rate=rate)
        stop.set()
        watcher.join()
        alive = server.send("GET", "/health")[0]
        # Of the accepted ones the server itself has the times.
        metrics = server.send("GET", "/metrics")[1].decode()
    counts, errors = told["statusCodeDistribution"], told["errorDistribution"]
    warm = memory[len(memory) // 4 :]
    print(f"overload: {capacity:.1f} requests/s of 64 programs are answered, {rate} sent each second for {seconds} s: {counts}, errors {errors or 'none'}")
    print(f"  memory {min(warm):.0f} to {max(warm):.0f} MiB, /health {alive}; {accepted(metrics)}")


def accepted(metrics):
    """The times of accepted requests, from the histogram of the server."""
    pattern = r'_request_seconds_bucket\{([^}]*)\} (\d+)'
    buckets = []
    for labels, count in re.findall(pattern, metrics):
        found = dict(re.findall(r'(\w+)="([^"]*)"', labels))
        if found.get("route") == "/score" and found.get("status") == "200":
            buckets.append((float(found["le"].replace("+Inf", "inf")), int(count)))
    total = buckets[-1][1] if buckets else 0
    p99 = next((bound for bound, count in buckets if count >= 0.99 * total), None)
    return f"p99 of the accepted at most {p99} s ({total} requests)"


def soak(verify, jobs, minutes):
    samples = []
    draw = random.Random(1)
    with Server(verify, jobs) as server:
        end = time.monotonic() + 60 * minutes

        def client(number):
            own = random.Random(number)
            while time.monotonic() < end:
                kind = own.randrange(6)
                try:
                    if kind == 0:
                        server.send("POST", "/score", {"rows": math_rows(own.randrange(1, 200))})
                    elif kind == 1:
                        server.send("POST", "/score", {"rows": program_rows(own.randrange(1, 8))})
                    elif kind == 2:
                        server.send("POST", "/run_code", {"code": f"print(sum(range({own.randrange(10**5)})))", "language": "python"})
                    elif kind == 3:
                        server.send("POST", "/score", {"rows": own.choice([1, None, [1], [{"answer": 3}]])})
                    elif kind == 4:
                        with socket.create_connection(("127.0.0.1", server.port)) as left:
                            left.sendall(b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"rows\"")
                    else:
                        server.send("POST", "/openrlhf", {"query": ["q \\boxed{1}"], "prompts": ["q "], "labels": ["1"]})
                except OSError:
                    pass
                time.sleep(draw.random() * 0.02)

        with ThreadPoolExecutor(4) as pool:
            clients = [pool.submit(client, number) for number in range(4)]
            while time.monotonic() < end:
                time.sleep(min(10, max(0.0, end - time.monotonic())))
                samples.append((time.monotonic(), server.memory(), server.descriptors()))
            for one in clients:
                one.result()
    half = samples[len(samples) // 2 :]
    mean_time = sum(time for time, *_ in half) / len(half)
    mean = sum(memory for _, memory, _ in half) / len(half)
    slope = sum((t - mean_time) * (m - mean) for t, m, _ in half) / sum((t - mean_time) ** 2 for t, *_ in half)
    fds = [count for *_, count in half]
    print(f"soak, {minutes} min: memory {samples[0][1]:.1f} -> {half[0][1]:.1f} -> {half[-1][1]:.1f} MiB, slope {3600 * slope:+.2f} MiB/h; descriptors {min(fds)} to {max(fds)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verify")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--overload", action="store_true")
    parser.add_argument("--soak", type=float, metavar="MINUTES")
    parser.add_argument("--only-soak", action="store_true")
    given = parser.parse_args()
    if not given.only_soak:
        measure_math(given.verify, given.jobs, given.seconds)
        measure_programs(given.verify, given.jobs, given.seconds)
    if given.overload:
        measure_overload(given.verify, given.jobs, 60)
    if given.soak:
        soak(given.verify, given.jobs, given.soak)


if __name__ == "__main__":
    main()
