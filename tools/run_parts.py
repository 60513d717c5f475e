"""Run make targets one after another, stop at the first that fails, and say how long each took."""

import subprocess
import sys
import time


def main(parts: list[str]) -> int:
    took, failed = [], None
    for part in parts:
        print(f"\n── {part} ".ljust(80, "─"), flush=True)
        started = time.perf_counter()
        status = subprocess.run(["make", "--no-print-directory", part])
        took.append((part, time.perf_counter() - started))
        if status.returncode:
            failed = part
            break
    print(f"\n{'part':<18}{'seconds':>9}")
    for part, seconds in took:
        print(f"{part:<18}{seconds:>9.1f}{'   failed' if part == failed else ''}")
    print(f"{'all':<18}{sum(seconds for _, seconds in took):>9.1f}")
    for part in parts[len(took) :]:
        print(f"{part:<18}  not run")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
