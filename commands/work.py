"""`dauda work`: job workers on Redis."""

import multiprocessing
import signal
import threading

import click

from commands.context import open_house
from workers import house as workers


@click.command()
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Worker processes.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Threads in each.")
def work(processes: int, threads: int) -> None:
    """Do the jobs: relay what is due and work off what Redis rings for."""
    if processes == 1:
        _work(threads)
        return
    spawn = multiprocessing.get_context("spawn")
    children = [spawn.Process(target=_work, args=(threads,), name=f"work-{n}") for n in range(processes)]
    for child in children:
        child.start()

    def stop(*_: object) -> None:
        for child in children:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for child in children:
        child.join()
    raise SystemExit(max((abs(child.exitcode or 0) for child in children), default=0))


def _work(threads: int) -> None:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with open_house() as house:
        context = workers.context(house.settings, house.store, house.sealer)
        jobs = workers.jobs(house.settings, context, threads=threads)
        jobs.start()
        try:
            stopping.wait()
        finally:
            jobs.stop()
            for transport in context.transports.values():
                transport.close()
