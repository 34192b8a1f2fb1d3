import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path

from jobs import processes
from jobs.processes import Child

COUNTS = "import sys; open(sys.argv[1], 'a').write('x'); sys.exit(3)"
HAS_A_CHILD = """
import subprocess, sys
child = subprocess.Popen(["sleep", "1000"])
open(sys.argv[1], "w").write(f"{child.pid}\\n")
child.wait()
"""
STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").write("ready\\n")
time.sleep(1000)
"""

KEEPS_A_CHILD = """
import asyncio, sys
from jobs.processes import Child
code = "import os, time; open({path!r}, 'w').write(str(os.getpid()) + chr(10)); time.sleep(1000)"
asyncio.run(Child("child", sys.executable, "-c", code).run())
"""


def python(code: str, *arguments: object) -> Child:
    return Child("child", sys.executable, "-c", code, *map(str, arguments))


async def written(path: Path, at_least: int = 1) -> str:
    async with asyncio.timeout(20):
        while not path.exists() or len(path.read_text()) < at_least:
            await asyncio.sleep(0)
    return path.read_text()


async def cancelled(task: asyncio.Task[object]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_child_that_dies_is_started_again(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "FIRST_DELAY", 0.01)
    keeping = asyncio.create_task(python(COUNTS, tmp_path / "lives").keep_running())
    assert await written(tmp_path / "lives", at_least=3) == "xxx"
    await cancelled(keeping)


async def test_the_exit_code_is_told():
    assert await python("raise SystemExit(7)").run() == 7


async def test_stopping_ends_the_children_of_the_child_too(tmp_path):
    running = asyncio.create_task(python(HAS_A_CHILD, tmp_path / "pid").run())
    grandchild = int(await written(tmp_path / "pid", at_least=2))
    await cancelled(running)
    async with asyncio.timeout(20):
        while alive(grandchild):
            await asyncio.sleep(0)


async def test_a_child_that_does_not_listen_is_killed_after_the_grace(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "GRACE_SECONDS", 0.1)
    running = asyncio.create_task(python(STUBBORN, tmp_path / "ready").run())
    await written(tmp_path / "ready")
    async with asyncio.timeout(20):
        await cancelled(running)


async def test_children_do_not_outlive_a_parent_killed_by_9(tmp_path):
    code = KEEPS_A_CHILD.format(path=str(tmp_path / "pid"))
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=processes.ROOT)
    child = int(await written(tmp_path / "pid", at_least=2))
    parent.kill()
    await parent.wait()
    async with asyncio.timeout(20):
        while alive(child):
            await asyncio.sleep(0)


async def test_sigterm_ends_the_work_once_and_waits_for_its_cleaning_up():
    events: list[str] = []

    async def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            events.append("clean")

    await processes.until_told(asyncio.create_task(work()))
    assert events == ["clean"]


def alive(pid: int) -> bool:
    """A zombie is dead."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
