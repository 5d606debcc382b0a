import signal
import threading

stopped = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopped.set())

rounds = 0
while not stopped.wait(timeout=10):
    rounds += 1
    print(f"round {rounds}")
print("done")
