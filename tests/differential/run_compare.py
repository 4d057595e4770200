#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
run_compare.py TASKVMA SHAPES [--quick] GROUP=OBJECT...

Programs of BPF objects on the model and on the running kernel, in processes of many kinds, by
`taskvma diff`: the process is started, stopped at its end, captured for the model, and runs the program
itself. Prints what differs, then a table: a line for each program, and a line for each process.

Exit 0: all is equal; 1: something differs, or a program said other than it should; 3: this machine
can't (no bpf(2), no BTF, no ptrace).
"""
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile

# Addresses are the same each time, so that programs can be asked about some.
FIXED = ["setarch", "-R"]

# What is asked of programs, beside their defaults. An object has one entry for each time it is run.
CODE, LIBRARY, STACK, VSYSCALL = 0x555555556004, 0x7FFFF7DD0123, 0x7FFFFFFFEFF8, 0xFFFFFFFFFF600000
SETTINGS = {
    "vma_symbolise": [
        ["address=%d" % CODE],
        ["address=%d" % STACK, "nr=6"] + ["addresses[%d]=%d" % pair for pair in enumerate(
            [CODE, LIBRARY, STACK, VSYSCALL, 0, 0x7FFFF7FFF000])],
        ["address=%d" % LIBRARY, "target_pid=1"],
    ],
    "vma_find": [["address=%d" % CODE], ["address=%d" % LIBRARY], ["address=%d" % VSYSCALL]],
    "vma_walk_from": [[], ["next_address=%d" % LIBRARY, "most=40"], ["next_address=-1"]],
    "vma_nested": [["first_pid=@pid", "second_pid=@pid"], ["outer=1000"]],
    "vma_sizes": [["min_pages=2", "max_pages=20"]],
    "vma_count": [["target_pid=@pid"]],
    "mistake_containing_unchecked": [["address=%d" % LIBRARY]],
    "iters": [["my_pid=@pid"]],
    "iters_task_vma": [["target_pid=@pid"]],
}

def processes(shapes, quick):
    """Name and command of each; only what is installed."""
    names = subprocess.run([shapes], stdout=subprocess.PIPE, check=True, text=True).stdout.split()
    if quick:
        return [(n, [shapes, n]) for n in ("plain", "names", "shared")]
    made = [(n, [shapes, n]) for n in names] + [("60,000", [shapes, "many", "60000"])]
    tools = [
        ("sh", ["sh", "-c", ":"]),
        ("bash", ["bash", "-c", "x=$(echo y); :"]),
        ("awk", ["awk", "BEGIN { while (i < 100000) a[i++] = i }"]),
        ("sed", ["sed", "-n", "s/a/b/p", "/etc/passwd"]),
        ("perl", ["perl", "-e", "use POSIX; my @a = (1) x 100000;"]),
        ("python3", ["python3", "-c", "import ssl, json, os; os._exit(0)"]),
        ("clang", ["clang", "--version"]),
        ("git", ["git", "--version"]),
        ("gcc", ["gcc", "--version"]),
        ("bpftool", ["bpftool", "version"]),
        ("qemu", ["qemu-system-x86_64", "--version"]),
    ]
    return made + [(n, command) for n, command in tools if shutil.which(command[0])]


class Cannot(Exception):
    """This machine can't."""


def taskvma(command, *args):
    """What one call of the command printed, as JSON, one object a line."""
    done = subprocess.run([command, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, errors="replace", timeout=900)
    if done.returncode == 3:
        raise Cannot(done.stderr.strip())
    if done.returncode not in (0, 1) or not done.stdout:
        raise RuntimeError("%s: status %d: %s" % (" ".join(args), done.returncode, done.stderr))
    return [json.loads(line) for line in done.stdout.splitlines()]


def stem(path):
    return os.path.basename(path).split(".")[0]


def options(settings):
    return [word for setting in settings for word in ("--set", setting)]


class Run:
    """One program in one process, on both sides."""

    def __init__(self, group, process, result):
        self.group, self.process = group, process
        self.program = "%s: %s" % (stem(result["file"]), result["prog"])
        self.equal = result["equal"]
        end = result["rows"][0]  # of the run; a variable of that name comes later
        self.ends = end["model"], end["kernel"]
        self.values = {row.get("what"): row.get("kernel") for row in result["rows"]}
        self.different = [row for row in result["rows"] if row["verdict"] == "different"]

    def done(self):
        return self.ends == ("done", "done")


def compare(command, group, path, process, argv, design):
    """All programs of an object in one process, once for each setting; Runs."""
    runs = []
    for settings in SETTINGS.get(stem(path), [[]]):
        results = taskvma(command, "diff", "--format", "json", "--stop-at", "exit_group", "--design", design,
                          *options(settings), path, "--", *FIXED, *argv)
        runs += [Run(group, process, result) for result in results]
    return runs


# --- what programs are known to say ------------------------------------------------

def check_expected(command, path, runs):
    """iters_num.c says in exp_NAME what num_NAME leaves in res_NAME. Complaints."""
    args = ["run", "--format", "json", "--fixture", "fixtures/spaces/edge-empty.yaml", "--dump", ".rodata"]
    prog = runs[0].program.split(": ")[1]
    expected = taskvma(command, *args, "--prog", prog, path)[0]["globals"]
    complaints = []
    for run in runs:
        name = run.program.split(": ")[1].replace("num_", "", 1)
        if run.values.get("res_" + name) != expected.get("exp_" + name):
            complaints.append("%s is %s, not %s" % (run.program, run.values.get("res_" + name),
                                                    expected.get("exp_" + name)))
    return complaints


def check_ranges(command, path):
    """iters_task_vma.c in each fixture finds what /proc/PID/maps said without [vsyscall]. Complaints."""
    complaints = []
    for name in sorted(os.listdir("fixtures/spaces")):
        fixture = os.path.join("fixtures/spaces", name)
        walk = subprocess.run([command, "walk", fixture], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=False)
        maps = [int(edge, 16) for line in walk.stdout.splitlines() for edge in line.split()[0].split(b"-")]
        ran = taskvma(command, "run", "--format", "json", "--set", "target_pid=@pid", "--fixture", fixture, path)
        found = ran[0]["globals"]
        if found["vm_ranges"][:2 * found["vmas_seen"]] != maps[:2000]:
            complaints.append("%s: %s of vm_ranges are not those of maps" % (name, found["vmas_seen"]))
    return complaints


def check_tasks(command, path):
    """iters_task.c, which no kernel runs on request, counts a process with two threads besides its first. Complaints."""
    fixture = """schema: 1
tasks:
  - {pid: 10, vmas: []}
  - {pid: 11, tgid: 10, mm_of: 10}
  - {pid: 12, tgid: 10, mm_of: 10}
  - {pid: 20, vmas: []}
"""
    expected = {"target_pid": 10, "procs_cnt": 1, "threads_cnt": 3, "proc_threads_cnt": 3, "invalid_cnt": 0}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(fixture)
        file.flush()
        # the simulated verifier does not do sleepable fentry programs
        found = taskvma(command, "run", "--no-verify", "--format", "json", "--set", "target_pid=@pid",
                        "--fixture", file.name, path)[0]["globals"]
    return [] if found == expected else ["iters_task: %s, not %s" % (found, expected)]


# --- the whole ---------------------------------------------------------------------

def table(title, runs, key):
    print("\n%-46s %5s %8s %9s %8s %6s" % (title, "runs", "done", "rejected", "refused", "equal"))
    names = list(dict.fromkeys(key(run) for run in runs))
    for name in names:
        mine = [run for run in runs if key(run) == name]
        ends = [run.ends[1] for run in mine]
        print("%-46s %5d %8d %9d %8d %6d%s" % (
            name[:46], len(mine), ends.count("done"), ends.count("rejected"), ends.count("refused"),
            sum(run.equal for run in mine), "" if all(run.equal for run in mine) else "  DIFFERENT"))


def brief(value):
    text = json.dumps(value)
    return text if len(text) < 60 else text[:57] + "..."


def tell(run):
    print("DIFFERENT %s, in %s: %s on the model, %s on the kernel" % (run.program, run.process, *run.ends))
    for row in run.different[:4]:
        name = row.get("what") or "%s[%s]" % (row.get("map") or row.get("ringbuf"), row.get("key", row.get("record")))
        print("    %-30s %s | %s" % (name, brief(row.get("model")), brief(row.get("kernel"))))


def main():
    args = [arg for arg in sys.argv[1:] if not arg.startswith("--")]
    if len(args) < 3:
        sys.exit("usage: run_compare.py TASKVMA SHAPES [--quick] GROUP=OBJECT...")
    command, shapes = args[:2]
    objects = [arg.split("=", 1) for arg in args[2:] if "iters_task." not in arg]
    tasks = [arg.split("=", 1)[1] for arg in args[2:] if "iters_task." in arg]
    where = processes(shapes, "--quick" in sys.argv)
    design = "snapshot"     # the running kernel's
    runs, failed = [], []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = {pool.submit(compare, command, group, path, process, argv, design): (path, process)
                for process, argv in where for group, path in objects}
        for job in jobs:
            try:
                runs += job.result()
            except Cannot as why:
                pool.shutdown(cancel_futures=True)
                print("run_compare: %s" % why, file=sys.stderr)
                return 3
            except (RuntimeError, subprocess.TimeoutExpired, json.JSONDecodeError) as why:
                failed.append("%s in %s: %s" % (*jobs[job], why))
    for group, path in objects:
        mine = [run for run in runs if run.program.startswith(stem(path) + ": ")]
        if mine and stem(path) == "iters_num":
            failed += check_expected(command, path, mine)
        if mine and stem(path) == "iters_task_vma":
            failed += check_ranges(command, path)
    for path in tasks:
        failed += check_tasks(command, path)
    for run in runs:
        if not run.equal:
            tell(run)
    for why in failed:
        print("FAILED %s" % why)
    table("program", runs, lambda run: run.group + " " + run.program)
    table("process", runs, lambda run: run.process)
    different = sum(not run.equal for run in runs)
    print("\n%d processes, %d runs, %d to their end on both sides, %d equal, %d different, %d failed" %
          (len(where), len(runs), sum(run.done() for run in runs), len(runs) - different, different,
           len(failed)))
    return 1 if different or failed or not runs else 0


if __name__ == "__main__":
    sys.exit(main())
